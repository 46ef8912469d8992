#include "export/chain/s3_folder.h"

#include <algorithm>
#include <any>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "arrow/buffer.h"
#include "arrow/filesystem/filesystem.h"
#include "arrow/filesystem/s3fs.h"
#include "arrow/io/interfaces.h"
#include "arrow/result.h"
#include "arrow/status.h"
#include "arrow/util/io_util.h"
#include "export/chain/s3_place.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

using Clock = std::chrono::steady_clock;
using Store = std::shared_ptr<arrow::fs::FileSystem>;

constexpr std::int64_t kFirstWaitMs = 100;
constexpr std::int64_t kWaitMsMax = 10'000;
// A connection that is cut within what it brings is a failure for the library,
// which has the first half already: we ask again, and soon give up.
constexpr int kReadTries = 4;
// At a time: each takes a request.
constexpr std::int64_t kReadBytes = std::int64_t{8} << 20;
// What goes up in the background is waited for after so much of a file, so that
// a store that is slower than we are does not fill our memory.
constexpr std::size_t kUnsentBytesMax = std::size_t{32} << 20;

// Until the time is up, and not at once.
class PatientRetries final : public arrow::fs::S3RetryStrategy {
 public:
  explicit PatientRetries(std::chrono::seconds limit) : limit_(limit) {}

  bool ShouldRetry(const AWSErrorDetail& error, std::int64_t tried) override {
    // A request is made again by the thread that made it first.
    thread_local Clock::time_point first_failed;
    const Clock::time_point now = Clock::now();
    if (tried == 0) first_failed = now;
    return error.should_retry && now - first_failed < limit_;
  }
  std::int64_t CalculateDelayBeforeNextRetry(const AWSErrorDetail& /*error*/,
                                             std::int64_t tried) override {
    std::int64_t wait = kFirstWaitMs;
    for (; tried > 0 && wait < kWaitMsMax; --tried) wait *= 2;
    return std::min(wait, kWaitMsMax);
  }

 private:
  const std::chrono::seconds limit_;
};

// In our words. `what` is what could not be done with `place`.
absl::Status InWords(const arrow::Status& status, std::string_view what,
                     const std::string& place) {
  if (status.ok()) return absl::OkStatus();
  if (arrow::internal::ErrnoFromStatus(status) == ENOENT) {
    return absl::NotFoundError(StrCat("there is no ", place));
  }
  const std::string message =
      StrCat("cannot ", what, " ", place, ": ", status.message());
  return status.IsOutOfMemory() ? absl::ResourceExhaustedError(message)
                                : absl::UnavailableError(message);
}

class S3File final : public NewFile {
 public:
  S3File(std::shared_ptr<arrow::io::OutputStream> stream, std::string place)
      : stream_(std::move(stream)), place_(std::move(place)) {}
  // Arrow would finish a file that is dropped.
  ~S3File() override { GiveUp(); }
  S3File(const S3File&) = delete;
  S3File& operator=(const S3File&) = delete;

  absl::Status Append(std::string_view bytes) override {
    RETURN_IF_ERROR(status_);
    status_ =
        Done(stream_->Write(bytes.data(), static_cast<int64_t>(bytes.size())));
    unsent_ += bytes.size();
    if (status_.ok() && unsent_ >= kUnsentBytesMax) {
      status_ = Done(stream_->Flush());
      unsent_ = 0;
    }
    return status_;
  }
  absl::Status Finish() override {
    if (status_.ok()) status_ = Done(stream_->Close());
    if (!status_.ok()) GiveUp();
    return status_;
  }

 private:
  absl::Status Done(const arrow::Status& status) const {
    return InWords(status, "write", place_);
  }
  void GiveUp() {
    // Whether its parts could be taken away changes nothing for us.
    if (!stream_->closed()) static_cast<void>(stream_->Abort());
  }

  const std::shared_ptr<arrow::io::OutputStream> stream_;
  const std::string place_;
  absl::Status status_;
  std::size_t unsent_ = 0;
};

bool IsInEnvironment(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

// Whom TLS trusts. What comes with Arrow looks where other systems have it.
std::string AuthoritiesFile() {
  for (const char* const name : {"AWS_CA_BUNDLE", "SSL_CERT_FILE"}) {
    if (IsInEnvironment(name)) return std::getenv(name);
  }
  constexpr char kOfDebian[] = "/etc/ssl/certs/ca-certificates.crt";
  std::error_code error;
  return std::filesystem::exists(kOfDebian, error) ? kOfDebian : "";
}

// What speaks S3 is a library of its own in the wheel, and part of Arrow
// elsewhere.
arrow::Status LoadS3() {
  arrow::fs::FileSystemGlobalOptions options;
  options.tls_ca_file_path = AuthoritiesFile();
  ARROW_RETURN_NOT_OK(arrow::fs::Initialize(options));
  const std::string library = CHASQUI_ARROW_S3_LIBRARY;
  if (!library.empty()) {
    ARROW_RETURN_NOT_OK(arrow::fs::LoadFileSystemFactories(library.c_str()));
  }
  return arrow::Status::OK();
}

// Before the process ends, or it may crash then. What is to be ended comes to
// be with the first store, and has to go before what was there earlier.
void EndS3AtExit() {
  static const int kRegistered =
      std::atexit([] { arrow::fs::EnsureFinalized(); });
  static_cast<void>(kRegistered);
}

arrow::Result<Store> OpenStore(const S3Place& place) {
  static const arrow::Status kLoaded = LoadS3();
  ARROW_RETURN_NOT_OK(kLoaded);
  std::vector<std::string> parameters = place.parameters;
  // So that a small file is one request.
  if (!place.Says("allow_delayed_open")) {
    parameters.emplace_back("allow_delayed_open=true");
  }
  // Where there are no regions, one has to be named all the same.
  const bool is_others = place.Says("endpoint_override") ||
                         IsInEnvironment("AWS_ENDPOINT_URL") ||
                         IsInEnvironment("AWS_ENDPOINT_URL_S3");
  if (is_others && !place.Says("region") && !IsInEnvironment("AWS_REGION") &&
      !IsInEnvironment("AWS_DEFAULT_REGION")) {
    parameters.emplace_back("region=us-east-1");
  }
  const std::shared_ptr<arrow::fs::S3RetryStrategy> retries =
      std::make_shared<PatientRetries>(place.retried_for);
  arrow::Result<Store> store = arrow::fs::FileSystemFromUriAndOptions(
      StrCat(kS3Scheme, place.who, place.bucket, "?",
             absl::StrJoin(parameters, "&")),
      {{"retry_strategy", std::any(retries)}});
  EndS3AtExit();
  return store;
}

class S3Folder final : public Folder {
 public:
  S3Folder(const S3Place& place, Store store)
      : name_(place.name()),
        root_(name_.substr(kS3Scheme.size())),
        retries_(place.retried_for.count() > 0),
        store_(std::move(store)) {}

  std::string name() const override { return name_; }

  absl::StatusOr<std::vector<std::string>> List(
      std::string_view prefix) const override {
    arrow::fs::FileSelector under;
    under.base_dir = root_;
    under.recursive = true;
    under.allow_not_found = true;
    if (const std::size_t slash = prefix.rfind('/'); slash != prefix.npos) {
      RETURN_IF_ERROR(CheckFileName(prefix.substr(0, slash)));
      under.base_dir = KeyOf(prefix.substr(0, slash));
    }
    const auto found = store_->GetFileInfo(under);
    RETURN_IF_ERROR(InWords(found.status(), "list", name_));
    std::vector<std::string> files;
    for (const arrow::fs::FileInfo& info : *found) {
      if (!info.IsFile()) continue;
      std::string file = info.path().substr(root_.size() + 1);
      if (file.starts_with(prefix)) files.push_back(std::move(file));
    }
    std::sort(files.begin(), files.end());
    return files;
  }

  absl::Status ReadRange(const std::string& file, ByteRange range,
                         TakePiece take) const override {
    RETURN_IF_ERROR(CheckFileName(file));
    const std::string place = PlaceOf(file);
    const auto opened = store_->OpenInputFile(KeyOf(file));
    RETURN_IF_ERROR(InWords(opened.status(), "read", place));
    const auto size = (*opened)->GetSize();
    RETURN_IF_ERROR(InWords(size.status(), "read", place));
    const auto whole = static_cast<std::uint64_t>(*size);
    auto at = static_cast<std::int64_t>(std::min(range.begin, whole));
    const std::int64_t end =
        at + static_cast<std::int64_t>(
                 std::min(range.bytes, whole - static_cast<std::uint64_t>(at)));
    while (at < end) {
      const auto read = ReadAt(**opened, at, std::min(kReadBytes, end - at));
      RETURN_IF_ERROR(InWords(read.status(), "read", place));
      if ((*read)->size() == 0) {
        return absl::UnavailableError(
            StrCat("cannot read ", place, ": it ends early"));
      }
      at += (*read)->size();
      RETURN_IF_ERROR(GiveInPieces(std::string_view(**read), take));
    }
    return absl::OkStatus();
  }

  absl::Status Lock() override { return absl::OkStatus(); }

  absl::StatusOr<std::unique_ptr<NewFile>> Create(
      const std::string& file) override {
    RETURN_IF_ERROR(CheckFileName(file));
    auto stream = store_->OpenOutputStream(KeyOf(file), nullptr);
    RETURN_IF_ERROR(InWords(stream.status(), "write", PlaceOf(file)));
    return std::make_unique<S3File>(*std::move(stream), PlaceOf(file));
  }

  absl::Status Remove(const std::string& file) override {
    RETURN_IF_ERROR(CheckFileName(file));
    absl::Status removed =
        InWords(store_->DeleteFile(KeyOf(file)), "remove", PlaceOf(file));
    return absl::IsNotFound(removed) ? absl::OkStatus() : removed;
  }

 private:
  static absl::Status GiveInPieces(std::string_view bytes, TakePiece take) {
    for (; !bytes.empty();
         bytes.remove_prefix(std::min(bytes.size(), kPieceBytes))) {
      RETURN_IF_ERROR(take(bytes.substr(0, kPieceBytes)));
    }
    return absl::OkStatus();
  }

  arrow::Result<std::shared_ptr<arrow::Buffer>> ReadAt(
      arrow::io::RandomAccessFile& file, std::int64_t at,
      std::int64_t bytes) const {
    auto read = file.ReadAt(at, bytes);
    for (int tried = 1; !read.ok() && retries_ && tried < kReadTries; ++tried) {
      std::this_thread::sleep_for(
          std::chrono::milliseconds(tried * kFirstWaitMs));
      read = file.ReadAt(at, bytes);
    }
    return read;
  }

  std::string KeyOf(std::string_view file) const {
    return StrCat(root_, "/", file);
  }
  std::string PlaceOf(std::string_view file) const {
    return StrCat(name_, "/", file);
  }

  const std::string name_;
  const std::string root_;  // BUCKET/PREFIX
  const bool retries_;
  const Store store_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Folder>> OpenS3Folder(std::string_view place) {
  ASSIGN_OR_RETURN(const S3Place parsed, ParseS3Place(place));
  arrow::Result<Store> store = OpenStore(parsed);
  RETURN_IF_ERROR(InWords(store.status(), "reach", parsed.name()));
  return std::make_unique<S3Folder>(parsed, *std::move(store));
}

}  // namespace chasqui::exporting
