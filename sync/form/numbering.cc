#include "sync/form/numbering.h"

#include <utility>

#include "absl/status/status.h"
#include "sync/base/check.h"

namespace chasqui {
namespace {

// What form.repeats[index] is numbered by. `numbers` are those of the repeats
// before it; an outer repeat precedes those in it.
NumberedRepeat Describe(const Form& form, std::size_t index,
                        const std::vector<std::uint32_t>& numbers) {
  const Repeat& repeat = form.repeats[index];
  CHECK(!repeat.parent || *repeat.parent < index);
  return {repeat.path, repeat.parent ? numbers[*repeat.parent] : 0};
}

// What `field` is numbered by; `numbers` are those of all repeats.
NumberedField Describe(const Field& field,
                       const std::vector<std::uint32_t>& numbers) {
  CHECK(!field.repeat || *field.repeat < numbers.size());
  return {field.path, field.type, field.repeat ? numbers[*field.repeat] : 0};
}

template <typename Entries, typename Entry>
std::optional<std::uint32_t> Find(const Entries& entries, const Entry& entry) {
  const auto found = entries.find(entry);
  if (found == entries.end()) return std::nullopt;
  return found->second;
}

}  // namespace

absl::StatusOr<Numbering> Numbering::FromEntries(
    const std::vector<NumberedRepeat>& repeats,
    const std::vector<NumberedField>& fields,
    const std::vector<std::vector<std::string>>& choices) {
  Numbering numbering;
  for (const NumberedRepeat& repeat : repeats) {
    const std::size_t count = numbering.repeats_.size();
    if (repeat.parent > count) {
      return absl::DataLossError("numbering: repeat before the one it is in");
    }
    if (numbering.AddRepeat(repeat) != count + 1) {
      return absl::DataLossError("numbering: repeat listed twice");
    }
  }
  if (choices.size() != fields.size()) {
    return absl::DataLossError("numbering: choices of another set of fields");
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].repeat > numbering.repeats_.size()) {
      return absl::DataLossError("numbering: field in an unknown repeat");
    }
    const std::uint32_t number = numbering.AddField(fields[i]);
    if (number != kFirstField + i) {
      return absl::DataLossError("numbering: field listed twice");
    }
    for (const std::string& code : choices[i]) {
      if (numbering.ChoiceNumber(number, code)) {
        return absl::DataLossError("numbering: choice listed twice");
      }
      numbering.AddChoice(number, code);
    }
  }
  return numbering;
}

std::optional<std::uint32_t> Numbering::RepeatNumber(
    const NumberedRepeat& repeat) const {
  return Find(repeat_numbers_, repeat);
}

std::optional<std::uint32_t> Numbering::FieldNumber(
    const NumberedField& field) const {
  return Find(field_numbers_, field);
}

std::optional<std::uint32_t> Numbering::ChoiceNumber(
    std::uint32_t field, std::string_view code) const {
  if (Field(field) == nullptr) return std::nullopt;
  return Find(choice_numbers_[field - kFirstField], code);
}

const NumberedRepeat* Numbering::Repeat(std::uint32_t number) const {
  if (number == 0 || number > repeats_.size()) return nullptr;
  return &repeats_[number - 1];
}

const NumberedField* Numbering::Field(std::uint32_t number) const {
  if (number < kFirstField || number - kFirstField >= fields_.size()) {
    return nullptr;
  }
  return &fields_[number - kFirstField];
}

const std::string* Numbering::ChoiceCode(std::uint32_t field,
                                         std::uint32_t number) const {
  if (Field(field) == nullptr) return nullptr;
  const std::vector<std::string>& codes = choices_[field - kFirstField];
  if (number == 0 || number > codes.size()) return nullptr;
  return &codes[number - 1];
}

std::uint32_t Numbering::AddRepeat(const NumberedRepeat& repeat) {
  const auto next = static_cast<std::uint32_t>(repeats_.size() + 1);
  const auto [entry, added] = repeat_numbers_.try_emplace(repeat, next);
  if (added) repeats_.push_back(repeat);
  return entry->second;
}

std::uint32_t Numbering::AddField(const NumberedField& field) {
  const auto next = static_cast<std::uint32_t>(fields_.size() + kFirstField);
  const auto [entry, added] = field_numbers_.try_emplace(field, next);
  if (added) {
    fields_.push_back(field);
    choices_.emplace_back();
    choice_numbers_.emplace_back();
  }
  return entry->second;
}

void Numbering::AddChoice(std::uint32_t field, const std::string& code) {
  std::vector<std::string>& codes = choices_[field - kFirstField];
  const auto next = static_cast<std::uint32_t>(codes.size() + 1);
  if (choice_numbers_[field - kFirstField].try_emplace(code, next).second) {
    codes.push_back(code);
  }
}

Numbering Extend(const Numbering& before, const Form& form) {
  Numbering after = before;
  std::vector<std::uint32_t> repeats;
  for (std::size_t i = 0; i < form.repeats.size(); ++i) {
    repeats.push_back(after.AddRepeat(Describe(form, i, repeats)));
  }
  for (const Field& field : form.fields) {
    const std::uint32_t number = after.AddField(Describe(field, repeats));
    if (!field.choices) continue;
    for (const ListedChoice& choice :
         form.choice_lists[*field.choices].choices) {
      after.AddChoice(number, choice.code);
    }
  }
  return after;
}

FormNumbers NumbersOf(const Form& form, const Numbering& numbering) {
  FormNumbers numbers;
  for (std::size_t i = 0; i < form.repeats.size(); ++i) {
    const auto number =
        numbering.RepeatNumber(Describe(form, i, numbers.repeats));
    CHECK(number);
    numbers.repeats.push_back(*number);
  }
  for (const Field& field : form.fields) {
    const auto number = numbering.FieldNumber(Describe(field, numbers.repeats));
    CHECK(number);
    numbers.fields.push_back(*number);
  }
  return numbers;
}

}  // namespace chasqui
