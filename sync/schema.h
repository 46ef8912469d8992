// What Apply knows of the forms: each field's type, place and policy, by its
// number. One schema serves all versions of a survey's forms: numbers are
// never given twice, so a field means the same in each of them.

#ifndef CHASQUI_SYNC_SCHEMA_H_
#define CHASQUI_SYNC_SCHEMA_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/change.h"
#include "sync/config.h"
#include "sync/form/form.h"
#include "sync/form/numbering.h"
#include "sync/value.h"

namespace chasqui {

// A field that constrains another (rules 5). `spans_rows`: the expression
// reaches over rows, so that a field outside the repeat pairs with every row.
struct Partner {
  std::uint32_t field = 0;
  bool spans_rows = false;

  friend auto operator<=>(const Partner&, const Partner&) = default;
};

struct FieldSchema {
  std::uint32_t number = 0;
  std::string path;
  FieldType type = FieldType::kText;
  std::uint32_t repeat = 0;  // number of the repeat it stands in; 0: none
  Policy policy = Policy::kLatest;
  bool personal = false;               // its answers are sealed
  std::vector<std::uint32_t> choices;  // numbers, sorted
  std::vector<Partner> partners;       // sorted
};

struct RepeatSchema {
  std::uint32_t number = 0;
  std::uint32_t parent = 0;  // 0: none
  std::string path;
};

class Schema {
 public:
  // Adds one published form, its fields numbered by `numbering`, with the
  // policies that `config` declares for fields published now for the first
  // time. Deterministic.
  void Add(const Form& form, const Numbering& numbering,
           const SurveyConfig& config);

  // Nullptr if the survey has no such field or repeat. System fields are
  // fields as well.
  const FieldSchema* Field(std::uint32_t number) const;
  const RepeatSchema* Repeat(std::uint32_t number) const;

  // By number.
  const std::vector<FieldSchema>& fields() const { return fields_; }
  const std::vector<RepeatSchema>& repeats() const { return repeats_; }

  Schema();

 private:
  std::vector<FieldSchema> fields_;
  std::vector<RepeatSchema> repeats_;
};

// Whether a field of `type` may have `policy`: union is for select-multiple
// and the only one it has; append for text; max and min for what has an
// order.
absl::Status CheckPolicy(Policy policy, FieldType type);

// Whether a field of `type` may be personal: not a select-multiple, of which
// what is written tells what is ticked; nor an attachment, whose file would not
// be sealed with its name.
absl::Status CheckPersonal(FieldType type);

// Whether `value`, as it was given, is of `field`'s type, or no answer. For a
// select-multiple `choice` says which of its parts is meant.
bool IsGivenOfType(const FieldSchema& field, std::uint32_t choice,
                   const Value& value);
// The same of a value in the log: what answers a personal field is sealed.
bool IsOfType(const FieldSchema& field, std::uint32_t choice,
              const Value& value);

// The kind of value that answers a field of `type`.
ValueKind KindOf(FieldType type);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_SCHEMA_H_
