// step   := expected:flag [kind:3 [field choice moves:flag]]   these of kSet
// field  := beyond:flag (piece… | count)            as many bits as the highest
//                                                   number of the form takes
// choice := beyond:flag (piece… | count)            as many as the field's
//
// Expected is what followed this step last, in a sequence of this sort; before
// there is one: first the area in a change and the existence in a record, then
// the next field of the form, after the last one the status, and then the end.

#include "sync/wire/step_coding.h"

#include <limits>
#include <utility>

#include "sync/change.h"
#include "sync/wire/number_coding.h"

namespace chasqui::wire {
namespace {

constexpr auto kSetKind = static_cast<std::uint32_t>(OpKind::kSet);
constexpr auto kStatusKind = static_cast<std::uint32_t>(OpKind::kSetStatus);
// A sequence begins: no step has this kind.
constexpr std::uint32_t kBeginning = 8;
// Sequences of a record begin with that it is there; those of a change, which
// makes it, with its area.
constexpr std::uint32_t kRecordSorts = 3;

ContextKey KeyOf(const Step& step) {
  return Mix(Mix(step.kind * 2 + (step.moves ? 1 : 0), step.field),
             step.choice);
}

// A number of which `most` is the highest that is usual.
void CodeUpTo(EntropyCoder& coder, const Contexts& contexts, std::uint32_t most,
              std::uint32_t& number) {
  bool beyond = number > most;
  coder.Flag(contexts.And(1), beyond);
  if (beyond) {
    std::size_t count = number;
    CodeCount(coder, contexts[0], std::numeric_limits<std::uint32_t>::max(),
              count);
    number = static_cast<std::uint32_t>(count);
    return;
  }
  CodePieces(coder, contexts, most, 2, number);
}

}  // namespace

void Steps::Begin(std::uint32_t sort) {
  sort_ = sort;
  last_ = {kBeginning};
  earlier_ = {kBeginning, 1};
}

Step Steps::Expected(const Layout& layout) const {
  const auto found = followers_.find({sort_, last_});
  if (found != followers_.end()) return found->second;
  if (last_.kind == kBeginning) {
    return {kSetKind, sort_ < kRecordSorts ? kAreaField : kExistenceField};
  }
  if (last_.kind != kSetKind) return {};
  const std::uint32_t next = layout.After(last_.field);
  return next == 0 ? Step{kStatusKind} : Step{kSetKind, next};
}

void Steps::CodeOther(EntropyCoder& coder, const Layout& layout,
                      Step& step) const {
  const ContextKey before = Mix(sort_, KeyOf(last_));
  coder.Symbol(Contexts(SymbolKind::kStep, {Mix(sort_, 3), Mix(before, 3)}), 3,
               step.kind);
  if (step.kind != kSetKind) return;
  CodeUpTo(coder,
           Contexts(SymbolKind::kStepField, {Mix(sort_, 4), Mix(before, 4)}),
           layout.highest(), step.field);
  const Column* const column = layout.Find(step.field);
  CodeUpTo(coder,
           Contexts(SymbolKind::kStepField,
                    {Mix(step.field, 5), Mix(Mix(step.field, before), 5)}),
           column == nullptr || column->type != FieldType::kChoices
               ? 0
               : column->choices,
           step.choice);
  coder.Flag(Contexts(SymbolKind::kStep, {Mix(before, 6), Mix(sort_, 6)}),
             step.moves);
}

void Steps::Code(EntropyCoder& coder, const Layout& layout, Step& step) {
  const Step expected = Expected(layout);
  const ContextKey before = Mix(sort_, KeyOf(last_));
  bool is_expected = step == expected;
  coder.Flag(Contexts(SymbolKind::kStep,
                      {Mix(before, 1), Mix(Mix(before, KeyOf(expected)), 2),
                       Mix(Mix(before, KeyOf(expected)), KeyOf(earlier_))}),
             is_expected);
  if (is_expected) {
    step = expected;
  } else {
    CodeOther(coder, layout, step);
    followers_[{sort_, last_}] = step;
  }
  earlier_ = last_;
  last_ = step;
}

}  // namespace chasqui::wire
