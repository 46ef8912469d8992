#include "sync/bucket_index.h"

#include <algorithm>
#include <numeric>

#include "sync/base/check.h"
#include "sync/base/status_macros.h"

namespace chasqui {
namespace {

using reconcile::Word;
using reconcile::WordRange;

constexpr std::size_t kIndexedAtOnce = 4'096;
// From so many records on the first symbols are kept: fewer are summed up in a
// millisecond.
constexpr std::size_t kKeptFrom = 8'192;

// Before every record of that word.
std::pair<Word, RecordId> First(Word word) { return {word, RecordId{}}; }

}  // namespace

BucketIndex::BucketIndex(std::string_view survey, LogName log,
                         const Bucket& bucket)
    : log_(log), bucket_(bucket), key_(survey, log, bucket) {}

void BucketIndex::Clear() {
  seq_ = 0;
  by_word_.clear();
  word_of_.clear();
  kept_.reset();
}

absl::Status BucketIndex::Advance(const Reader& reader) {
  CHECK(reader.head() >= seq_);
  absl::Status followed = Follow(reader);
  if (!followed.ok()) Clear();
  return followed;
}

absl::Status BucketIndex::Follow(const Reader& reader) {
  for (bool more = true; more;) {
    ASSIGN_OR_RETURN(const std::vector<FeedItem> items,
                     reader.Feed(bucket_, seq_, kIndexedAtOnce));
    for (const FeedItem& item : items) {
      Leave(item.entry.record);
      if (!item.entry.left) Enter(item.entry.record, item.entry.content);
    }
    more = items.size() == kIndexedAtOnce;
    seq_ = more ? items.back().seq : reader.head();
  }
  return absl::OkStatus();
}

void BucketIndex::Enter(const RecordId& record, const ContentHash& content) {
  const Word word = WordOfElement(key_.ElementOf(content));
  word_of_[record] = word;
  by_word_.emplace(word, record);
  if (kept_ != nullptr) kept_->Add(word);
}

void BucketIndex::Leave(const RecordId& record) {
  const auto known = word_of_.find(record);
  if (known == word_of_.end()) return;
  const Word word = known->second;
  by_word_.erase({word, record});
  word_of_.erase(known);
  if (kept_ != nullptr) kept_->Remove(word);
}

void BucketIndex::Kept::Add(Word word) {
  const std::uint32_t part = WordRange{}.PartOf(word);
  all.Add(word);
  parts[part].Add(word);
  ++words[part];
}

void BucketIndex::Kept::Remove(Word word) {
  const std::uint32_t part = WordRange{}.PartOf(word);
  all.Remove(word);
  parts[part].Remove(word);
  --words[part];
}

const BucketIndex::Kept* BucketIndex::KeptOfAll() {
  if (records() < kKeptFrom) return nullptr;
  if (kept_ == nullptr) {
    kept_ = std::make_unique<Kept>();
    for (const auto& [word, record] : by_word_) kept_->Add(word);
  }
  return kept_.get();
}

void BucketIndex::AnswerFrom(const Kept& kept,
                             const reconcile::Question& question,
                             reconcile::Answer& answer) {
  const bool all = question.range.bits == 0;
  if (question.asked == reconcile::Asked::kParts) {
    for (const reconcile::CodedSymbols& part : kept.parts) {
      answer.parts.push_back(part.symbols().front());
    }
  } else {
    const std::uint32_t part = WordRange{}.PartOf(question.range.first);
    const auto& symbols = (all ? kept.all : kept.parts[part]).symbols();
    const auto from = symbols.begin() + std::ptrdiff_t{question.from};
    answer.symbols.assign(from, from + std::ptrdiff_t{question.count});
  }
  answer.words = all ? std::accumulate(kept.words.begin(), kept.words.end(),
                                       std::uint64_t{0})
                     : kept.words[WordRange{}.PartOf(question.range.first)];
}

void BucketIndex::AnswerByWalk(const reconcile::Question& question,
                               reconcile::Answer& answer) const {
  const WordRange& range = question.range;
  const bool parts = question.asked == reconcile::Asked::kParts;
  if (parts) answer.parts.resize(reconcile::kRangeParts);
  reconcile::CodedSymbols symbols(parts ? 0 : question.from + question.count);
  VisitRange(range, 0, [&](Word word, const RecordId&) {
    ++answer.words;
    if (parts) {
      answer.parts[range.PartOf(word)] += word;
    } else {
      symbols.Add(word);
    }
    return true;
  });
  if (parts) return;
  answer.symbols.assign(
      symbols.symbols().begin() + std::ptrdiff_t{question.from},
      symbols.symbols().end());
}

reconcile::Answer BucketIndex::AnswerTo(const reconcile::Question& question) {
  const WordRange& range = question.range;
  const bool parts = question.asked == reconcile::Asked::kParts;
  CHECK(range.IsValid());
  CHECK(parts || question.from + question.count <= reconcile::kSymbolsMax);
  reconcile::Answer answer;
  answer.range = range;
  answer.from = question.from;
  // Of the whole everything is kept, of its parts the symbols.
  const bool kept_here =
      range.bits == 0 || (range.bits == reconcile::kPartBits && !parts);
  const Kept* const kept = kept_here ? KeptOfAll() : nullptr;
  if (kept != nullptr) {
    AnswerFrom(*kept, question, answer);
  } else {
    AnswerByWalk(question, answer);
  }
  return answer;
}

std::vector<RecordId> BucketIndex::Named(std::uint32_t name) const {
  std::vector<RecordId> records;
  const WordRange range{reconcile::kNameBits,
                        Word{name} << (64 - reconcile::kNameBits)};
  VisitRange(range, 0, [&records](Word, const RecordId& record) {
    records.push_back(record);
    return true;
  });
  return records;
}

void BucketIndex::VisitRange(const WordRange& range, Word after,
                             Visit visit) const {
  auto at = by_word_.lower_bound(First(range.first));
  if (after != 0 && after >= range.first) {
    if (after == ~Word{0}) return;
    at = by_word_.lower_bound(First(after + 1));
  }
  for (; at != by_word_.end() && at->first <= range.last(); ++at) {
    if (!visit(at->first, at->second)) return;
  }
}

}  // namespace chasqui
