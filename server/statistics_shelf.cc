#include "server/statistics_shelf.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "sync/base/status_macros.h"
#include "sync/entry.h"
#include "sync/lineage.h"
#include "sync/survey.h"
#include "sync/wire/batch.h"

namespace chasqui::server {
namespace {

// Less says nothing: nobody has seen twenty of anything.
constexpr Seq kFirstMilestone = 256;
// Better ones are worth the 64 KiB that they take to every tablet only after
// much more has been seen.
constexpr Seq kMilestoneStep = 8;
// How much of the log before a milestone is looked at, and of it taken: what is
// older says little of today.
constexpr Seq kEntriesMax = 8'192;
constexpr std::size_t kChangesMax = 4'096;
// As devices send them, mostly.
constexpr std::size_t kBatchMax = 50;

// The records made before a milestone, in batches by person, oldest first. One
// change of each, its creation, so that what twenty records have is not one
// record saved twenty times.
class Sample {
 public:
  explicit Sample(std::uint32_t form) : form_(form) {}

  void Add(const ChangeReceived& received) {
    auto change = DecodeReceived(received);
    if (!change.ok() || change->form != form_ || !change->creates ||
        received.by_register) {
      return;
    }
    const auto number = static_cast<std::uint32_t>(people_.size());
    const std::uint32_t person =
        people_.try_emplace(change->person, number).first->second;
    const auto open = open_.find(person);
    if (open == open_.end() ||
        batches_[open->second].changes.size() == kBatchMax) {
      open_[person] = batches_.size();
      batches_.push_back({person, {}});
    }
    // What is sealed says nothing of how it is sent.
    std::erase_if(change->ops, [](const Op& op) {
      return op.value.kind == ValueKind::kSealed;
    });
    batches_[open_[person]].changes.push_back(EncodeChange(*change));
    ++changes_;
  }
  bool full() const { return changes_ == kChangesMax; }
  const std::vector<wire::TrainingBatch>& batches() const { return batches_; }

 private:
  const std::uint32_t form_;
  std::map<std::string, std::uint32_t> people_;
  std::map<std::uint32_t, std::size_t> open_;  // the batch of each person
  std::vector<wire::TrainingBatch> batches_;
  std::size_t changes_ = 0;
};

absl::StatusOr<wire::Statistics> TrainFrom(const Reader& reader,
                                           const StatisticsVersion& version) {
  const Seq last = version.trained.seq;
  Sample sample(version.form);
  const Seq first = last > kEntriesMax ? last - kEntriesMax + 1 : 1;
  for (Seq seq = first; seq <= last && !sample.full(); ++seq) {
    ASSIGN_OR_RETURN(const LogEntry entry, reader.ReadLog(seq));
    const auto* const received = std::get_if<ChangeReceived>(&entry.body);
    if (received == nullptr) continue;
    // What waits in quarantine may be from nobody, under many names.
    ASSIGN_OR_RETURN(const auto info, reader.FindEntry(seq));
    if (info.has_value() && info->applied_at != 0) sample.Add(*received);
  }
  const Survey& survey = reader.survey();
  const wire::Layouts layouts = {
      {version.form,
       wire::LayoutOf(survey.forms[version.form - 1].form, survey.numbering)}};
  wire::Conversation conversation;
  conversation.form = version.form;
  conversation.layouts = &layouts;
  return wire::Train(sample.batches(), conversation);
}

}  // namespace

Seq MilestoneOf(Seq head) {
  Seq milestone = 0;
  for (Seq next = kFirstMilestone; next != 0 && next <= head;
       next *= kMilestoneStep) {
    milestone = next;
  }
  return milestone;
}

std::optional<StatisticsVersion> StatisticsShelf::Wanted(const Reader& reader,
                                                         std::uint32_t form) {
  const Survey& survey = reader.survey();
  const Seq milestone = MilestoneOf(reader.head());
  if (milestone == 0 || form == 0 || form > survey.forms.size()) {
    return std::nullopt;
  }
  return StatisticsVersion{
      survey.name, form, {NameAt(survey.lineage, milestone), milestone}};
}

std::shared_ptr<const wire::Statistics> StatisticsShelf::Get(
    const std::shared_ptr<const Reader>& reader,
    const StatisticsVersion& version) {
  const Survey& survey = reader->survey();
  const Seq seq = version.trained.seq;
  const bool possible = version.form > 0 &&
                        version.form <= survey.forms.size() &&
                        seq <= reader->head() && MilestoneOf(seq) == seq &&
                        NameAt(survey.lineage, seq) == version.trained.log;
  if (!possible) return nullptr;
  const MutexLock lock(mutex_);
  if (const auto at = kept_.find(version); at != kept_.end()) {
    at->second.asked = ++asked_;
    return at->second.statistics;
  }
  // Whoever asks for many must not keep the workers from everybody else.
  if (training_) return nullptr;
  training_ = true;
  if (kept_.size() == kKeptMax) {
    kept_.erase(std::min_element(kept_.begin(), kept_.end(),
                                 [](const auto& a, const auto& b) {
                                   return a.second.asked < b.second.asked;
                                 }));
  }
  kept_[version].asked = ++asked_;
  workers_.Do([this, reader, version] {
    auto trained = TrainFrom(*reader, version);
    const MutexLock done(mutex_);
    training_ = false;
    if (trained.ok()) {
      kept_[version].statistics =
          std::make_shared<const wire::Statistics>(*std::move(trained));
    }
  });
  return nullptr;
}

absl::StatusOr<std::shared_ptr<const wire::Statistics>> StatisticsShelf::Await(
    const std::shared_ptr<const Reader>& reader,
    const StatisticsVersion& version) {
  if (auto kept = Get(reader, version); kept != nullptr) return kept;
  // It may be trained twice at once; both come to the same.
  ASSIGN_OR_RETURN(wire::Statistics trained, TrainFrom(*reader, version));
  return std::make_shared<const wire::Statistics>(std::move(trained));
}

}  // namespace chasqui::server
