#include "storage/survey_versions.h"

#include <cstddef>
#include <utility>

namespace chasqui::storage {
namespace {

constexpr std::size_t kFreeCopiesMax = 8;

}  // namespace

SurveyVersions::SurveyVersions() : pool_(std::make_shared<Pool>()) {}

void SurveyVersions::Publish(Seq administrative, const Survey& survey) {
  Version version{std::make_shared<const Survey>(survey), {}};
  const MutexLock lock(pool_->mutex);
  pool_->versions[administrative] = std::move(version);
}

void SurveyVersions::ForgetBefore(Seq administrative) {
  const MutexLock lock(pool_->mutex);
  pool_->versions.erase(pool_->versions.begin(),
                        pool_->versions.lower_bound(administrative));
}

std::shared_ptr<const Survey> SurveyVersions::At(const Head& head) const {
  std::unique_ptr<Survey> copy;
  std::shared_ptr<const Survey> original;
  {
    const MutexLock lock(pool_->mutex);
    const auto it = pool_->versions.find(head.administrative);
    if (it == pool_->versions.end()) return nullptr;
    original = it->second.survey;
    if (std::vector<std::unique_ptr<Survey>>& free = it->second.free;
        !free.empty()) {
      copy = std::move(free.back());
      free.pop_back();
    }
  }
  if (copy == nullptr) copy = std::make_unique<Survey>(*original);
  copy->head = head.seq;
  copy->received_ms = head.received_ms;
  return {copy.release(),
          [pool = pool_, seq = head.administrative](const Survey* used) {
            Return(*pool, seq, const_cast<Survey*>(used));
          }};
}

void SurveyVersions::Return(Pool& pool, Seq administrative, Survey* copy) {
  std::unique_ptr<Survey> owned(copy);
  const MutexLock lock(pool.mutex);
  const auto it = pool.versions.find(administrative);
  if (it == pool.versions.end()) return;
  if (it->second.free.size() >= kFreeCopiesMax) return;
  it->second.free.push_back(std::move(owned));
}

}  // namespace chasqui::storage
