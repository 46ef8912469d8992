#include "server/keyring.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

namespace chasqui::server {
namespace {

constexpr mode_t kOwnerOnly = S_IRUSR | S_IWUSR;
constexpr mode_t kForOthers = S_IRWXG | S_IRWXO;

absl::Status FailedIo(std::string_view what, const std::string& path) {
  const std::error_code error(errno, std::generic_category());
  return absl::UnavailableError(
      StrCat("cannot ", what, " ", path, ": ", error.message()));
}

// Closed when it goes.
class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  ~Descriptor() {
    if (file_ >= 0) close(file_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int get() const { return file_; }
  int release() { return std::exchange(file_, -1); }

 private:
  int file_;
};

absl::StatusOr<std::string> ReadAll(int file, const std::string& path) {
  std::string bytes;
  std::array<char, 1 << 16> buffer{};
  while (true) {
    const ssize_t got = read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FailedIo("read", path);
    if (got == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

absl::Status WriteAll(int file, std::string_view bytes,
                      const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = write(file, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return FailedIo("write", path);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return fdatasync(file) == 0 ? absl::OkStatus() : FailedIo("write", path);
}

// That a file has its name survives a power cut too.
absl::Status SyncDirectory(const std::string& directory) {
  const Descriptor opened(
      open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.get() < 0 || fsync(opened.get()) != 0) {
    return FailedIo("write", directory);
  }
  return absl::OkStatus();
}

// The 32 bytes that 64 digits stand for.
std::optional<std::string> FromHex(std::string_view digits) {
  if (digits.size() != 64) return std::nullopt;
  for (const char digit : digits) {
    if (!absl::ascii_isxdigit(static_cast<unsigned char>(digit))) {
      return std::nullopt;
    }
  }
  return absl::HexStringToBytes(AbslView(digits));
}

absl::StatusOr<seal::KeyPair> MakeOwnKey(const std::string& directory,
                                         const std::string& path) {
  seal::KeyPair drawn = seal::KeyPair::Draw();
  const std::string part = path + ".part";
  unlink(part.c_str());  // of a start that got no further
  {
    const Descriptor file(open(
        part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
    if (file.get() < 0) return FailedIo("write", part);
    RETURN_IF_ERROR(WriteAll(
        file.get(), absl::BytesToHexString(drawn.seed()) + "\n", part));
  }
  if (rename(part.c_str(), path.c_str()) != 0) return FailedIo("write", path);
  RETURN_IF_ERROR(SyncDirectory(directory));
  return drawn;
}

absl::StatusOr<seal::KeyPair> OwnKey(const std::string& directory) {
  const std::string path = directory + "/server.key";
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0 && errno == ENOENT) return MakeOwnKey(directory, path);
  if (file.get() < 0) return FailedIo("read", path);
  struct stat status {};
  if (fstat(file.get(), &status) != 0) return FailedIo("read", path);
  if ((status.st_mode & kForOthers) != 0) {
    return absl::FailedPreconditionError(StrCat(
        path,
        " is the server's secret key, and others may read it: chmod 600"));
  }
  ASSIGN_OR_RETURN(const std::string text, ReadAll(file.get(), path));
  const std::string_view digits = text;
  const std::optional<std::string> seed = FromHex(
      digits.ends_with('\n') ? digits.substr(0, digits.size() - 1) : digits);
  if (!seed.has_value()) {
    return absl::FailedPreconditionError(
        StrCat(path,
               " is no secret key of 64 hexadecimal digits: bring back "
               "the one it was, or what is sealed to it is lost"));
  }
  return seal::KeyPair::FromSeed(*seed);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Keyring>> Keyring::Open(
    const std::string& directory, std::size_t devices_max) {
  ASSIGN_OR_RETURN(const seal::KeyPair own, OwnKey(directory));
  std::unique_ptr<Keyring> keyring(
      new Keyring(own, directory + "/device.keys", devices_max));
  RETURN_IF_ERROR(keyring->Load());
  RETURN_IF_ERROR(SyncDirectory(directory));
  return keyring;
}

Keyring::~Keyring() {
  const MutexLock lock(mutex_);
  if (file_ >= 0) close(file_);
}

absl::Status Keyring::Load() {
  const MutexLock lock(mutex_);
  Descriptor file(
      open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, kOwnerOnly));
  if (file.get() < 0) return FailedIo("read", path_);
  ASSIGN_OR_RETURN(const std::string text, ReadAll(file.get(), path_));
  std::size_t number = 0;
  // What lies after the last line end is of an append that was cut short.
  for (std::size_t end = text.find('\n'); end != std::string::npos;
       end = text.find('\n', size_)) {
    const std::string_view line =
        std::string_view(text).substr(size_, end - size_);
    size_ = end + 1;
    ++number;
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string_view name = line.substr(0, blank);
    const std::optional<std::string> bytes =
        FromHex(line.substr(std::min(blank + 1, line.size())));
    const auto key = seal::PublicKey::FromBytes(bytes.value_or(""));
    if (!IsName(name) || !key.ok() ||
        !devices_.emplace(std::string(name), *key).second) {
      return absl::FailedPreconditionError(
          StrCat(path_, ", line ", number,
                 ": it must be a device's name, said once, and its key of 64 "
                 "hexadecimal digits"));
    }
  }
  file_ = file.release();
  return absl::OkStatus();
}

absl::Status Keyring::Append(std::string_view line) {
  // Whatever an append before left behind goes.
  if (ftruncate(file_, static_cast<off_t>(size_)) != 0) {
    return FailedIo("write", path_);
  }
  RETURN_IF_ERROR(WriteAll(file_, line, path_));
  size_ += line.size();
  return absl::OkStatus();
}

std::optional<seal::PublicKey> Keyring::Find(const std::string& device) {
  const MutexLock lock(mutex_);
  const auto known = devices_.find(device);
  if (known == devices_.end()) return std::nullopt;
  return known->second;
}

absl::StatusOr<seal::PublicKey> Keyring::Meet(const std::string& device,
                                              const seal::PublicKey& key) {
  const MutexLock lock(mutex_);
  const auto known = devices_.find(device);
  if (known != devices_.end()) return known->second;
  if (devices_.size() >= devices_max_) {
    return absl::ResourceExhaustedError(
        StrCat("the keys of ", devices_.size(),
               " devices are known, which is the limit"));
  }
  RETURN_IF_ERROR(Append(
      StrCat(device, " ", absl::BytesToHexString(AbslView(key.view())), "\n")));
  devices_.emplace(device, key);
  return key;
}

}  // namespace chasqui::server
