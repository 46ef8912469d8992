#include "server/contacts.h"

namespace chasqui::server {

void Contacts::Note(std::string_view survey, std::string_view device,
                    std::int64_t now_ms, const v1::LinkEstimate* link) {
  MutexLock lock(mutex_);
  auto of_survey = surveys_.find(survey);
  if (of_survey == surveys_.end()) {
    of_survey = surveys_.emplace(survey, ByDevice()).first;
  }
  ByDevice& devices = of_survey->second;
  auto known = devices.find(device);
  if (known == devices.end()) {
    if (devices.size() >= kDevicesMax) return;
    known = devices.emplace(device, Contact()).first;
  }
  known->second.called_ms = now_ms;
  if (link != nullptr) known->second.link = *link;
}

Contacts::ByDevice Contacts::Of(std::string_view survey) const {
  MutexLock lock(mutex_);
  const auto found = surveys_.find(survey);
  return found == surveys_.end() ? ByDevice() : found->second;
}

}  // namespace chasqui::server
