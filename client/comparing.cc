#include "client/comparing.h"

#include <algorithm>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

using reconcile::Word;

constexpr std::uint32_t kFirstSymbols = 8;

}  // namespace

Comparing::Comparing(const SurveyState& state, const Held& held) {
  for (const FollowedBucket& followed : state.buckets) {
    Compared& compared = buckets_.emplace_back();
    compared.id = followed.id;
    compared.bucket = followed.bucket;
    compared.digest = held.at(followed.id).digest.sum;
  }
}

void Comparing::Ask(const Compared& compared,
                    std::vector<RepairQuestion>& questions) {
  const std::size_t most = kRepairQuestionsMax - questions.size();
  RepairQuestion question;
  question.bucket = compared.bucket;
  if (compared.fetching) {
    if (!compared.names.empty()) {
      question.asked = RepairAsked::kRecords;
      question.names = compared.names;
      if (question.names.size() > kRepairNamesMax) {
        question.names.resize(kRepairNamesMax);
      }
      questions.push_back(std::move(question));
      return;
    }
    question.asked = RepairAsked::kWhole;
    for (const Fetched& fetched : compared.whole) {
      if (questions.size() == kRepairQuestionsMax) return;
      question.range = fetched.range;
      question.after = fetched.after;
      questions.push_back(question);
    }
    return;
  }
  if (!compared.search.has_value()) {
    question.count = kFirstSymbols;
    question.digest = compared.digest;
    questions.push_back(std::move(question));
    return;
  }
  question.at = compared.at;
  for (const reconcile::Question& searched : compared.search->Questions(most)) {
    question.asked = searched.asked == reconcile::Asked::kParts
                         ? RepairAsked::kParts
                         : RepairAsked::kSymbols;
    question.range = searched.range;
    question.from = searched.from;
    question.count = searched.count;
    questions.push_back(question);
  }
}

std::vector<RepairQuestion> Comparing::Questions() const {
  std::vector<RepairQuestion> questions;
  for (const Compared& compared : buckets_) {
    if (questions.size() == kRepairQuestionsMax) break;
    Ask(compared, questions);
  }
  return questions;
}

Comparing::Compared* Comparing::Find(const Bucket& bucket) {
  const auto at = std::find_if(buckets_.begin(), buckets_.end(),
                               [&bucket](const Compared& compared) {
                                 return compared.bucket == bucket;
                               });
  return at == buckets_.end() ? nullptr : &*at;
}

void Comparing::Restart(const HeldBucket& held, Compared& compared) {
  compared.digest = held.digest.sum;
  compared.at = 0;
  compared.search.reset();
}

absl::Status Comparing::Search(const RepairAnswer& answer,
                               const HeldBucket& held, Compared& compared) {
  if (compared.at != 0 && compared.at != answer.at) {
    Restart(held, compared);
    return absl::OkStatus();
  }
  if (!compared.search.has_value()) {
    std::vector<Word> words;
    words.reserve(held.words.size());
    for (const Placed& placed : held.words) words.push_back(placed.first);
    compared.search.emplace(std::move(words));
    compared.at = answer.at;
  }
  RETURN_IF_ERROR(compared.search->Take(answer.answer));
  if (!compared.search->done()) return absl::OkStatus();
  reconcile::Findings found = std::move(compared.search->findings());
  compared.search.reset();
  compared.fetching = true;
  for (const Word word : found.theirs) {
    compared.names.push_back(reconcile::NameOf(word));
  }
  std::sort(compared.names.begin(), compared.names.end());
  compared.names.erase(
      std::unique(compared.names.begin(), compared.names.end()),
      compared.names.end());
  for (const reconcile::WordRange& range : found.whole) {
    compared.whole.push_back({range, 0});
  }
  std::sort(found.ours.begin(), found.ours.end());
  for (const Placed& placed : held.words) {
    const bool whole = std::any_of(
        found.whole.begin(), found.whole.end(),
        [&placed](const auto& range) { return range.Contains(placed.first); });
    if (whole || std::binary_search(found.ours.begin(), found.ours.end(),
                                    placed.first)) {
      compared.doubtful.push_back(placed);
    }
  }
  return absl::OkStatus();
}

absl::Status Comparing::TakeAnswer(const RepairAnswer& answer,
                                   const HeldBucket& held, Compared& compared) {
  if (answer.equal) {
    Restart(held, compared);
    compared.fetching = true;  // of nothing
    return absl::OkStatus();
  }
  switch (answer.asked) {
    case RepairAsked::kSymbols:
    case RepairAsked::kParts:
      if (compared.fetching) break;
      return Search(answer, held, compared);
    case RepairAsked::kRecords: {
      const auto served =
          std::min<std::size_t>(answer.served, compared.names.size());
      compared.names.erase(
          compared.names.begin(),
          compared.names.begin() + static_cast<std::ptrdiff_t>(served));
      return absl::OkStatus();
    }
    case RepairAsked::kWhole: {
      const auto at =
          std::find_if(compared.whole.begin(), compared.whole.end(),
                       [&answer](const Fetched& fetched) {
                         return fetched.range == answer.answer.range;
                       });
      if (at == compared.whole.end()) break;
      at->after = answer.upto;
      if (answer.done) compared.whole.erase(at);
      return absl::OkStatus();
    }
  }
  return absl::InvalidArgumentError(StrCat("response: an answer on bucket ",
                                           ToText(compared.bucket),
                                           " to what was not asked"));
}

// What the server has not is what neither came nor changed since.
void Comparing::FinishFetched(const Held& held) {
  for (const Compared& compared : buckets_) {
    if (!compared.fetching || !compared.names.empty() ||
        !compared.whole.empty()) {
      continue;
    }
    const std::vector<Placed>& words = held.at(compared.id).words;
    for (const Placed& placed : compared.doubtful) {
      if (compared.came.contains(placed.second)) continue;
      if (!std::binary_search(words.begin(), words.end(), placed)) continue;
      surplus_.push_back({compared.id, placed.second});
    }
  }
  std::erase_if(buckets_, [](const Compared& compared) {
    return compared.fetching && compared.names.empty() &&
           compared.whole.empty();
  });
}

absl::Status Comparing::Take(const SurveyNews& news, const SurveyState& state,
                             const Held& held) {
  // A bucket that was lost is not asked about any more.
  std::erase_if(buckets_, [&state](const Compared& compared) {
    return std::none_of(
        state.buckets.begin(), state.buckets.end(),
        [&compared](const FollowedBucket& f) { return f.id == compared.id; });
  });
  for (const BucketNews& bucket : news.buckets) {
    Compared* const compared = Find(bucket.bucket);
    if (compared == nullptr || !compared->fetching) continue;
    for (const NewsItem& item : bucket.repairs) {
      compared->came.insert(item.record);
    }
    for (const NewsItem& item : bucket.items) {
      compared->came.insert(item.record);
    }
  }
  for (const RepairAnswer& answer : news.answers) {
    Compared* const compared = Find(answer.bucket);
    if (compared == nullptr) continue;
    RETURN_IF_ERROR(TakeAnswer(answer, held.at(compared->id), *compared));
  }
  FinishFetched(held);
  return absl::OkStatus();
}

}  // namespace chasqui::client
