// The numbers by which a survey's fields, repeats and choices go on disk and on
// the wire. Names cost bytes; numbers must then never change their meaning.
//
//   numbering(n) = Extend(numbering(n-1), form(n))       numbering(0) is empty
//
// so a survey's numbers are a function of the forms published, in that order.
// A number is given once, to the first form that needs it, and never to
// anything else: what a later form leaves out keeps its number, and has it
// again should it come back.
//
//   repeat   by (path, number of the repeat it is in)             1, 2, 3 …
//   field    by (path, type, number of the repeat it is in)      32, 33, 34 …
//   choice   by (number of the field, code)         1, 2, 3 … within a field
//
// So a field that becomes of another type, or moves into or out of a repeat, is
// another field. Choices may be added, dropped, reordered and relabelled
// freely. Field numbers 1 to 31 are for system fields (status, area, assignee
// …).

#ifndef CHASQUI_SYNC_FORM_NUMBERING_H_
#define CHASQUI_SYNC_FORM_NUMBERING_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/form/form.h"

namespace chasqui {

// What a repeat's number stands for.
struct NumberedRepeat {
  std::string path;
  std::uint32_t parent = 0;  // The repeat's it is in; 0: none.

  friend auto operator<=>(const NumberedRepeat&,
                          const NumberedRepeat&) = default;
};

// What a field's number stands for.
struct NumberedField {
  std::string path;
  FieldType type = FieldType::kText;
  std::uint32_t repeat = 0;  // The repeat's it is in; 0: none.

  friend auto operator<=>(const NumberedField&, const NumberedField&) = default;
};

// Invariant: repeats()[i] has number i + 1, fields()[i] has number
// i + kFirstField, and the choices of each field have 1, 2, 3 … in the order
// in which they came. Thread-compatible.
class Numbering {
 public:
  static constexpr std::uint32_t kFirstField = 32;

  Numbering() = default;

  // The numbering with these entries, as fields(), repeats() and choices() of
  // an earlier one listed them. DataLoss if one is listed twice or refers to a
  // number that is not there.
  static absl::StatusOr<Numbering> FromEntries(
      const std::vector<NumberedRepeat>& repeats,
      const std::vector<NumberedField>& fields,
      const std::vector<std::vector<std::string>>& choices);

  // The number of what is described; nullopt if it never got one.
  std::optional<std::uint32_t> RepeatNumber(const NumberedRepeat& repeat) const;
  std::optional<std::uint32_t> FieldNumber(const NumberedField& field) const;
  std::optional<std::uint32_t> ChoiceNumber(std::uint32_t field,
                                            std::string_view code) const;

  // What has the number; nullptr if nothing of a form does.
  const NumberedRepeat* Repeat(std::uint32_t number) const;
  const NumberedField* Field(std::uint32_t number) const;
  const std::string* ChoiceCode(std::uint32_t field,
                                std::uint32_t number) const;

  // Everything numbered, in the order of the numbers. choices()[i] are the
  // codes of fields()[i].
  const std::vector<NumberedRepeat>& repeats() const { return repeats_; }
  const std::vector<NumberedField>& fields() const { return fields_; }
  const std::vector<std::vector<std::string>>& choices() const {
    return choices_;
  }

  friend bool operator==(const Numbering& a, const Numbering& b) {
    return std::tie(a.repeats_, a.fields_, a.choices_) ==
           std::tie(b.repeats_, b.fields_, b.choices_);
  }

 private:
  friend Numbering Extend(const Numbering& before, const Form& form);

  // Each returns the number it has from now on; no effect if it has one.
  std::uint32_t AddRepeat(const NumberedRepeat& repeat);
  std::uint32_t AddField(const NumberedField& field);
  void AddChoice(std::uint32_t field, const std::string& code);

  std::vector<NumberedRepeat> repeats_;
  std::vector<NumberedField> fields_;
  std::vector<std::vector<std::string>> choices_;

  // The same, by what they are.
  std::map<NumberedRepeat, std::uint32_t> repeat_numbers_;
  std::map<NumberedField, std::uint32_t> field_numbers_;
  std::vector<std::map<std::string, std::uint32_t, std::less<>>>
      choice_numbers_;
};

// `before`, with numbers for what `form` has and `before` has not.
Numbering Extend(const Numbering& before, const Form& form);

// The numbers of the fields and repeats of one form, place by place.
//
// REQUIRES: `numbering` was extended by `form`.
struct FormNumbers {
  std::vector<std::uint32_t> repeats;  // One per Form::repeats.
  std::vector<std::uint32_t> fields;   // One per Form::fields.
};
FormNumbers NumbersOf(const Form& form, const Numbering& numbering);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_FORM_NUMBERING_H_
