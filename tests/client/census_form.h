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
inline constexpr std::uint32_t kSubjectsField = 37;
inline constexpr std::uint32_t kClassSizeField = 38;
inline constexpr std::uint32_t kRoomField = 39;

// Numbers of repeats: classes are in the row of their teacher.
inline constexpr std::uint32_t kTeachers = 1;
inline constexpr std::uint32_t kClasses = 2;
inline constexpr std::uint32_t kRooms = 3;

// Numbers of choices of a teacher's `subjects`.
inline constexpr std::uint32_t kMath = 1;
inline constexpr std::uint32_t kArt = 2;

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

inline void AddRepeat(std::uint32_t number, std::uint32_t parent,
                      const std::string& path, v1::FormVersion& form) {
  v1::FormRepeat& repeat = *form.add_repeats();
  repeat.set_number(number);
  repeat.set_parent(parent);
  repeat.set_path(path);
}

inline void AddRosters(v1::FormVersion& form) {
  AddRepeat(kTeachers, 0, "teacher", form);
  AddRepeat(kClasses, kTeachers, "teacher/class", form);
  AddRepeat(kRooms, 0, "room", form);
  AddField(kTeacherField, "teacher/name", v1::FIELD_TYPE_TEXT, form)
      .set_repeat(kTeachers);
  v1::FormChoiceList& taught = *form.add_choice_lists();
  for (const char* code : {"math", "art"}) taught.add_choices()->set_code(code);
  v1::FormField& subjects = AddField(kSubjectsField, "teacher/subjects",
                                     v1::FIELD_TYPE_CHOICES, form);
  subjects.set_repeat(kTeachers);
  subjects.set_choice_list(
      static_cast<std::uint32_t>(form.choice_lists_size()));
  for (const std::uint32_t number : {kMath, kArt}) {
    subjects.add_choice_numbers(number);
  }
  AddField(kClassSizeField, "teacher/class/size", v1::FIELD_TYPE_INTEGER, form)
      .set_repeat(kClasses);
  AddField(kRoomField, "room/name", v1::FIELD_TYPE_TEXT, form)
      .set_repeat(kRooms);
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
  AddRosters(form);
  return form;
}

}  // namespace chasqui::client

#endif  // CHASQUI_TESTS_CLIENT_CENSUS_FORM_H_
