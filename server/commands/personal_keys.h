#ifndef CHASQUI_SERVER_COMMANDS_PERSONAL_KEYS_H_
#define CHASQUI_SERVER_COMMANDS_PERSONAL_KEYS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/personal.h"
#include "sync/personal/key_store.h"
#include "sync/store.h"

namespace chasqui::commands {

// The keys of personal fields that a server has.
struct PersonalKeys {
  std::unique_ptr<personal::KeyStore> store;
  std::unique_ptr<server::Personal> personal;
  bool kept = false;  // else nothing comes into the store

  // Those of the records in `data`, by the surveys' in `directory`; empty: no
  // survey has any. Finishes what was to be erased. Errors as
  // Personal::Check(); `catalog` is what is served of `data`.
  static absl::StatusOr<PersonalKeys> Open(const std::string& data,
                                           const std::string& directory,
                                           const Catalog& catalog);

  // What goes with a backup; nullptr: nothing.
  const personal::KeyStore* to_copy() const {
    return kept ? store.get() : nullptr;
  }
};

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_PERSONAL_KEYS_H_
