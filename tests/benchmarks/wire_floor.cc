#include "tests/benchmarks/wire_floor.h"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "absl/strings/str_split.h"
#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

constexpr double kFirst = 0.5;

// Whether something was seen before: a question of its own, for what has too
// many kinds to be counted.
const char* SeenWord(bool seen) { return seen ? "again" : "new"; }

}  // namespace

double FieldModels::Counts::Tell(const std::string& what, double kinds) {
  double& count = of[what];
  const double bits = -std::log2((count + kFirst) / (all + kFirst * kinds));
  count += 1;
  all += 1;
  return bits;
}

double FieldModels::TellText(const std::string& name, std::string_view text) {
  double bits = 0;
  std::string before = "  ";
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const std::string letter(i < text.size() ? text.substr(i, 1)
                                             : std::string_view("\0", 1));
    // After two letters where that is known, else after one.
    Counts& two = counts_[StrCat("text2/", before)];
    Counts& one = counts_[StrCat("text1/", before.substr(1))];
    const bool known = two.Has(letter);
    bits += counts_[StrCat("text/", name)].Tell(SeenWord(known), 2);
    if (known) {
      bits += two.Tell(letter, static_cast<double>(two.of.size()));
      one.Tell(letter, 256);
    } else {
      two.Tell(letter, 256);
      bits += one.Tell(letter, 64);
    }
    before.erase(0, 1);
    before += letter;
  }
  return bits;
}

double FieldModels::TellDigits(const std::string& name, std::string_view text) {
  constexpr std::size_t kCounted = 4;
  double bits = 0;
  int part = 0;
  for (const absl::string_view piece : absl::StrSplit(AbslView(text), ' ')) {
    const std::string at = StrCat(name, "/", part++);
    bits += counts_[at + "/size"].Tell(StrCat(piece.size()), 20);
    for (std::size_t i = 0; i < piece.size(); ++i) {
      bits += i < kCounted ? counts_[StrCat(at, "/", piece.substr(0, i))].Tell(
                                 std::string(piece.substr(i, 1)), 12)
                           : std::log2(10);
    }
  }
  return bits;
}

double FieldModels::TellNumber(Counts& sizes, const std::string& payload) {
  const std::int64_t number = IntegerOf({ValueKind::kInteger, payload});
  const auto size =
      std::bit_width(static_cast<std::uint64_t>(std::llabs(number)));
  return sizes.Tell(StrCat(size, number < 0 ? "-" : ""), 20) +
         std::max(0.0, static_cast<double>(size) - 1);
}

double FieldModels::TellValue(std::uint32_t field, const Value& value) {
  const client::DeviceField* const known = form_.device.Find(field);
  const std::string name = StrCat(field);
  Counts& values = counts_[name + "/values"];
  if (value.kind == ValueKind::kChoice) {
    const auto choices = known == nullptr ? 2 : known->codes.size();
    return values.Tell(value.payload, static_cast<double>(choices));
  }
  if (value.kind == ValueKind::kPoint || value.kind == ValueKind::kDecimal) {
    return TellDigits(name, value.payload);
  }
  const bool seen = values.Has(value.payload);
  double bits = counts_[name + "/seen"].Tell(SeenWord(seen), 2);
  if (seen) {
    return bits +
           values.Tell(value.payload, static_cast<double>(values.of.size()));
  }
  values.Tell(value.payload, 1);
  return bits + (value.kind == ValueKind::kText
                     ? TellText(name, value.payload)
                     : TellNumber(counts_[name + "/sizes"], value.payload));
}

double FieldModels::Tell(const Change& change) {
  std::map<std::uint32_t, const Value*> answers;
  for (const Op& op : change.ops) {
    if (op.at.field >= kFirstFormField) answers[op.at.field] = &op.value;
  }
  double bits = 0;
  for (const wire::Column& column : form_.layouts.at(1).columns()) {
    if (column.field < kFirstFormField) continue;
    const auto answer = answers.find(column.field);
    const bool answered = answer != answers.end();
    bits += counts_[StrCat(column.field, "/answered")].Tell(
        answered ? "yes" : "no", 2);
    if (answered) bits += TellValue(column.field, *answer->second);
  }
  return bits;
}

}  // namespace chasqui::benchmarks
