// value      := usual:flag [high:2 low:4] body  usual: it is of the kind that
//               answers the field; else the kind's byte follows
// body       := of a text: again:flag [text]      again: what it was last
//               integer: integer                   number_coding.cc
//               decimal: long:flag (text | decimal)
//               date: number                      less the day of the clock
//               time: even:flag number zone       in minutes if even, else ms
//               date-time: number number          less the clock, offset
//               point: parts:2 decimal{parts + 2} long:flag before each
//               line, area: count point*          an area without its last
//               choice: piece… [number]           0: one beyond those of the
//                                                 field's list follows
//               attachment: hash size text
//               sealed: bytes
//               any other: nothing
// zone       := offset:flag [number]
// piece      := of the bits that the field's highest number takes, from the
// top,
//               in fours; the first has what is over

#include "sync/wire/value_coding.h"

#include <bit>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"
#include "sync/civil_time.h"
#include "sync/schema.h"
#include "sync/wire/distances.h"
#include "sync/wire/number_coding.h"
#include "sync/wire/text_coding.h"

namespace chasqui::wire {
namespace {

constexpr std::int64_t kMsPerMinute = 60'000;
constexpr std::size_t kHash = 32;
constexpr std::size_t kSealedBytesMax = kChangeBytesMax + kSealedOverhead;

// One value on its way, with all that its kinds need.
class ValueCoding {
 public:
  ValueCoding(EntropyCoder& coder, const Layout& layout,
              const AnswerPlace& place, Memory& memory, Value& value)
      : coder_(coder),
        column_(layout.Find(place.field)),
        place_(place),
        memory_(memory),
        value_(value),
        what_(Mix(place.field, 0x10000 + place.choice)) {}

  void Code();

 private:
  const Value* Last() const { return memory_.LastOf(place_.field); }
  std::string_view LastPayload() const {
    return Last() != nullptr && Last()->kind == value_.kind
               ? std::string_view(Last()->payload)
               : std::string_view();
  }
  void CodeKind();
  void CodeBody();
  void CodeChoice();
  void CodeAgain();
  void CodeLongDecimal(ContextKey what, std::string_view before,
                       std::string& decimal);
  void CodeDate();
  void CodeTime();
  void CodeDateTime();
  void CodeOffset(ByteWriter& out, std::int64_t offset);
  void CodePoint(std::string_view before, std::string& point);
  void CodeShape(bool closed);
  void CodeAttachment();

  EntropyCoder& coder_;
  const Column* const column_;
  const AnswerPlace& place_;
  Memory& memory_;
  Value& value_;
  const ContextKey what_;
};

void ValueCoding::CodeKind() {
  ValueKind usual = ValueKind::kTicked;
  if (place_.choice == 0) {
    usual = column_ == nullptr ? ValueKind::kText : KindOf(column_->type);
  }
  const auto kind_of_usual = static_cast<std::uint32_t>(usual);
  bool is_usual = value_.kind == usual;
  coder_.Flag(
      Contexts(SymbolKind::kValueKind, {Mix(what_, 1), Mix(3, kind_of_usual)}),
      is_usual);
  if (is_usual) {
    value_.kind = usual;
    return;
  }
  std::uint32_t high = static_cast<std::uint32_t>(value_.kind) >> 4;
  std::uint32_t low = static_cast<std::uint32_t>(value_.kind) & 15;
  const Contexts contexts(SymbolKind::kValueKind,
                          {Mix(what_, 4), Mix(5, kind_of_usual)});
  coder_.Symbol(contexts, 2, high);
  coder_.Symbol(contexts.And(high + 1), 4, low);
  value_.kind = static_cast<ValueKind>(high << 4 | low);
}

void ValueCoding::CodeChoice() {
  const std::uint32_t most = column_ == nullptr ? 0 : column_->choices;
  const std::uint32_t was = coder_.reading() ? 0 : ChoiceOf(value_);
  std::uint32_t number = was > most ? 0 : was;
  const ContextKey answer = memory_.AnswerKey(0);
  const ContextKey last = memory_.LastKeyOf(place_.field);
  const Contexts contexts(SymbolKind::kChoice,
                          {what_, Mix(what_, last), Mix(Mix(what_, answer), 1),
                           Mix(Mix(what_, answer), memory_.AnswerKey(1)),
                           Mix(Mix(what_, answer), last)});
  CodePieces(coder_, contexts, most, 1, number);
  if (number == 0) {
    std::size_t count = was;
    CodeCount(coder_, Mix(what_, 7), 0xffff'ffff, count);
    number = static_cast<std::uint32_t>(count);
  }
  value_.payload.clear();
  ByteWriter(value_.payload).Varint(number);
}

void ValueCoding::CodeAgain() {
  bool again = !LastPayload().empty() && LastPayload() == value_.payload;
  if (!LastPayload().empty()) {
    coder_.Flag(
        Contexts(SymbolKind::kFlag,
                 {Mix(what_, 8), Mix(memory_.LastKeyOf(place_.field), 9)}),
        again);
  }
  if (again) {
    value_.payload = LastPayload();
    if (!memory_.Spend(value_.payload.size())) coder_.Fail();
    return;
  }
  CodeText(coder_, what_, kTextBytesMax, memory_, value_.payload);
}

void ValueCoding::CodeLongDecimal(ContextKey what, std::string_view before,
                                  std::string& decimal) {
  bool is_long = !IsShortDecimal(decimal);
  coder_.Flag(Contexts(SymbolKind::kFlag, {Mix(what, 10)}), is_long);
  if (is_long) {
    CodeText(coder_, Mix(what, 11), kDecimalCharsMax, memory_, decimal);
    return;
  }
  CodeDecimal(coder_, what, before, decimal);
  if (!memory_.Spend(decimal.size())) coder_.Fail();
}

// Days since 1970, down to the one before.
std::int64_t DayOf(std::int64_t ms) {
  return ms / kDayMs - (ms % kDayMs < 0 ? 1 : 0);
}

void ValueCoding::CodeDate() {
  const std::int64_t today = DayOf(place_.wall_ms);
  std::int64_t days = coder_.reading() ? 0 : Less(IntegerOf(value_), today);
  const std::int64_t before =
      LastPayload().empty() ? 0 : Less(IntegerOf(*Last()), today);
  const ContextKey what = Mix(what_, 12);
  CodeNumber(coder_, {what, Mix(what, static_cast<std::uint32_t>(before) + 1)},
             days);
  value_ = {ValueKind::kDate, {}};
  ByteWriter(value_.payload).Zigzag(Plus(days, today));
}

void ValueCoding::CodeOffset(ByteWriter& out, std::int64_t offset) {
  CodeNumber(coder_, {Mix(what_, 13)}, offset);
  out.Zigzag(offset);
}

void ValueCoding::CodeTime() {
  ByteReader in(value_.payload);
  const std::uint64_t was = in.Varint();
  bool zoned = in.Varint() == 1;
  const std::int64_t offset = zoned ? in.Zigzag() : 0;
  bool even = was % kMsPerMinute == 0;
  coder_.Flag(Contexts(SymbolKind::kFlag, {Mix(what_, 14)}), even);
  auto number = static_cast<std::int64_t>(even ? was / kMsPerMinute : was);
  CodeNumber(coder_, {Mix(what_, even ? 15 : 16)}, number);
  coder_.Flag(Contexts(SymbolKind::kFlag, {Mix(what_, 17)}), zoned);
  if (number < 0 || number > kDayMs) return coder_.Fail();
  value_.payload.clear();
  ByteWriter out(value_.payload);
  out.Varint(static_cast<std::uint64_t>(even ? number * kMsPerMinute : number));
  out.Varint(zoned ? 1 : 0);
  if (zoned) CodeOffset(out, offset);
}

void ValueCoding::CodeDateTime() {
  const DateTime was = coder_.reading() ? DateTime() : DateTimeOf(value_);
  std::int64_t ms = Less(was.utc_ms, place_.wall_ms);
  CodeNumber(coder_, {Mix(what_, 18)}, ms);
  value_.payload.clear();
  ByteWriter out(value_.payload);
  out.Zigzag(Plus(ms, place_.wall_ms));
  CodeOffset(out, was.offset_minutes);
}

std::vector<std::string> Parts(std::string_view text, char between) {
  if (text.empty()) return {};
  return absl::StrSplit(AbslView(text), between);
}

void ValueCoding::CodePoint(std::string_view before, std::string& point) {
  constexpr std::uint32_t kPartsMin = 2;
  std::vector<std::string> parts = Parts(point, ' ');
  const std::vector<std::string> last = Parts(before, ' ');
  auto more = static_cast<std::uint32_t>(parts.size()) - kPartsMin;
  coder_.Symbol(Contexts(SymbolKind::kFlag, {Mix(what_, 19)}), 2, more);
  parts.resize(kPartsMin + more);
  for (std::size_t i = 0; i < parts.size() && coder_.ok(); ++i) {
    CodeLongDecimal(Mix(what_, static_cast<std::uint32_t>(20 + i)),
                    i < last.size() ? last[i] : std::string(), parts[i]);
  }
  point = absl::StrJoin(parts, " ");
}

void ValueCoding::CodeShape(bool closed) {
  std::vector<std::string> points = Parts(value_.payload, ';');
  if (closed && !points.empty()) points.pop_back();
  std::size_t count = points.size();
  CodeCount(coder_, Mix(what_, 30), kGeometryPointsMax, count);
  std::string before(LastPayload().substr(0, LastPayload().find(';')));
  points.resize(count);
  for (std::string& point : points) {
    if (!coder_.ok()) return;
    CodePoint(before, point);
    before = point;
  }
  if (closed && !points.empty()) points.push_back(points.front());
  value_.payload = absl::StrJoin(points, ";");
}

void ValueCoding::CodeAttachment() {
  ByteReader in(value_.payload);
  std::string hash(in.Raw(kHash));
  std::uint64_t size = in.Varint();
  std::string type(in.Raw(in.left()));
  hash.resize(kHash);
  for (char& byte : hash) {
    std::uint64_t bits = static_cast<unsigned char>(byte);
    coder_.Plain(8, bits);
    byte = static_cast<char>(bits);
  }
  auto number = static_cast<std::int64_t>(size);
  CodeNumber(coder_, {Mix(what_, 31)}, number);
  size = static_cast<std::uint64_t>(number);
  CodeText(coder_, Mix(what_, 32), kMediaTypeCharsMax, memory_, type);
  value_.payload.clear();
  ByteWriter out(value_.payload);
  out.Raw(hash);
  out.Varint(size);
  out.Raw(type);
}

void ValueCoding::CodeBody() {
  switch (value_.kind) {
    case ValueKind::kText:
      return CodeAgain();
    case ValueKind::kInteger: {
      std::int64_t number = coder_.reading() ? 0 : IntegerOf(value_);
      CodeInteger(coder_, memory_, place_.field, number);
      value_ = Value::Integer(number);
      return;
    }
    case ValueKind::kDecimal:
      return CodeLongDecimal(what_, LastPayload(), value_.payload);
    case ValueKind::kDate:
      return CodeDate();
    case ValueKind::kTime:
      return CodeTime();
    case ValueKind::kDateTime:
      return CodeDateTime();
    case ValueKind::kPoint:
      return CodePoint(LastPayload(), value_.payload);
    case ValueKind::kLine:
      return CodeShape(/*closed=*/false);
    case ValueKind::kArea:
      return CodeShape(/*closed=*/true);
    case ValueKind::kChoice:
      return CodeChoice();
    case ValueKind::kAttachment:
      return CodeAttachment();
    case ValueKind::kSealed:
      return CodeBytes(coder_, Mix(what_, 33), kSealedBytesMax, memory_,
                       value_.payload);
    case ValueKind::kCleared:
    case ValueKind::kNotRelevant:
    case ValueKind::kAnswered:
    case ValueKind::kTicked:
    case ValueKind::kUnticked:
      value_.payload.clear();
      return;
  }
  coder_.Fail();
}

void ValueCoding::Code() {
  // What every value takes in a row, at least.
  constexpr std::size_t kBytesMin = 8;
  if (!memory_.Spend(kBytesMin)) return coder_.Fail();
  CodeKind();
  if (coder_.ok()) CodeBody();
  if (!coder_.ok()) return;
  if (coder_.reading() && !CheckValue(value_).ok()) coder_.Fail();
}

}  // namespace

void CodeValue(EntropyCoder& coder, const Layout& layout,
               const AnswerPlace& place, Memory& memory, Value& value) {
  ValueCoding(coder, layout, place, memory, value).Code();
}

}  // namespace chasqui::wire
