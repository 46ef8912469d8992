// How many fsyncs does the server make, and how long does it wait for them?
//
// Loaded into the server in front of the C library (LD_PRELOAD), so that the
// server that is measured is the one that is shipped. Counts into the file that
// the environment names, which whoever started the server can read meanwhile.

#include "tests/benchmarks/count_syncs.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

namespace {

using chasqui::benchmarks::SyncCounts;

SyncCounts* Mapped() {
  const char* const path = std::getenv(chasqui::benchmarks::kSyncCountsFile);
  if (path == nullptr) return nullptr;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return nullptr;
  void* const mapped = mmap(nullptr, sizeof(SyncCounts), PROT_READ | PROT_WRITE,
                            MAP_SHARED, file, 0);
  close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<SyncCounts*>(mapped);
}

int Counted(const char* name, int file) {
  using Call = int (*)(int);
  static SyncCounts* const kCounts = Mapped();
  const auto next = reinterpret_cast<Call>(dlsym(RTLD_NEXT, name));
  const auto begin = std::chrono::steady_clock::now();
  const int result = next(file);
  const auto took = std::chrono::steady_clock::now() - begin;
  if (kCounts != nullptr) {
    kCounts->calls.fetch_add(1);
    kCounts->nanoseconds.fetch_add(static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(took).count()));
  }
  return result;
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int fsync(int file) {
  return Counted("fsync", file);
}

__attribute__((visibility("default"))) int fdatasync(int file) {
  return Counted("fdatasync", file);
}
}
