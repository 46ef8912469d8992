// Writing down what people ask for, and what logs are.

#include "server/access/organisation.h"

namespace chasqui::access {

absl::Status Organisation::Note(const std::string& by,
                                const v1::SurveyAct& act) {
  v1::AccessEntry entry;
  entry.set_by(by);
  *entry.mutable_survey_act() = act;
  const MutexLock lock(mutex_);
  return Do(entry, Lasting::kSoon);
}

absl::Status Organisation::Witness(const std::string& survey,
                                   const Witnessed& witnessed) {
  v1::AccessEntry entry;
  v1::LogWitness& witness = *entry.mutable_log_witness();
  witness.set_survey(survey);
  witness.set_seq(witnessed.seq);
  witness.set_hash(witnessed.hash);
  const MutexLock lock(mutex_);
  return Do(entry);
}

Witnessed Organisation::WitnessOf(const std::string& survey) const {
  const MutexLock lock(mutex_);
  const auto found = members_.logs.find(survey);
  return found == members_.logs.end() ? Witnessed() : found->second;
}

}  // namespace chasqui::access
