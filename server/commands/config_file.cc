#include "server/commands/config_file.h"

#include "sync/base/str_cat.h"

namespace chasqui::commands {

absl::Status ReadConfigFile(const std::string& path, CLI::App& serve) {
  try {
    CLI::ConfigTOML format;
    for (const CLI::ConfigItem& item : format.from_file(path)) {
      CLI::Option* const option =
          serve.get_option_no_throw(StrCat("--", item.name));
      if (option == nullptr || !item.parents.empty()) {
        return absl::InvalidArgumentError(
            StrCat(path, ": there is no option \"", item.fullname(), "\""));
      }
      if (option->count() > 0) continue;
      if (option->get_expected_max() == 0) {
        option->add_result(
            option->get_flag_value(item.name, format.to_flag(item)));
      } else {
        option->add_result(item.inputs);
      }
      option->run_callback();
    }
  } catch (const CLI::Error& error) {
    return absl::InvalidArgumentError(StrCat(path, ": ", error.what()));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::commands
