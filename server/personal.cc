#include "server/personal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <system_error>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"
#include "sync/personal/survey_key.h"

namespace chasqui::server {
namespace {

constexpr mode_t kOwnerMayRead = S_IRUSR | S_IWUSR;
constexpr std::size_t kKeyFileBytesMax = 256;

absl::Status CannotRead(const std::string& path) {
  const std::error_code error(errno, std::generic_category());
  return absl::FailedPreconditionError(StrCat(
      path, ", the key of a survey with personal fields: ", error.message(),
      "; `chasqui survey key` makes one"));
}

std::string PathOf(const std::string& directory, const std::string& survey) {
  return StrCat(directory, "/", survey, ".key");
}

// Of a file that is opened and closed here.
absl::StatusOr<personal::SurveyKey> ReadSurveyKey(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return CannotRead(path);
  struct stat status {};
  std::array<char, kKeyFileBytesMax> buffer{};
  const bool known = fstat(file, &status) == 0;
  const ssize_t size = known ? read(file, buffer.data(), buffer.size()) : -1;
  const absl::Status unread = size < 0 ? CannotRead(path) : absl::OkStatus();
  close(file);
  RETURN_IF_ERROR(unread);
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(
        StrCat(path, " is a survey's key, and others may read it: chmod 600"));
  }
  std::string_view digits(buffer.data(), static_cast<std::size_t>(size));
  if (digits.ends_with('\n')) digits.remove_suffix(1);
  auto key = personal::SurveyKey::FromHex(digits);
  if (key.ok()) return *std::move(key);
  return absl::FailedPreconditionError(
      StrCat(path, ": ", StdView(key.status().message())));
}

// Whether the survey's first records, if there are any, have nothing sealed.
absl::Status CheckNothingSealed(const SurveyStore& store) {
  constexpr std::size_t kLookedAt = 256;
  ASSIGN_OR_RETURN(const auto reader, store.Snapshot());
  ASSIGN_OR_RETURN(const std::vector<Record> records,
                   reader->Records(RecordId(), kLookedAt));
  for (const Record& record : records) {
    for (const FieldState& field : record.fields) {
      if (field.value().kind != ValueKind::kSealed) continue;
      return absl::FailedPreconditionError(
          StrCat("survey ", reader->survey().name,
                 " has personal answers, and the keys of its records are not "
                 "here: bring back the directory keys of --data"));
    }
  }
  return absl::OkStatus();
}

// Whether one of the survey's record keys, if there is any, opens.
absl::Status CheckOpens(const SurveyStore& answers,
                        const personal::SurveyKeys& keys,
                        const personal::KeyStore& store) {
  const std::string& survey = keys.survey();
  std::optional<RecordId> some;
  bool any = false;
  RETURN_IF_ERROR(store.ForEach([&](std::string_view of, const RecordId& record,
                                    const personal::KeptKey& kept) {
    any = any || of == survey;
    if (of == survey && !kept.wrapped.empty()) some = record;
    return absl::OkStatus();
  }));
  if (!any) return CheckNothingSealed(answers);
  if (!some.has_value()) return absl::OkStatus();
  absl::Status opens = keys.Find(*some).status();
  if (!absl::IsDataLoss(opens)) return opens;
  return absl::FailedPreconditionError(
      StrCat("the key of survey ", survey,
             " is not the one that its personal answers were sealed by"));
}

}  // namespace

absl::StatusOr<const personal::SurveyKeys*> Personal::Of(
    const std::string& survey) {
  const MutexLock lock(mutex_);
  const auto known = surveys_.find(survey);
  if (known != surveys_.end()) return known->second.get();
  if (directory_.empty()) {
    return absl::FailedPreconditionError(
        StrCat("survey ", survey,
               " has personal fields: start the server with --personal-keys "
               "DIR, and its key in DIR/",
               survey, ".key"));
  }
  if (!IsName(survey)) return absl::InvalidArgumentError("no survey's name");
  ASSIGN_OR_RETURN(const personal::SurveyKey key,
                   ReadSurveyKey(PathOf(directory_, survey)));
  auto& keys = surveys_[survey];
  keys = std::make_unique<const personal::SurveyKeys>(survey, key, keys_);
  return keys.get();
}

absl::Status Personal::Check(const Catalog& catalog) {
  for (const std::string& name : catalog.List()) {
    ASSIGN_OR_RETURN(const SurveyStore* const store, catalog.Find(name));
    if (!store->HasPersonal()) continue;
    ASSIGN_OR_RETURN(const personal::SurveyKeys* const keys, Of(name));
    RETURN_IF_ERROR(CheckOpens(*store, *keys, keys_));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> MakeSurveyKey(const std::string& directory,
                                          const std::string& survey) {
  if (!IsName(survey)) {
    return absl::InvalidArgumentError(
        StrCat("\"", survey.substr(0, kNameBytesMax), "\" names no survey"));
  }
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  const std::string path = PathOf(directory, survey);
  const auto failed = [&path] {
    const std::error_code code(errno, std::generic_category());
    return absl::UnavailableError(StrCat(path, ": ", code.message()));
  };
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                        kOwnerMayRead);
  if (file < 0 && errno == EEXIST) {
    return absl::AlreadyExistsError(
        StrCat(path, " is there: without it nothing sealed by it opens"));
  }
  if (file < 0) return failed();
  const std::string line = personal::SurveyKey::Draw().ToHex() + "\n";
  const bool written = write(file, line.data(), line.size()) ==
                           static_cast<ssize_t>(line.size()) &&
                       fsync(file) == 0;
  const absl::Status status = written ? absl::OkStatus() : failed();
  close(file);
  if (!status.ok()) unlink(path.c_str());
  RETURN_IF_ERROR(status);
  return path;
}

}  // namespace chasqui::server
