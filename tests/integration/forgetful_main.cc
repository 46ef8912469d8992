// The program on a disk that forgets what was not synced, and worse.
//
// CHASQUI_TEST_DISK names a file that says what else is wrong with the disk. It
// is read at the start and before every commit, so that a test can change it
// while the server runs:
//
//   neglect-log     the log is not synced, although it says so
//   fail-syncs      syncs fail
//   free=MIB        so much of the disk is free
//
// Each on a line of its own.

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

#include "rocksdb/file_system.h"
#include "server/commands/program.h"
#include "storage/rocks_kv.h"
#include "tests/storage/forgetful_file_system.h"

namespace {

using chasqui::storage::ForgetfulFileSystem;
using chasqui::storage::RocksKvOptions;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

// Does to `disk` what the file says. Returns how much of it is free.
RocksKvOptions::Disk Trouble(const std::string& path,
                             ForgetfulFileSystem& disk) {
  RocksKvOptions::Disk room{1000 * 1000 * kMiB, 1000 * 1000 * kMiB};
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line == "neglect-log") disk.NeglectLog();
    if (line == "fail-syncs") disk.FailSyncs();
    if (line.rfind("free=", 0) == 0) {
      room.free_bytes = std::stoull(line.substr(5)) * kMiB;
    }
  }
  return room;
}

}  // namespace

int main(int argc, char** argv) {
  const auto disk =
      std::make_shared<ForgetfulFileSystem>(rocksdb::FileSystem::Default());
  const char* const named = std::getenv("CHASQUI_TEST_DISK");
  const std::string path = named == nullptr ? "" : named;
  Trouble(path, *disk);
  RocksKvOptions stored;
  stored.file_system = disk;
  stored.disk = [disk, path] { return Trouble(path, *disk); };
  return chasqui::commands::RunProgram(argc, argv, stored);
}
