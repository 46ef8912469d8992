#include "server/repair_wire.h"

#include <string>

#include "server/exchange_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/digest.h"
#include "sync/page.h"

namespace chasqui::server {
namespace {

absl::StatusOr<RepairQuestion> QuestionFromWire(const v1::RangeQuestion& wire) {
  RepairQuestion question;
  question.bucket = BucketFromWire(wire.bucket());
  question.asked = static_cast<RepairAsked>(wire.asked());
  question.range = {wire.bits(), wire.first()};
  question.from = wire.symbols_from();
  question.count = wire.symbols();
  if (!wire.digest().empty()) {
    question.digest = DigestFromBytes(wire.digest());
    if (!question.digest.has_value()) {
      return absl::InvalidArgumentError(StrCat(
          "question on bucket ", ToText(question.bucket), ": its digest has ",
          wire.digest().size(), " bytes; it must have 16"));
    }
  }
  question.at = wire.at();
  question.names.assign(wire.names().begin(), wire.names().end());
  question.after = wire.after();
  return question;
}

void AnswerToWire(const RepairAnswer& answer, v1::RangeAnswer& wire) {
  BucketToWire(answer.bucket, *wire.mutable_bucket());
  wire.set_asked(static_cast<v1::RangeAsked>(answer.asked));
  wire.set_bits(answer.answer.range.bits);
  wire.set_first(answer.answer.range.first);
  wire.set_equal(answer.equal);
  wire.set_at(answer.at);
  wire.set_records(answer.answer.words);
  wire.set_symbols_from(answer.answer.from);
  wire.mutable_symbols()->Assign(answer.answer.symbols.begin(),
                                 answer.answer.symbols.end());
  wire.mutable_parts()->Assign(answer.answer.parts.begin(),
                               answer.answer.parts.end());
  wire.set_served(answer.served);
  wire.set_upto(answer.upto);
  wire.set_done(answer.done);
}

// That of the bucket, if there is one already.
v1::BucketNews& NewsOfBucket(const Bucket& bucket, v1::SurveyNews& news) {
  for (v1::BucketNews& known : *news.mutable_buckets()) {
    if (BucketFromWire(known.bucket()) == bucket) {
      return known;
    }
  }
  v1::BucketNews& added = *news.add_buckets();
  BucketToWire(bucket, *added.mutable_bucket());
  return added;
}

}  // namespace

absl::StatusOr<std::vector<RepairQuestion>> QuestionsFromWire(
    const v1::SurveyExchange& exchange) {
  std::vector<RepairQuestion> questions;
  for (const v1::RangeQuestion& wire : exchange.questions()) {
    if (!v1::RangeAsked_IsValid(wire.asked()) ||
        wire.asked() == v1::RANGE_ASKED_UNSPECIFIED) {
      continue;
    }
    ASSIGN_OR_RETURN(questions.emplace_back(), QuestionFromWire(wire));
  }
  RETURN_IF_ERROR(CheckRepair(questions));
  return questions;
}

void RepairedToWire(const Repaired& repaired, v1::SurveyNews& news) {
  for (const RepairAnswer& answer : repaired.answers) {
    AnswerToWire(answer, *news.add_answers());
  }
  for (const RepairPage& page : repaired.pages) {
    v1::BucketNews& wire = NewsOfBucket(page.bucket, news);
    for (const PulledRecord& record : page.records) {
      v1::NewsItem& item = *wire.add_repairs();
      item.set_seq(record.seq);
      item.set_record(EncodePulled(record));
    }
  }
}

}  // namespace chasqui::server
