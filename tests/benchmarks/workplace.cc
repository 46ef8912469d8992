#include "tests/benchmarks/workplace.h"

#include <sys/vfs.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

struct KnownFileSystem {
  std::uint64_t magic;
  const char* name;
  bool in_memory;
};

// Numbers as statfs(2) lists them.
constexpr KnownFileSystem kKnown[] = {
    {0xEF53, "ext4", false},          {0x58465342, "xfs", false},
    {0x9123683E, "btrfs", false},     {0x2FC12FC1, "zfs", false},
    {0x794C7630, "overlayfs", false}, {0xF2F52010, "f2fs", false},
    {0x6969, "nfs", false},           {0x01021994, "tmpfs", true},
    {0x858458F6, "ramfs", true},
};

}  // namespace

absl::StatusOr<std::unique_ptr<Workplace>> Workplace::In(
    const std::string& parent) {
  std::error_code error;
  std::filesystem::create_directories(parent, error);
  struct statfs about {};
  if (error || statfs(parent.c_str(), &about) != 0) {
    return absl::InvalidArgumentError(
        StrCat(parent, " is no directory to work in: ",
               error ? error.message() : std::strerror(errno)));
  }
  std::unique_ptr<Workplace> place(new Workplace());
  const auto magic = static_cast<std::uint32_t>(about.f_type);
  place->file_system_ = StrCat("type ", magic);
  for (const KnownFileSystem& known : kKnown) {
    if (known.magic != magic) continue;
    place->file_system_ = known.name;
    if (!known.in_memory) continue;
    return absl::InvalidArgumentError(
        StrCat(parent, " lies in memory (", std::string_view(known.name),
               "), where an fsync costs nothing: give a directory on a disk "
               "with --dir"));
  }
  std::string path = parent + "/sync_load-XXXXXX";
  if (mkdtemp(path.data()) == nullptr) {
    return absl::InvalidArgumentError(
        StrCat("cannot write in ", parent, ": ", std::strerror(errno)));
  }
  place->path_ = std::move(path);
  return place;
}

Workplace::~Workplace() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace chasqui::benchmarks
