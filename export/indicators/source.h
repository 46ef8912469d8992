// What an export has for a population: a table, and its fields.

#ifndef CHASQUI_EXPORT_INDICATORS_SOURCE_H_
#define CHASQUI_EXPORT_INDICATORS_SOURCE_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "export/batch.h"
#include "export/indicators/definitions.h"
#include "export/personal_answers.h"

namespace chasqui::exporting {

// What the codebook of an export says of a column.
struct Documented {
  bool personal = false;
  std::set<std::string> codes = {};  // of choices
};

// The tables of an export, and what DuckDB has them as.
struct ExportedTables {
  const std::vector<TableSchema>& tables;
  std::vector<std::string> views;  // of the present, by table
  PersonalAnswers personal = PersonalAnswers::kNone;
  // By table and column; columns of the system are not in it.
  std::map<std::pair<std::string, std::string>, Documented> codebook = {};
};

// A column as SQL has it.
struct SourceField {
  std::string sql = {};   // with the name of its table
  std::string view = {};  // the table
  std::string name = {};  // the column in it
  ColumnType type = ColumnType::kText;
  bool system = false;  // not a question of the form
  Documented documented = {};
};

class Source {
 public:
  // InvalidArgument, with the spot, if there is no such table, or it is not of
  // records or their rows.
  static absl::StatusOr<Source> Of(const ExportedTables& exported,
                                   const Population& population,
                                   std::string_view place);

  // What stands after FROM.
  const std::string& from() const { return from_; }

  // InvalidArgument, with `what` and the spot, if there is no such field.
  absl::StatusOr<SourceField> Field(std::string_view name,
                                    std::string_view what,
                                    const Spot& spot) const;
  // The same if it may be looked into: what stands for personal answers says
  // nothing but that there is one.
  absl::StatusOr<SourceField> Readable(std::string_view name,
                                       std::string_view what,
                                       const Spot& spot) const;

  std::string_view place() const { return place_; }

 private:
  Source() = default;

  void AddTable(const ExportedTables& exported, std::size_t table,
                std::string_view alias);

  std::string place_;
  std::string table_;
  PersonalAnswers personal_ = PersonalAnswers::kNone;
  std::string from_;
  // A row's own come before those of its record.
  std::vector<SourceField> fields_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_SOURCE_H_
