#include "sync/repair.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/pull.h"

namespace chasqui {
namespace {

using reconcile::Word;

absl::Status NoQuestion(const RepairQuestion& question, std::string_view why) {
  return absl::InvalidArgumentError(
      StrCat("question on bucket ", ToText(question.bucket), ": ", why));
}

absl::Status CheckQuestion(const RepairQuestion& question) {
  if (!question.range.IsValid()) return NoQuestion(question, "no range");
  if (question.asked == RepairAsked::kParts && !question.range.IsDivisible()) {
    return NoQuestion(question, "its range has no parts");
  }
  if (question.from > reconcile::kSymbolsMax ||
      question.count > reconcile::kSymbolsMax - question.from) {
    return NoQuestion(question,
                      StrCat("symbols ", question.from, " and ", question.count,
                             " more; there are ", reconcile::kSymbolsMax));
  }
  if (question.names.size() > kRepairNamesMax) {
    return NoQuestion(question,
                      StrCat(question.names.size(), " records; the limit is ",
                             kRepairNamesMax));
  }
  return absl::OkStatus();
}

// Spends what the budget allows, question by question.
class Repairer {
 public:
  Repairer(const Reader& reader, UseIndex use_index, std::size_t bytes_max,
           Repaired& repaired)
      : reader_(reader),
        use_index_(use_index),
        bytes_max_(bytes_max),
        repaired_(repaired) {}

  bool spent() const { return bytes_ >= bytes_max_; }
  absl::Status AnswerTo(const RepairQuestion& question);

 private:
  absl::Status Reconcile(const RepairQuestion& question, BucketIndex& index,
                         RepairAnswer& answer);
  absl::Status Send(const RepairQuestion& question, const BucketIndex& index,
                    RepairAnswer& answer);
  // Adds the record as the bucket has it now.
  absl::Status Add(const Bucket& bucket, const RecordId& id);
  RepairPage& PageOf(const Bucket& bucket);

  const Reader& reader_;
  const UseIndex use_index_;
  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  Repaired& repaired_;
};

RepairPage& Repairer::PageOf(const Bucket& bucket) {
  for (RepairPage& page : repaired_.pages) {
    if (page.bucket == bucket) return page;
  }
  return repaired_.pages.emplace_back(RepairPage{bucket, {}});
}

absl::Status Repairer::Add(const Bucket& bucket, const RecordId& id) {
  ASSIGN_OR_RETURN(std::optional<Record> record, reader_.FindRecord(id));
  const auto member =
      !record.has_value()
          ? std::vector<Membership>::const_iterator{}
          : std::find_if(
                record->memberships.cbegin(), record->memberships.cend(),
                [&bucket](const Membership& m) { return m.bucket == bucket; });
  if (!record.has_value() || member == record->memberships.cend()) {
    repaired_.damaged.push_back(id);
    return absl::OkStatus();
  }
  std::vector<Row> rows;
  if (record->rows > 0 && !record->gone) {
    ASSIGN_OR_RETURN(rows, reader_.RowsOf(id));
  }
  ASSIGN_OR_RETURN(const std::vector<FeedItem> entry,
                   reader_.Feed(bucket, record->latest - 1, 1));
  const ContentHash content =
      HashContent(EncodeWhole(*record, ShownRows(rows)));
  if (entry.empty() || entry.front().entry.content != content) {
    repaired_.damaged.push_back(id);
    return absl::OkStatus();
  }
  // The record takes its own along.
  const Membership in = {member->bucket, member->entered, member->left};
  PulledRecord pulled = Newer(*std::move(record), rows, in, 0);
  bytes_ += RoughBytes(pulled);
  PageOf(bucket).records.push_back(std::move(pulled));
  return absl::OkStatus();
}

absl::Status Repairer::Reconcile(const RepairQuestion& question,
                                 BucketIndex& index, RepairAnswer& answer) {
  const bool parts = question.asked == RepairAsked::kParts;
  answer.answer = index.AnswerTo(
      {question.range,
       parts ? reconcile::Asked::kParts : reconcile::Asked::kSymbols,
       question.from, question.count});
  bytes_ += 8 * (answer.answer.symbols.size() + answer.answer.parts.size());
  return absl::OkStatus();
}

absl::Status Repairer::Send(const RepairQuestion& question,
                            const BucketIndex& index, RepairAnswer& answer) {
  if (question.asked == RepairAsked::kRecords) {
    while (answer.served < question.names.size() && !spent()) {
      for (const RecordId& id : index.Named(question.names[answer.served])) {
        RETURN_IF_ERROR(Add(question.bucket, id));
      }
      ++answer.served;
    }
    return absl::OkStatus();
  }
  absl::Status status;
  answer.done = true;
  answer.upto = question.after;
  index.VisitRange(question.range, question.after,
                   [&](Word word, const RecordId& id) {
                     // Those of one word are not torn apart.
                     if (spent() && word != answer.upto) {
                       answer.done = false;
                       return false;
                     }
                     answer.upto = word;
                     status = Add(question.bucket, id);
                     return status.ok();
                   });
  return status;
}

absl::Status Repairer::AnswerTo(const RepairQuestion& question) {
  ASSIGN_OR_RETURN(const BucketDigest digest,
                   reader_.DigestOf(question.bucket));
  RepairAnswer answer;
  answer.bucket = question.bucket;
  answer.asked = question.asked;
  answer.answer.range = question.range;
  answer.equal = question.digest == digest.sum;
  if (!answer.equal) answer.at = absl::Uint128Low64(digest.sum);
  const bool moved = question.at != 0 && question.at != answer.at;
  if (!answer.equal && !moved) {
    const absl::Status answered =
        use_index_(question.bucket, [&](BucketIndex& index) {
          const bool sends = question.asked == RepairAsked::kRecords ||
                             question.asked == RepairAsked::kWhole;
          return sends ? Send(question, index, answer)
                       : Reconcile(question, index, answer);
        });
    RETURN_IF_ERROR(answered);
  }
  repaired_.answers.push_back(std::move(answer));
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRepair(const std::vector<RepairQuestion>& questions) {
  if (questions.size() > kRepairQuestionsMax) {
    return absl::InvalidArgumentError(
        StrCat(questions.size(), " questions on buckets; the limit is ",
               kRepairQuestionsMax));
  }
  std::set<std::tuple<Bucket, std::uint32_t, Word>> asked;
  for (const RepairQuestion& question : questions) {
    RETURN_IF_ERROR(CheckQuestion(question));
    const auto& range = question.range;
    if (!asked.emplace(question.bucket, range.bits, range.first).second) {
      return NoQuestion(question, "the same range twice");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Repaired> Repair(const Reader& reader,
                                const std::vector<Bucket>& scope,
                                const std::vector<RepairQuestion>& questions,
                                UseIndex use_index, std::size_t bytes_max) {
  Repaired repaired;
  Repairer repairer(reader, use_index, bytes_max, repaired);
  for (const RepairQuestion& question : questions) {
    if (repairer.spent()) break;
    if (!std::binary_search(scope.begin(), scope.end(), question.bucket)) {
      continue;
    }
    RETURN_IF_ERROR(repairer.AnswerTo(question));
  }
  return repaired;
}

absl::StatusOr<std::optional<ChainEnd>> LastChangeOf(
    const Reader& reader, const std::string& device) {
  ASSIGN_OR_RETURN(const std::optional<Device> known,
                   reader.FindDevice(device));
  if (!known.has_value() || known->latest == 0) return std::nullopt;
  ASSIGN_OR_RETURN(const std::optional<EntryInfo> info,
                   reader.FindEntry(known->latest));
  if (!info.has_value()) {
    return absl::DataLossError(
        StrCat("state: entry ", known->latest, " is missing"));
  }
  ASSIGN_OR_RETURN(const std::vector<ChainLink> links,
                   reader.Links(device, info->number));
  for (const ChainLink& link : links) {
    if (link.seq == known->latest) return ChainEnd{info->number, link.h};
  }
  return absl::DataLossError(StrCat("state: the change at ", known->latest,
                                    " is not in the chain of ", device));
}

}  // namespace chasqui
