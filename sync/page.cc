// record := version flags id:16 seq:varint form:varint
//           [review:varint decided:varint marks] [fields rows]
// flags  := bit 0: whole; bit 1: gone; bit 2: conflicts and marks follow, if
//           there are any; nothing follows of one that is gone
// marks  := n:varint n*(kind:byte seq:varint at at)
// at     := place field:varint choice:varint
// place  := 0x00 | 0x01 row:16
// rows   := n:varint n*row                     sorted by id
// row    := flags id:16 parent:16 repeat:varint [fields]
// fields := n:varint n*field                   sorted by (field, choice)
// field  := step:varint choice:varint live     step: from the field before
// live   := shape:byte [shown:byte] n*write    shape: n, the number of writes,
//                                              with bit 7 if shown is not 0
// write  := age:zigzag kind:byte payload:bytes age: the record's seq less it

#include "sync/page.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui {
namespace {

constexpr std::uint8_t kPageVersion = 1;
constexpr std::uint8_t kWhole = 1;
constexpr std::uint8_t kGone = 2;
constexpr std::uint8_t kMarked = 4;
constexpr std::uint8_t kHasShown = 0x80;

using FieldList = std::vector<FieldState>;

void WriteFields(const FieldList& fields, Seq seq, ByteWriter& out) {
  out.Varint(fields.size());
  std::uint32_t before = 0;
  for (const FieldState& field : fields) {
    out.Varint(field.field - before);
    before = field.field;
    out.Varint(field.choice);
    const auto count = static_cast<std::uint8_t>(field.live.size());
    out.Byte(field.shown == 0 ? count : count | kHasShown);
    if (field.shown != 0) out.Byte(field.shown);
    for (const LiveWrite& write : field.live) {
      out.Zigzag(static_cast<std::int64_t>(seq - write.seq));
      out.Byte(static_cast<std::uint8_t>(write.value.kind));
      out.Bytes(write.value.payload);
    }
  }
}

FieldState ReadField(std::uint32_t before, Seq seq, ByteReader& in) {
  FieldState field;
  field.field = before + in.Varint32();
  if (field.field < before) in.Fail();
  field.choice = in.Varint32();
  const std::uint8_t shape = in.Byte();
  const std::size_t count = shape & ~kHasShown;
  if ((shape & kHasShown) != 0) {
    field.shown = in.Byte();
    if (field.shown == 0) in.Fail();
  }
  if (count == 0 || count > kLiveWritesMax || field.shown >= count) in.Fail();
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    LiveWrite write;
    write.seq = seq - static_cast<std::uint64_t>(in.Zigzag());
    write.value.kind = static_cast<ValueKind>(in.Byte());
    write.value.payload = std::string(in.Bytes());
    if (!CheckValue(write.value).ok()) in.Fail();
    field.live.push_back(std::move(write));
  }
  return field;
}

FieldList ReadFields(Seq seq, ByteReader& in) {
  FieldList fields;
  const std::size_t count = in.Count(6);
  fields.reserve(count);
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    FieldState field = ReadField(before, seq, in);
    if (!fields.empty() && fields.back().field == field.field &&
        fields.back().choice >= field.choice) {
      in.Fail();
    }
    before = field.field;
    fields.push_back(std::move(field));
  }
  return fields;
}

void WriteAddress(const FieldAddress& at, ByteWriter& out) {
  out.Byte(at.row.empty() ? 0 : 1);
  if (!at.row.empty()) out.Name(at.row);
  out.Varint(at.field);
  out.Varint(at.choice);
}

FieldAddress ReadAddress(ByteReader& in) {
  FieldAddress at;
  const std::uint8_t in_row = in.Byte();
  if (in_row > 1) in.Fail();
  if (in_row == 1) at.row = in.Name<RowId>();
  if (in_row == 1 && at.row.empty()) in.Fail();
  at.field = in.Varint32();
  at.choice = in.Varint32();
  return at;
}

void WriteMarks(const std::vector<Mark>& marks, ByteWriter& out) {
  out.Varint(marks.size());
  for (const Mark& mark : marks) {
    out.Byte(static_cast<std::uint8_t>(mark.kind));
    out.Varint(mark.seq);
    WriteAddress(mark.a, out);
    WriteAddress(mark.b, out);
  }
}

std::vector<Mark> ReadMarks(ByteReader& in) {
  std::vector<Mark> marks;
  const std::size_t count = in.Count(8);
  if (count > kMarksMax) in.Fail();
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    Mark mark;
    const std::uint8_t kind = in.Byte();
    if (kind == 0 || kind > static_cast<std::uint8_t>(MarkKind::kUndeleted)) {
      in.Fail();
    }
    mark.kind = static_cast<MarkKind>(kind);
    mark.seq = in.Varint();
    mark.a = ReadAddress(in);
    mark.b = ReadAddress(in);
    marks.push_back(mark);
  }
  return marks;
}

void WriteRow(const PulledRow& row, Seq seq, ByteWriter& out) {
  out.Byte(static_cast<std::uint8_t>((row.whole ? kWhole : 0) |
                                     (row.gone ? kGone : 0)));
  out.Name(row.id);
  out.Name(row.parent);
  out.Varint(row.repeat);
  if (!row.gone) WriteFields(row.fields, seq, out);
}

PulledRow ReadRow(Seq seq, ByteReader& in) {
  PulledRow row;
  const std::uint8_t flags = in.Byte();
  if (flags > (kWhole | kGone)) in.Fail();
  row.whole = (flags & kWhole) != 0;
  row.gone = (flags & kGone) != 0;
  row.id = in.Name<RowId>();
  row.parent = in.Name<RowId>();
  row.repeat = in.Varint32();
  if (row.id.empty()) in.Fail();  // that would be the record itself
  if (!row.gone) row.fields = ReadFields(seq, in);
  return row;
}

bool FieldBefore(const FieldState& a, const FieldState& b) {
  return std::pair(a.field, a.choice) < std::pair(b.field, b.choice);
}

// Both sorted; those of `news` replace their like in `held`.
void MergeFields(const FieldList& news, FieldList& held) {
  FieldList merged;
  merged.reserve(held.size() + news.size());
  auto old = held.begin();
  for (const FieldState& field : news) {
    while (old != held.end() && FieldBefore(*old, field)) {
      merged.push_back(std::move(*old++));
    }
    if (old != held.end() && !FieldBefore(field, *old)) ++old;
    merged.push_back(field);
  }
  std::move(old, held.end(), std::back_inserter(merged));
  held = std::move(merged);
}

// Forgets the row, and the rows inside it.
void DropRow(const RowId& gone, std::vector<PulledRow>& rows) {
  const auto contains = [](const std::vector<RowId>& ids, const RowId& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  std::vector<RowId> dropped = {gone};
  for (std::size_t i = 0; i < dropped.size(); ++i) {
    for (const PulledRow& row : rows) {
      // Each once: what was sent may claim that rows lie inside each other.
      if (row.parent == dropped[i] && !contains(dropped, row.id)) {
        dropped.push_back(row.id);
      }
    }
  }
  std::erase_if(
      rows, [&](const PulledRow& row) { return contains(dropped, row.id); });
}

void MergeRow(const PulledRow& news, std::vector<PulledRow>& rows) {
  const auto at = std::lower_bound(
      rows.begin(), rows.end(), news.id,
      [](const PulledRow& row, const RowId& id) { return row.id < id; });
  if (at == rows.end() || at->id != news.id) {
    rows.insert(at, news);
  } else if (news.whole) {
    *at = news;
  } else {
    MergeFields(news.fields, at->fields);
  }
}

// A Record or a PulledRecord, which is at `seq`.
template <typename AnyRecord>
std::string Spell(const AnyRecord& record, bool whole, Seq seq,
                  const std::vector<PulledRow>& rows) {
  std::string bytes;
  ByteWriter out(bytes);
  const bool marked =
      !record.gone && (record.review_conflicts != 0 ||
                       record.decided_conflicts != 0 || !record.marks.empty());
  out.Byte(kPageVersion);
  out.Byte(static_cast<std::uint8_t>((whole ? kWhole : 0) |
                                     (record.gone ? kGone : 0) |
                                     (marked ? kMarked : 0)));
  out.Name(record.id);
  out.Varint(seq);
  out.Varint(record.form);
  if (record.gone) return bytes;
  if (marked) {
    out.Varint(record.review_conflicts);
    out.Varint(record.decided_conflicts);
    WriteMarks(record.marks, out);
  }
  WriteFields(record.fields, seq, out);
  out.Varint(rows.size());
  for (const PulledRow& row : rows) WriteRow(row, seq, out);
  return bytes;
}

}  // namespace

std::string EncodePulled(const PulledRecord& record) {
  return Spell(record, record.whole, record.seq, record.rows);
}

std::string EncodeWhole(const Record& record,
                        const std::vector<PulledRow>& rows) {
  return Spell(record, !record.gone, record.latest, rows);
}

bool HoldsSealed(const PulledRecord& record) {
  const auto sealed = [](const std::vector<FieldState>& fields) {
    return std::any_of(fields.begin(), fields.end(), [](const FieldState& f) {
      return std::any_of(f.live.begin(), f.live.end(), [](const LiveWrite& w) {
        return w.value.kind == ValueKind::kSealed;
      });
    });
  };
  return sealed(record.fields) ||
         std::any_of(record.rows.begin(), record.rows.end(),
                     [&](const PulledRow& row) { return sealed(row.fields); });
}

std::size_t RoughBytes(const PulledRecord& record) {
  constexpr std::size_t kKeyBytes = 32;
  std::size_t bytes = 32;
  const auto add = [&bytes](const FieldList& fields) {
    for (const FieldState& field : fields) {
      for (const LiveWrite& write : field.live) {
        bytes += 8 + write.value.payload.size();
        // The record's key, which comes with it.
        if (write.value.kind == ValueKind::kSealed) bytes += kKeyBytes;
      }
    }
  };
  add(record.fields);
  for (const PulledRow& row : record.rows) {
    bytes += 40;
    add(row.fields);
  }
  return bytes;
}

absl::StatusOr<PulledRecord> DecodePulled(std::string_view bytes) {
  ByteReader in(bytes);
  PulledRecord record;
  if (in.Byte() != kPageVersion) {
    return absl::InvalidArgumentError("record is of no version known here");
  }
  const std::uint8_t flags = in.Byte();
  if (flags > (kWhole | kGone | kMarked)) in.Fail();
  record.whole = (flags & kWhole) != 0;
  record.gone = (flags & kGone) != 0;
  record.id = in.Name<RecordId>();
  record.seq = in.Varint();
  record.form = in.Varint32();
  if ((flags & kMarked) != 0) {
    record.review_conflicts = in.Varint32();
    record.decided_conflicts = in.Varint32();
    record.marks = ReadMarks(in);
    const bool nothing = record.review_conflicts == 0 &&
                         record.decided_conflicts == 0 && record.marks.empty();
    if (record.gone || nothing) in.Fail();
  }
  if (!record.gone) {
    record.fields = ReadFields(record.seq, in);
    const std::size_t rows = in.Count(34);
    for (std::size_t i = 0; i < rows && in.ok(); ++i) {
      record.rows.push_back(ReadRow(record.seq, in));
      if (i > 0 && record.rows[i].id <= record.rows[i - 1].id) in.Fail();
    }
  }
  if (!in.done() || record.id.empty()) {
    return absl::InvalidArgumentError(StrCat("record is malformed at byte ",
                                             bytes.size() - in.left(), " of ",
                                             bytes.size()));
  }
  return record;
}

void Merge(const PulledRecord& news, PulledRecord& held) {
  if (news.whole || news.gone) {
    held = news;
    std::erase_if(held.rows, [](const PulledRow& row) { return row.gone; });
    return;
  }
  held.seq = news.seq;
  held.form = news.form;
  held.gone = false;
  held.review_conflicts = news.review_conflicts;
  held.decided_conflicts = news.decided_conflicts;
  held.marks = news.marks;
  MergeFields(news.fields, held.fields);
  for (const PulledRow& row : news.rows) {
    if (!row.gone) MergeRow(row, held.rows);
  }
  // Last, and so with every row that came inside them.
  for (const PulledRow& row : news.rows) {
    if (row.gone) DropRow(row.id, held.rows);
  }
}

}  // namespace chasqui
