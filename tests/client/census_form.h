// A form as a server sends it, with a field of most kinds.

#ifndef CHASQUI_TESTS_CLIENT_CENSUS_FORM_H_
#define CHASQUI_TESTS_CLIENT_CENSUS_FORM_H_

#include <string>

#include "chasqui/v1/survey.pb.h"

namespace chasqui::client {

inline constexpr std::uint32_t kNameField = 32;
inline constexpr std::uint32_t kPupilsField = 33;
inline constexpr std::uint32_t kOwnerField = 34;
inline constexpr std::uint32_t kWaterField = 35;
inline constexpr std::uint32_t kTeacherField = 36;

// Numbers of choices: of `owner` and of `water`.
inline constexpr std::uint32_t kPrivate = 2;
inline constexpr std::uint32_t kWell = 1;
inline constexpr std::uint32_t kPipe = 2;
inline constexpr std::uint32_t kRain = 3;

inline v1::FormField& AddField(std::uint32_t number, const std::string& path,
                               v1::FieldType type, v1::FormVersion& form) {
  v1::FormField& field = *form.add_fields();
  field.set_number(number);
  field.set_path(path);
  field.set_type(type);
  return field;
}

inline v1::FormVersion CensusForm() {
  v1::FormVersion form;
  form.set_number(3);
  form.set_form_id("census");
  v1::FormChoiceList& owners = *form.add_choice_lists();
  owners.add_choices()->set_code("public");
  owners.add_choices()->set_code("private");
  v1::FormChoiceList& waters = *form.add_choice_lists();
  for (const char* code : {"well", "pipe", "rain", "well"}) {
    waters.add_choices()->set_code(code);  // A cascade lists some twice.
  }
  AddField(kNameField, "school/name", v1::FIELD_TYPE_TEXT, form);
  AddField(kPupilsField, "school/pupils", v1::FIELD_TYPE_INTEGER, form);
  v1::FormField& owner =
      AddField(kOwnerField, "school/owner", v1::FIELD_TYPE_CHOICE, form);
  owner.set_choice_list(1);
  for (const std::uint32_t number : {1U, kPrivate}) {
    owner.add_choice_numbers(number);
  }
  v1::FormField& water =
      AddField(kWaterField, "school/water", v1::FIELD_TYPE_CHOICES, form);
  water.set_choice_list(2);
  for (const std::uint32_t number : {kWell, kPipe, kRain, kWell}) {
    water.add_choice_numbers(number);
  }
  v1::FormRepeat& teachers = *form.add_repeats();
  teachers.set_number(1);
  teachers.set_path("teacher");
  AddField(kTeacherField, "teacher/name", v1::FIELD_TYPE_TEXT, form)
      .set_repeat(1);
  return form;
}

}  // namespace chasqui::client

#endif  // CHASQUI_TESTS_CLIENT_CENSUS_FORM_H_
