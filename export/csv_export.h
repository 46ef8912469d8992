// A survey as CSV files, from one snapshot, in bounded memory.
//
//   FORM.csv           a line a record: _id, _seq, _status, _area, _assignee,
//                      _created, _updated, _form_version, _open_conflicts,
//                      _deleted, then one column per field
//   FORM.REPEAT.csv    a line a row: _id, _row, _parent_row, _seq, _deleted,
//                      then one column per field
//   conflicts.csv      a line for each write that is live but not shown
//
// Times are ISO 8601 in the survey's offset from UTC. _created is the best
// estimate of when the record was made, _updated when the server received the
// last change to it.

#ifndef CHASQUI_EXPORT_CSV_EXPORT_H_
#define CHASQUI_EXPORT_CSV_EXPORT_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/tables.h"
#include "sync/ids.h"
#include "sync/reader.h"

namespace chasqui::exporting {

// Part of a file. Those of one file come in order; files take turns.
struct Piece {
  std::string file;
  std::string data;
};

struct FileSummary {
  std::string file;
  std::uint64_t rows = 0;  // without the header
};

// Thread-compatible.
class CsvExport {
 public:
  // Without `since`: all records that are not gone. With it: the records whose
  // latest change lies past it, those that are gone marked as deleted.
  // With `personal`, columns for personal fields, of what the reader has there.
  CsvExport(std::shared_ptr<const Reader> reader, std::optional<Seq> since,
            bool personal = false);

  // The next piece, at most kPieceBytes and one record long; nullopt when
  // everything has come. Errors are the reader's; the export is then void.
  absl::StatusOr<std::optional<Piece>> Next();

  // Of all files, those without rows too. Complete once Next() said so.
  std::vector<FileSummary> Files() const;

  // Up to where this export has everything: where the next one goes on.
  Position position() const;

  static constexpr std::size_t kPieceBytes = std::size_t{128} << 10;

 private:
  struct File {
    std::string name;
    std::string pending;
    std::uint64_t rows = 0;
  };

  void Open(const std::string& name, const std::vector<std::string>& columns);
  void AddLine(File& file, const std::vector<std::string>& cells);
  std::optional<Piece> TakeFull(std::size_t at_least);

  // Reads the next records; false when there are none left.
  absl::StatusOr<bool> Advance();
  absl::StatusOr<std::vector<Record>> NextRecords();
  absl::Status ListChanged();

  absl::Status AddRecord(const Record& record);
  absl::Status AddRecordLine(const Record& record);
  absl::Status AddRows(const Record& record, const std::vector<Row>& rows);
  absl::Status AddConflicts(const Record& record, const std::vector<Row>& rows);
  // Empty cells if it is gone.
  void AppendFields(const Table& table, const Holder& holder, bool gone,
                    std::vector<std::string>& cells) const;

  const std::shared_ptr<const Reader> reader_;
  const std::optional<Seq> since_;
  const Tables tables_;
  std::vector<File> files_;  // one per table, then conflicts.csv
  RecordId after_;           // the last record read
  bool ended_ = false;
  // With `since`, where the log is short enough to be asked: what changed, in
  // order of id. Else every record is looked at.
  bool listed_ = false;
  std::deque<RecordId> changed_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CSV_EXPORT_H_
