#include "sync/schema.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui {
namespace {

template <typename T>
const T* FindNumber(const std::vector<T>& sorted, std::uint32_t number) {
  const auto at = std::lower_bound(
      sorted.begin(), sorted.end(), number,
      [](const T& item, std::uint32_t n) { return item.number < n; });
  return at == sorted.end() || at->number != number ? nullptr : &*at;
}

// Adds `item` to a sorted vector that does not have it yet.
template <typename T>
void AddOnce(std::vector<T>& sorted, const T& item) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), item);
  if (at == sorted.end() || *at != item) sorted.insert(at, item);
}

Policy DefaultOf(FieldType type) {
  return type == FieldType::kChoices ? Policy::kUnion : Policy::kLatest;
}

bool IsOrdered(FieldType type) {
  switch (type) {
    case FieldType::kInteger:
    case FieldType::kDecimal:
    case FieldType::kDate:
    case FieldType::kTime:
    case FieldType::kDateTime:
      return true;
    default:
      return false;
  }
}

FieldSchema SystemField(std::uint32_t number, std::string path) {
  FieldSchema field;
  field.number = number;
  field.path = std::move(path);
  field.policy = Policy::kRole;
  return field;
}

}  // namespace

ValueKind KindOf(FieldType type) {
  switch (type) {
    case FieldType::kText:
      return ValueKind::kText;
    case FieldType::kInteger:
      return ValueKind::kInteger;
    case FieldType::kDecimal:
      return ValueKind::kDecimal;
    case FieldType::kDate:
      return ValueKind::kDate;
    case FieldType::kTime:
      return ValueKind::kTime;
    case FieldType::kDateTime:
      return ValueKind::kDateTime;
    case FieldType::kPoint:
      return ValueKind::kPoint;
    case FieldType::kLine:
      return ValueKind::kLine;
    case FieldType::kArea:
      return ValueKind::kArea;
    case FieldType::kChoice:
      return ValueKind::kChoice;
    case FieldType::kChoices:
      return ValueKind::kAnswered;
    case FieldType::kAttachment:
      return ValueKind::kAttachment;
  }
  return ValueKind::kText;
}

Schema::Schema()
    : fields_{SystemField(kStatusField, "_status"),
              SystemField(kAreaField, "_area"),
              SystemField(kAssigneeField, "_assignee")} {}

void Schema::Add(const Form& form, const Numbering& numbering,
                 const SurveyConfig& config) {
  std::map<std::string_view, Policy> policies;
  for (const FieldPolicy& declared : config.policies) {
    policies[declared.path] = declared.policy;
  }
  const std::set<std::string_view> personal(config.personal.begin(),
                                            config.personal.end());
  const FormNumbers numbers = NumbersOf(form, numbering);
  for (std::size_t i = 0; i < form.repeats.size(); ++i) {
    if (Repeat(numbers.repeats[i]) != nullptr) continue;
    CHECK(numbers.repeats[i] == repeats_.size() + 1);
    const auto& parent = form.repeats[i].parent;
    repeats_.push_back({numbers.repeats[i],
                        parent.has_value() ? numbers.repeats[*parent] : 0,
                        form.repeats[i].path});
  }
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    if (Field(numbers.fields[i]) != nullptr) continue;
    const NumberedField& numbered = *numbering.Field(numbers.fields[i]);
    FieldSchema field;
    field.number = numbers.fields[i];
    field.path = numbered.path;
    field.type = numbered.type;
    field.repeat = numbered.repeat;
    const auto declared = policies.find(field.path);
    const Policy policy =
        declared == policies.end() ? Policy::kDefault : declared->second;
    field.policy = policy == Policy::kDefault ? DefaultOf(field.type) : policy;
    field.personal = personal.contains(field.path);
    CHECK(field.number > fields_.back().number);
    fields_.push_back(std::move(field));
  }
  const auto edit = [this](std::uint32_t number) -> FieldSchema& {
    return fields_[static_cast<std::size_t>(Field(number) - fields_.data())];
  };
  for (const std::uint32_t number : numbers.fields) {
    FieldSchema& field = edit(number);
    const std::size_t choices =
        numbering.choices()[number - kFirstFormField].size();
    for (std::size_t n = field.choices.size(); n < choices; ++n) {
      field.choices.push_back(static_cast<std::uint32_t>(n + 1));
    }
  }
  for (const Pair& pair : form.pairs) {
    const std::uint32_t a = numbers.fields[pair.field_a];
    const std::uint32_t b = numbers.fields[pair.field_b];
    AddOnce(edit(a).partners, {b, pair.spans_rows});
    AddOnce(edit(b).partners, {a, pair.spans_rows});
  }
}

const FieldSchema* Schema::Field(std::uint32_t number) const {
  return FindNumber(fields_, number);
}

const RepeatSchema* Schema::Repeat(std::uint32_t number) const {
  return FindNumber(repeats_, number);
}

absl::Status CheckPolicy(Policy policy, FieldType type) {
  const auto refuse = [policy, type](std::string_view why) {
    return absl::InvalidArgumentError(StrCat("policy ", ToText(policy),
                                             " is not for a field of type ",
                                             FieldTypeName(type), ": ", why));
  };
  if ((policy == Policy::kUnion) != (type == FieldType::kChoices) &&
      policy != Policy::kDefault) {
    return refuse("union is for select-multiple, and its only policy");
  }
  if ((policy == Policy::kMax || policy == Policy::kMin) && !IsOrdered(type)) {
    return refuse("max and min are for numbers, dates and times");
  }
  if (policy == Policy::kAppend && type != FieldType::kText) {
    return refuse("append is for text");
  }
  return absl::OkStatus();
}

absl::Status CheckPersonal(FieldType type) {
  if (type != FieldType::kChoices && type != FieldType::kAttachment) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      StrCat("a field of type ", FieldTypeName(type), " cannot be personal: ",
             type == FieldType::kChoices
                 ? "which choices are written tells which are ticked"
                 : "its file would not be sealed"));
}

bool IsOfType(const FieldSchema& field, std::uint32_t choice,
              const Value& value) {
  if (field.personal && choice == 0 && value.IsAnswer()) {
    return value.kind == ValueKind::kSealed;
  }
  return IsGivenOfType(field, choice, value);
}

bool IsGivenOfType(const FieldSchema& field, std::uint32_t choice,
                   const Value& value) {
  if (choice != 0) {
    return field.type == FieldType::kChoices &&
           choice <= field.choices.size() &&
           (value.kind == ValueKind::kTicked ||
            value.kind == ValueKind::kUnticked);
  }
  if (!value.IsAnswer()) return true;
  if (value.kind != KindOf(field.type)) return false;
  return value.kind != ValueKind::kChoice ||
         ChoiceOf(value) <= field.choices.size();
}

}  // namespace chasqui
