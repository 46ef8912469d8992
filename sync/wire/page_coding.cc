// item    := left:flag seq:number id [record]   seq less the one before;
// nothing
//                                               more of one that left
// record  := flags:3 form [conflicts] [fields count row*]
// flags   := 1: conflicts follow; 2: gone, and nothing follows; 4: whole
// form    := same:flag [count]
// conflicts := count count count mark*          in review, decided, marks
// mark    := kind:3 number address address      its seq: the record's less it
// address := row count count                    field, choice
// fields  := (step live)* step                  steps of sort 3 in a whole
//                                               record, 4 in part of one, 5 in
//                                               a row; the last is the end
// live    := alone:flag [more:2 shown:2] write* more: than one
// write   := again:flag [number] value          the record's seq less its own;
//                                               again: as the write before
// row     := flags:2 row row count fields       1: gone, without fields; 2:
// whole;
//                                               its parent, itself, its repeat

#include "sync/wire/page_coding.h"

#include <limits>
#include <utility>

#include "sync/civil_time.h"
#include "sync/wire/number_coding.h"
#include "sync/wire/value_coding.h"

namespace chasqui::wire {
namespace {

enum PagePart : std::uint32_t {
  kLeftPart = 0x200,
  kSeqPart,
  kFlagsPart,
  kFormAgainPart,
  kConflictsPart,
  kMarkPart,
  kAddressPart,
  kLivePart,
  kAgePart,
  kRowFlagsPart,
  kRowPlacePart,
  kRowCountPart,
};

constexpr std::uint32_t kConflicts = 1;
constexpr std::uint32_t kGone = 2;
constexpr std::uint32_t kWhole = 4;
constexpr std::size_t kNumberMax = std::numeric_limits<std::uint32_t>::max();

Contexts Part(std::uint32_t part, std::uint32_t more = 0) {
  return Contexts(SymbolKind::kHead, {Mix(part, more)});
}

// `after` less `before`, mod 2^64, and back.
std::int64_t StepTo(std::uint64_t after, std::uint64_t before) {
  return static_cast<std::int64_t>(after - before);
}

void CodeSmall(EntropyCoder& coder, ContextKey what, std::uint32_t& number) {
  std::size_t count = number;
  CodeCount(coder, what, kNumberMax, count);
  number = static_cast<std::uint32_t>(count);
}

}  // namespace

PageCoding::PageCoding(EntropyCoder& coder, const Conversation& conversation)
    : coder_(coder), conversation_(conversation), form_(conversation.form) {}

void PageCoding::Code(PageItem& item) {
  // What an item takes in a row, at least.
  constexpr std::size_t kBytesMin = 24;
  if (!memory_.Spend(kBytesMin)) return coder_.Fail();
  coder_.Flag(Part(kLeftPart), item.left);
  std::int64_t step = StepTo(item.record.seq, seq_);
  CodeNumber(coder_, {Mix(kSeqPart, seq_ == 0 ? 0 : 1)}, step);
  item.record.seq = seq_ + static_cast<Seq>(step);
  seq_ = item.record.seq;
  ids_.Code(coder_, item.record.id);
  if (item.record.id.empty()) coder_.Fail();
  if (!item.left && coder_.ok()) CodeRecord(item.record);
}

void PageCoding::CodeForm(std::uint32_t& form) {
  bool same = form == form_;
  coder_.Flag(Part(kFormAgainPart), same);
  if (same) {
    form = form_;
  } else {
    CodeSmall(coder_, kFormAgainPart, form);
  }
  form_ = form;
}

void PageCoding::CodeRecord(PulledRecord& record) {
  const bool marked = record.review_conflicts != 0 ||
                      record.decided_conflicts != 0 || !record.marks.empty();
  std::uint32_t flags = (marked ? kConflicts : 0) | (record.gone ? kGone : 0) |
                        (record.whole ? kWhole : 0);
  coder_.Symbol(Part(kFlagsPart), 3, flags);
  record.whole = (flags & kWhole) != 0;
  record.gone = (flags & kGone) != 0;
  CodeForm(record.form);
  if (record.gone && (flags & kConflicts) != 0) coder_.Fail();
  if (record.gone || !coder_.ok()) return;
  if ((flags & kConflicts) != 0) CodeConflicts(record);
  memory_.BeginRecord();
  rows_.BeginRecord();
  last_age_ = 0;
  CodeFields(record.whole ? 3 : 4, record.fields);
  std::size_t count = record.rows.size();
  CodeCount(coder_, kRowCountPart, kRowsMax, count);
  if (!coder_.ok() || !memory_.Spend(34 * count)) return coder_.Fail();
  record.rows.resize(count);
  for (std::size_t i = 0; i < count && coder_.ok(); ++i) {
    CodeRow(record.rows[i]);
    if (i > 0 && record.rows[i].id <= record.rows[i - 1].id) coder_.Fail();
  }
}

void PageCoding::CodeAddress(FieldAddress& at) {
  rows_.CodeRow(coder_, kAddressPart, at.row);
  CodeSmall(coder_, Mix(kAddressPart, 1), at.field);
  CodeSmall(coder_, Mix(kAddressPart, 2), at.choice);
}

void PageCoding::CodeMark(Seq seq, Mark& mark) {
  auto kind = static_cast<std::uint32_t>(mark.kind);
  coder_.Symbol(Part(kMarkPart), 3, kind);
  if (kind == 0 || kind > static_cast<std::uint32_t>(MarkKind::kUndeleted)) {
    coder_.Fail();
  }
  mark.kind = static_cast<MarkKind>(kind);
  std::int64_t age = StepTo(seq, mark.seq);
  CodeNumber(coder_, {Mix(kMarkPart, 1)}, age);
  mark.seq = seq - static_cast<Seq>(age);
  CodeAddress(mark.a);
  CodeAddress(mark.b);
}

void PageCoding::CodeConflicts(PulledRecord& record) {
  CodeSmall(coder_, kConflictsPart, record.review_conflicts);
  CodeSmall(coder_, Mix(kConflictsPart, 1), record.decided_conflicts);
  std::size_t marks = record.marks.size();
  CodeCount(coder_, Mix(kConflictsPart, 2), kMarksMax, marks);
  if (!coder_.ok() || !memory_.Spend(8 * marks)) return coder_.Fail();
  record.marks.resize(marks);
  for (Mark& mark : record.marks) CodeMark(record.seq, mark);
  const bool nothing = record.review_conflicts == 0 &&
                       record.decided_conflicts == 0 && record.marks.empty();
  if (nothing) coder_.Fail();
}

// Dates are mostly near the one that was there last.
std::int64_t PageCoding::DayBefore(std::uint32_t field) const {
  const Value* const last = memory_.LastOf(field);
  return last != nullptr && last->kind == ValueKind::kDate
             ? IntegerOf(*last) * kDayMs
             : 0;
}

void PageCoding::CodeLive(FieldState& field) {
  constexpr std::size_t kWriteBytesMin = 6;
  bool alone = field.live.size() == 1;
  coder_.Flag(Part(kLivePart), alone);
  auto more = static_cast<std::uint32_t>(field.live.size()) - 1;
  std::uint32_t shown = field.shown;
  if (alone) {
    more = 0;
    shown = 0;
  } else {
    coder_.Symbol(Part(kLivePart, 1), 2, more);
    coder_.Symbol(Part(kLivePart, 2), 2, shown);
  }
  if (shown > more || !memory_.Spend(kWriteBytesMin * (more + 1))) {
    return coder_.Fail();
  }
  field.shown = static_cast<std::uint8_t>(shown);
  field.live.resize(more + 1);
  for (LiveWrite& write : field.live) {
    std::uint64_t age = seq_ - write.seq;
    bool again = age == last_age_;
    coder_.Flag(Part(kAgePart, 1), again);
    if (again) {
      age = last_age_;
    } else {
      auto number = static_cast<std::int64_t>(age);
      CodeNumber(coder_, {Mix(kAgePart, 2)}, number);
      age = static_cast<std::uint64_t>(number);
    }
    write.seq = seq_ - age;
    last_age_ = age;
    CodeValue(coder_, conversation_.LayoutOf(form_),
              {field.field, field.choice, DayBefore(field.field)}, memory_,
              write.value);
    if (!coder_.ok()) return;
  }
  if (field.choice == 0) memory_.Note(field.field, field.value());
}

void PageCoding::CodeFields(std::uint32_t sort,
                            std::vector<FieldState>& fields) {
  const Layout& layout = conversation_.LayoutOf(form_);
  constexpr auto kField = static_cast<std::uint32_t>(OpKind::kSet);
  steps_.Begin(sort);
  for (std::size_t done = 0; coder_.ok(); ++done) {
    Step step;
    if (done < fields.size()) {
      step = {kField, fields[done].field, fields[done].choice, false};
    }
    steps_.Code(coder_, layout, step);
    if (step.kind == 0) return;
    if (step.kind != kField || step.moves) return coder_.Fail();
    if (done == fields.size()) fields.emplace_back();
    fields[done].field = step.field;
    fields[done].choice = step.choice;
    CodeLive(fields[done]);
    const auto place = [](const FieldState& field) {
      return std::pair(field.field, field.choice);
    };
    if (done > 0 && place(fields[done]) <= place(fields[done - 1])) {
      coder_.Fail();
    }
  }
}

void PageCoding::CodeRow(PulledRow& row) {
  std::uint32_t flags = (row.gone ? 1 : 0) | (row.whole ? 2 : 0);
  coder_.Symbol(Part(kRowFlagsPart), 2, flags);
  row.gone = (flags & 1) != 0;
  row.whole = (flags & 2) != 0;
  rows_.CodeParent(coder_, kRowPlacePart, row.parent);
  rows_.CodeRow(coder_, kRowPlacePart, row.id);
  CodeSmall(coder_, kRowPlacePart, row.repeat);
  if (row.id.empty()) coder_.Fail();
  if (!row.gone && coder_.ok()) CodeFields(5, row.fields);
}

}  // namespace chasqui::wire
