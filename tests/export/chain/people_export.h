// A small survey of people, exported in three increments, in the third of which
// one of them was erased, and in more: in the fifth another was.

#ifndef CHASQUI_TESTS_EXPORT_CHAIN_PEOPLE_EXPORT_H_
#define CHASQUI_TESTS_EXPORT_CHAIN_PEOPLE_EXPORT_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "export/batch.h"
#include "export/chain/export_run.h"
#include "export/chain/folder.h"
#include "sync/ids.h"

namespace chasqui::exporting {

// Who is erased by increment 3, and who by increment 5.
RecordId Adaeze();
RecordId Bola();
// Part of every text among their personal answers, and of nobody else's.
inline constexpr std::string_view kSecret = "SECRET";
inline constexpr std::string_view kSecretOfBola = "Bola";

// people: a question of each kind, personal but for `depth`; people.visits,
// history, conflicts, attachments, codebook: what of them matters.
const std::vector<TableSchema>& PeopleTables();

// The next increment, which is `number`.
absl::Status ExportPeople(Folder& folder, const std::string& format,
                          unsigned number,
                          PersonalAnswers personal = PersonalAnswers::kClear);

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_CHAIN_PEOPLE_EXPORT_H_
