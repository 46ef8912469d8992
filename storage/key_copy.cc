#include "storage/key_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "storage/packing.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui::storage {
namespace {

using personal::KeptKey;

constexpr std::string_view kCopyMagic = "chasqui keys 1\n";
constexpr std::uint8_t kEntryFollows = 1;
constexpr std::size_t kPieceBytes = std::size_t{1} << 20;

absl::Status CopyFailed(const std::string& path) {
  const std::error_code error(errno, std::generic_category());
  const std::string what = StrCat(path, ": ", error.message());
  return errno == ENOSPC ? absl::ResourceExhaustedError(what)
                         : absl::UnavailableError(what);
}

// Writes piece by piece; closed when it goes.
class KeyFile {
 public:
  explicit KeyFile(std::string path)
      : path_(std::move(path)),
        file_(open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                   0600)) {}
  ~KeyFile() {
    if (file_ >= 0) close(file_);
  }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;

  absl::Status Write(std::string& bytes) const {
    if (file_ < 0) return CopyFailed(path_);
    std::string_view left = bytes;
    while (!left.empty()) {
      const ssize_t put = write(file_, left.data(), left.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return CopyFailed(path_);
      left.remove_prefix(static_cast<std::size_t>(put));
    }
    bytes.clear();
    return absl::OkStatus();
  }
  absl::Status Sync() const {
    return fsync(file_) == 0 ? absl::OkStatus() : CopyFailed(path_);
  }

 private:
  const std::string path_;
  const int file_;
};

absl::Status SyncFolder(const std::string& folder) {
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && fsync(opened) == 0;
  absl::Status status = synced ? absl::OkStatus() : CopyFailed(folder);
  if (opened >= 0) close(opened);
  return status;
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr && errno == ENOENT) {
    return absl::NotFoundError(StrCat("there is no ", path));
  }
  if (file == nullptr) return CopyFailed(path);
  std::string bytes;
  std::size_t got = 0;
  do {
    const std::size_t had = bytes.size();
    bytes.resize(had + kPieceBytes);
    got = std::fread(bytes.data() + had, 1, kPieceBytes, file);
    bytes.resize(had + got);
  } while (got > 0);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) return CopyFailed(path);
  return bytes;
}

// By survey, what a store is given of it.
struct Brought {
  std::vector<std::pair<RecordId, std::string>> wrapped;
  std::vector<std::pair<RecordId, Seq>> erased;
};

absl::StatusOr<std::map<std::string, Brought>> DecodeCopy(
    std::string_view bytes) {
  std::map<std::string, Brought> surveys;
  ByteReader in(bytes);
  if (in.Raw(kCopyMagic.size()) != kCopyMagic) in.Fail();
  std::uint64_t entries = 0;
  while (in.ok() && in.Byte() == kEntryFollows) {
    Brought& brought = surveys[std::string(in.Bytes())];
    const auto record = in.Name<RecordId>();
    std::string wrapped(in.Bytes());
    const Seq erased = in.Varint();
    if (wrapped.empty()) {
      brought.erased.emplace_back(record, erased);
    } else {
      brought.wrapped.emplace_back(record, std::move(wrapped));
    }
    ++entries;
  }
  if (in.Varint() != entries) in.Fail();
  RETURN_IF_ERROR(FinishReading(in, "copy of keys"));
  return surveys;
}

}  // namespace

absl::Status CopyKeys(const personal::KeyStore& store,
                      const std::string& path) {
  const std::string part = path + ".part";
  {
    const KeyFile file(part);
    std::string bytes(kCopyMagic);
    ByteWriter out(bytes);
    std::uint64_t entries = 0;
    RETURN_IF_ERROR(store.ForEach([&](std::string_view survey,
                                      const RecordId& record,
                                      const KeptKey& kept) -> absl::Status {
      out.Byte(kEntryFollows);
      out.Bytes(survey);
      out.Name(record);
      out.Bytes(kept.wrapped);
      out.Varint(kept.erased);
      ++entries;
      return bytes.size() < kPieceBytes ? absl::OkStatus() : file.Write(bytes);
    }));
    out.Byte(0);
    out.Varint(entries);
    RETURN_IF_ERROR(file.Write(bytes));
    RETURN_IF_ERROR(file.Sync());
  }
  if (rename(part.c_str(), path.c_str()) != 0) return CopyFailed(path);
  return SyncFolder(std::filesystem::path(path).parent_path().string());
}

absl::Status BringBackKeys(const std::string& path, personal::KeyStore& store) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  ASSIGN_OR_RETURN(const auto surveys, DecodeCopy(bytes));
  for (const auto& [survey, brought] : surveys) {
    RETURN_IF_ERROR(store.Add(survey, brought.wrapped));
    RETURN_IF_ERROR(store.Destroy(survey, brought.erased));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::storage
