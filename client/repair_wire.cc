#include "client/repair_wire.h"

#include <utility>

#include "sync/digest.h"

namespace chasqui::client {
namespace {

RepairAnswer AnswerOn(const v1::RangeAnswer& wire) {
  RepairAnswer answer;
  answer.bucket = {static_cast<BucketKind>(wire.bucket().kind()),
                   wire.bucket().name()};
  answer.asked = static_cast<RepairAsked>(wire.asked());
  answer.equal = wire.equal();
  answer.at = wire.at();
  answer.answer.range = {wire.bits(), wire.first()};
  answer.answer.words = wire.records();
  answer.answer.from = wire.symbols_from();
  answer.answer.symbols.assign(wire.symbols().begin(), wire.symbols().end());
  answer.answer.parts.assign(wire.parts().begin(), wire.parts().end());
  answer.served = wire.served();
  answer.upto = wire.upto();
  answer.done = wire.done();
  return answer;
}

}  // namespace

void QuestionsToWire(const SurveyRequest& request, v1::SurveyExchange& wire) {
  wire.set_compares(request.compares);
  for (const RepairQuestion& question : request.questions) {
    v1::RangeQuestion& out = *wire.add_questions();
    out.mutable_bucket()->set_kind(
        static_cast<v1::BucketKind>(question.bucket.kind));
    out.mutable_bucket()->set_name(question.bucket.name);
    out.set_asked(static_cast<v1::RangeAsked>(question.asked));
    out.set_bits(question.range.bits);
    out.set_first(question.range.first);
    out.set_symbols_from(question.from);
    out.set_symbols(question.count);
    if (question.digest.has_value()) {
      out.set_digest(DigestBytes(*question.digest));
    }
    out.set_at(question.at);
    out.mutable_names()->Assign(question.names.begin(), question.names.end());
    out.set_after(question.after);
  }
}

absl::Status AddAnswers(const v1::SurveyNews& wire, SurveyNews& news) {
  if (!wire.digest().empty()) {
    news.digest = DigestFromBytes(wire.digest());
    if (!news.digest.has_value()) {
      return absl::InvalidArgumentError("its digest is not 16 bytes");
    }
  }
  for (const v1::RangeAnswer& answer : wire.answers()) {
    news.answers.push_back(AnswerOn(answer));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::client
