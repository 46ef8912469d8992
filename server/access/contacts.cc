#include "server/access/contacts.h"

#include <algorithm>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::access {
namespace {

void NoteSurvey(const v1::SurveyContact& news, v1::Contact& contact) {
  auto& surveys = *contact.mutable_surveys();
  auto known = std::find_if(surveys.begin(), surveys.end(), [&](const auto& s) {
    return s.survey() == news.survey();
  });
  if (known == surveys.end() && surveys.size() >= Contacts::kSurveysMax) {
    known = std::min_element(surveys.begin(), surveys.end(),
                             [](const auto& a, const auto& b) {
                               return a.called_ms() < b.called_ms();
                             });
  }
  (known == surveys.end() ? *surveys.Add() : *known) = news;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Contacts>> Contacts::Open(Notes& notes) {
  auto contacts = std::make_unique<Contacts>();
  contacts->notes_ = &notes;
  Contacts& opened = *contacts;
  const MutexLock lock(opened.mutex_);
  RETURN_IF_ERROR(notes.Read(
      [&opened](std::string_view name, std::string_view value)
          ABSL_NO_THREAD_SAFETY_ANALYSIS -> absl::StatusOr<bool> {
            v1::Contact& contact = opened.devices_[std::string(name)];
            if (contact.ParseFromArray(value.data(),
                                       static_cast<int>(value.size()))) {
              return true;
            }
            return absl::DataLossError(
                StrCat("what is noted of device ", name, " cannot be read"));
          }));
  return contacts;
}

Contacts::~Contacts() { Keep().IgnoreError(); }

void Contacts::Note(std::string_view device, const v1::Contact& news) {
  bool due = false;
  {
    const MutexLock lock(mutex_);
    auto known = devices_.find(device);
    if (known == devices_.end()) {
      if (devices_.size() >= kDevicesMax) return;
      known = devices_.emplace(device, v1::Contact()).first;
    }
    v1::Contact said = news;
    said.clear_surveys();
    if (said.app().size() > kAppMax) said.clear_app();
    known->second.MergeFrom(said);
    for (const v1::SurveyContact& survey : news.surveys()) {
      NoteSurvey(survey, known->second);
    }
    if (notes_ == nullptr) return;
    unkept_.emplace(device);
    due = news.called_ms() - kept_ms_ >= kKeepMs;
    if (due) kept_ms_ = news.called_ms();
  }
  // What cannot be kept now is tried again with what comes later.
  if (due) Keep().IgnoreError();
}

Contacts::ByDevice Contacts::All() const {
  const MutexLock lock(mutex_);
  return devices_;
}

absl::Status Contacts::Keep() {
  const MutexLock keeping(keeping_);
  std::map<std::string, std::string> values;
  {
    const MutexLock lock(mutex_);
    for (const std::string& device : std::exchange(unkept_, {})) {
      values[device] = devices_.find(device)->second.SerializeAsString();
    }
  }
  if (notes_ == nullptr || values.empty()) return absl::OkStatus();
  absl::Status kept = notes_->Keep(values);
  if (kept.ok()) return kept;
  const MutexLock lock(mutex_);
  for (const auto& [device, value] : values) unkept_.insert(device);
  return kept;
}

}  // namespace chasqui::access
