#include "client/device_form.h"

#include <algorithm>
#include <utility>

#include "chasqui/v1/survey.pb.h"

namespace chasqui::client {
namespace {

void AddChoices(const v1::FormVersion& form, const v1::FormField& wire,
                DeviceField& field) {
  const auto list = static_cast<int>(wire.choice_list());
  if (list == 0 || list > form.choice_lists_size()) return;
  const v1::FormChoiceList& choices = form.choice_lists(list - 1);
  const int count =
      std::min(choices.choices_size(), wire.choice_numbers_size());
  for (int i = 0; i < count; ++i) {
    const std::string& code = choices.choices(i).code();
    field.numbers.emplace(code, wire.choice_numbers(i));
    field.codes.emplace(wire.choice_numbers(i), code);
  }
}

}  // namespace

std::optional<std::uint32_t> DeviceField::NumberOf(
    std::string_view code) const {
  const auto found = numbers.find(code);
  if (found == numbers.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<DeviceForm> DeviceForm::Read(std::string_view form_version) {
  v1::FormVersion wire;
  if (!wire.ParseFromArray(form_version.data(),
                           static_cast<int>(form_version.size()))) {
    return absl::InvalidArgumentError(
        "the device's copy of the form is damaged");
  }
  DeviceForm form;
  form.number_ = wire.number();
  for (const v1::FormRepeat& from : wire.repeats()) {
    form.repeats_.push_back({from.number(), from.parent(), from.path()});
  }
  for (const v1::FormField& from : wire.fields()) {
    DeviceField field;
    field.number = from.number();
    field.path = from.path();
    field.type = static_cast<FieldType>(from.type());
    field.repeat = from.repeat();
    field.personal = from.personal();
    AddChoices(wire, from, field);
    form.paths_.emplace(field.number, field.path);
    std::string path = field.path;
    form.by_path_.emplace(std::move(path), std::move(field));
  }
  return form;
}

const DeviceField* DeviceForm::Find(std::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &found->second;
}

const DeviceField* DeviceForm::Find(std::uint32_t number) const {
  const auto found = paths_.find(number);
  return found == paths_.end() ? nullptr : Find(found->second);
}

const DeviceRepeat* DeviceForm::FindRepeat(std::string_view path) const {
  const auto found =
      std::find_if(repeats_.begin(), repeats_.end(),
                   [path](const DeviceRepeat& r) { return r.path == path; });
  return found == repeats_.end() ? nullptr : &*found;
}

const DeviceRepeat* DeviceForm::FindRepeat(std::uint32_t number) const {
  const auto found = std::find_if(
      repeats_.begin(), repeats_.end(),
      [number](const DeviceRepeat& r) { return r.number == number; });
  return found == repeats_.end() ? nullptr : &*found;
}

}  // namespace chasqui::client
