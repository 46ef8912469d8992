#include "server/contacts.h"

namespace chasqui::server {

void Contacts::Note(std::string_view survey, std::string_view device,
                    std::int64_t now_ms) {
  MutexLock lock(mutex_);
  auto of_survey = surveys_.find(survey);
  if (of_survey == surveys_.end()) {
    of_survey = surveys_.emplace(survey, Times()).first;
  }
  Times& times = of_survey->second;
  if (const auto known = times.find(device); known != times.end()) {
    known->second = now_ms;
  } else if (times.size() < kDevicesMax) {
    times.emplace(device, now_ms);
  }
}

std::map<std::string, std::int64_t, std::less<>> Contacts::Of(
    std::string_view survey) const {
  MutexLock lock(mutex_);
  const auto found = surveys_.find(survey);
  return found == surveys_.end() ? Times() : found->second;
}

}  // namespace chasqui::server
