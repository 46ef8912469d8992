#include "server/commands/personal_keys.h"

#include "storage/backup.h"
#include "storage/rocks_key_store.h"
#include "sync/base/status_macros.h"
#include "sync/personal/memory_key_store.h"

namespace chasqui::commands {

absl::StatusOr<PersonalKeys> PersonalKeys::Open(const std::string& data,
                                                const std::string& directory,
                                                const Catalog& catalog) {
  PersonalKeys keys;
  keys.kept = !directory.empty();
  if (keys.kept) {
    ASSIGN_OR_RETURN(keys.store,
                     storage::OpenKeyStore(storage::KeysDirectoryOf(data)));
  } else {
    keys.store = std::make_unique<personal::MemoryKeyStore>();
  }
  keys.personal = std::make_unique<server::Personal>(directory, *keys.store);
  RETURN_IF_ERROR(keys.personal->Check(catalog));
  RETURN_IF_ERROR(keys.personal->FinishErasures(catalog));
  return keys;
}

}  // namespace chasqui::commands
