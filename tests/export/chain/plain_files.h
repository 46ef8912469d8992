// Files of tables that are easy to read back, and what those of a chain come
// to.

#ifndef CHASQUI_TESTS_EXPORT_CHAIN_PLAIN_FILES_H_
#define CHASQUI_TESTS_EXPORT_CHAIN_PLAIN_FILES_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "export/chain/folder.h"
#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// The cells of a row, by column.
using RowCells = std::map<std::string, std::string>;
// The rows of each table, sorted.
using TableRows = std::map<std::string, std::vector<RowCells>>;

// CSV for cells that need no quotes. In place of NewTableWriter.
std::unique_ptr<TableWriter> NewPlainWriter(const TableSchema& schema,
                                            Sink& sink);

// What the rows of a folder's chain come to, put together by their kind of
// table, without _increment. Fails the test where a record has two rows in one
// increment.
TableRows PresentIn(const Folder& folder);

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_CHAIN_PLAIN_FILES_H_
