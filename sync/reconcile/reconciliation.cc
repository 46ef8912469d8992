#include "sync/reconcile/reconciliation.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::reconcile {
namespace {

// How many symbols are asked for, in so many round trips: of everything, where
// one difference is the rule; and of a part, of which there are 16, because the
// whole had more differences than 4 KiB give away.
constexpr std::uint32_t kStepsOfAll[] = {8, 64, 320, kSymbolsMax};
constexpr std::uint32_t kStepsOfPart[] = {64, 224, kSymbolsMax};

// Of so many symbols, fewer than kWordsHoped of the latter half that give a
// word by themselves mean that 512 would not do either: of the 380 differences
// that those just give away, 21 are to be expected; of 500, 11.
constexpr std::size_t kTellingSymbols = 320;
constexpr std::size_t kWordsHoped = 15;

std::uint32_t NextStep(std::uint32_t bits, std::size_t have) {
  const absl::Span<const std::uint32_t> steps =
      bits == 0 ? absl::MakeConstSpan(kStepsOfAll)
                : absl::MakeConstSpan(kStepsOfPart);
  return *std::upper_bound(steps.begin(), steps.end(), have);
}

absl::Status Unasked(std::string_view what) {
  return absl::InvalidArgumentError(StrCat("answer on a range: ", what));
}

Symbol SumOf(absl::Span<const Word> words) {
  return std::accumulate(words.begin(), words.end(), Symbol{0});
}

}  // namespace

Reconciliation::Reconciliation(std::vector<Word> words)
    : words_(std::move(words)) {
  CHECK(std::is_sorted(words_.begin(), words_.end()));
  AskFirst({});
}

std::vector<Question> Reconciliation::Questions(std::size_t most) const {
  std::vector<Question> questions;
  for (const Open& open : open_) {
    if (questions.size() == most) break;
    questions.push_back(open.question);
  }
  return questions;
}

absl::Span<const Word> Reconciliation::OursIn(const WordRange& range) const {
  const auto first =
      std::lower_bound(words_.begin(), words_.end(), range.first);
  const auto last = std::upper_bound(first, words_.end(), range.last());
  return absl::MakeConstSpan(words_).subspan(
      static_cast<std::size_t>(first - words_.begin()),
      static_cast<std::size_t>(last - first));
}

void Reconciliation::AskFirst(const WordRange& range) {
  if (opened_ == kRangesMax) return SendWhole(range);
  ++opened_;
  Open open;
  open.question = {range, Asked::kSymbols, 0, NextStep(range.bits, 0)};
  open_.push_back(std::move(open));
}

absl::Status Reconciliation::Take(const Answer& answer) {
  const auto at =
      std::find_if(open_.begin(), open_.end(), [&answer](const Open& open) {
        return open.question.range == answer.range;
      });
  if (at == open_.end()) return Unasked("it was not asked about");
  const Question& question = at->question;
  at->words = answer.words;
  // A new range may move what is open: taken out first.
  if (question.asked == Asked::kParts) {
    if (answer.parts.size() != kRangeParts)
      return Unasked("it has not 16 parts");
    const Open open = std::move(*at);
    open_.erase(at);
    TakeParts(open, answer.parts);
    return absl::OkStatus();
  }
  if (answer.from != question.from || answer.symbols.size() != question.count) {
    return Unasked(StrCat(answer.symbols.size(), " symbols from ", answer.from,
                          ", asked for were ", question.count, " from ",
                          question.from));
  }
  at->symbols.insert(at->symbols.end(), answer.symbols.begin(),
                     answer.symbols.end());
  if (TakeSymbols(*at)) open_.erase(at);
  return absl::OkStatus();
}

bool Reconciliation::TakeSymbols(Open& open) {
  const WordRange& range = open.question.range;
  const absl::Span<const Word> ours = OursIn(range);
  // As good as nothing is here: what is there costs less than finding out.
  if (ours.size() < open.words / 2) {
    SendWhole(range);
    return true;
  }
  CodedSymbols symbols(open.symbols.size());
  for (const Word word : ours) symbols.Add(word);
  const std::optional<Difference> found =
      Decode(open.symbols, symbols.symbols());
  // That nothing differs is not so: two members share a word.
  if (found.has_value() && !(found->theirs.empty() && found->ours.empty())) {
    findings_.theirs.insert(findings_.theirs.end(), found->theirs.begin(),
                            found->theirs.end());
    findings_.ours.insert(findings_.ours.end(), found->ours.begin(),
                          found->ours.end());
    return true;
  }
  const bool hopeless =
      found.has_value() || open.symbols.size() == kSymbolsMax ||
      (open.symbols.size() >= kTellingSymbols &&
       WordsGiven(open.symbols, symbols.symbols()) < kWordsHoped);
  if (hopeless) return GoDown(open);
  const auto have = static_cast<std::uint32_t>(open.symbols.size());
  open.question.from = have;
  open.question.count = NextStep(range.bits, have) - have;
  return false;
}

bool Reconciliation::GoDown(Open& open) {
  const WordRange& range = open.question.range;
  const std::uint64_t words =
      std::max<std::uint64_t>(open.words, OursIn(range).size());
  if (words <= kUndividedMax || !range.IsDivisible()) {
    SendWhole(range);
    return true;
  }
  open.question = {range, Asked::kParts, 0, 0};
  open.symbols.clear();
  return false;
}

void Reconciliation::TakeParts(const Open& open,
                               const std::vector<Symbol>& sums) {
  const WordRange& range = open.question.range;
  bool differs = false;
  for (std::uint32_t part = 0; part < kRangeParts; ++part) {
    if (SumOf(OursIn(range.Part(part))) == sums[part]) continue;
    differs = true;
    AskFirst(range.Part(part));
  }
  if (!differs) SendWhole(range);
}

}  // namespace chasqui::reconcile
