// A form version as a device has it: fields and repeats by path, choices by
// code.

#ifndef CHASQUI_CLIENT_DEVICE_FORM_H_
#define CHASQUI_CLIENT_DEVICE_FORM_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/form/form.h"

namespace chasqui::client {

struct DeviceField {
  std::uint32_t number = 0;
  std::string path;
  FieldType type = FieldType::kText;
  std::uint32_t repeat = 0;
  bool personal = false;
  std::map<std::string, std::uint32_t, std::less<>> numbers;  // by code
  std::map<std::uint32_t, std::string> codes;

  // The number of the choice with this code; nullopt if the form has none.
  std::optional<std::uint32_t> NumberOf(std::string_view code) const;
};

struct DeviceRepeat {
  std::uint32_t number = 0;
  std::uint32_t parent = 0;  // 0: in no other repeat
  std::string path;
};

// Thread-compatible.
class DeviceForm {
 public:
  // From a serialized chasqui.v1.FormVersion. InvalidArgument if it is none.
  static absl::StatusOr<DeviceForm> Read(std::string_view form_version);

  std::uint32_t number() const { return number_; }
  // Nullptr if the form has no such field.
  const DeviceField* Find(std::string_view path) const;
  const DeviceField* Find(std::uint32_t number) const;
  // Nullptr if the form has no such repeat.
  const DeviceRepeat* FindRepeat(std::string_view path) const;
  const DeviceRepeat* FindRepeat(std::uint32_t number) const;

 private:
  std::uint32_t number_ = 0;
  std::map<std::string, DeviceField, std::less<>> by_path_;
  std::map<std::uint32_t, std::string> paths_;
  std::vector<DeviceRepeat> repeats_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_DEVICE_FORM_H_
