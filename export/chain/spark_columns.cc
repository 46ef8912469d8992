#include "export/chain/spark_columns.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "absl/strings/str_join.h"
#include "export/chain/sql_dialect.h"
#include "export/formats/derived_names.h"
#include "export/point_text.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

struct SparkPart {
  std::string_view name;
  std::string_view type;
};

// What a column has besides its own.
std::vector<SparkPart> SparkPartsOf(ColumnType type) {
  constexpr SparkPart kExact = {"exact", "STRING"};
  switch (type) {
    case ColumnType::kTime:
    case ColumnType::kDateTime:
      return {{"offset", "INT"}};
    case ColumnType::kDecimal:
    case ColumnType::kLine:
    case ColumnType::kArea:
      return {kExact};
    case ColumnType::kPoint: {
      std::vector<SparkPart> parts;
      for (const std::string_view name : kPointPartNames) {
        parts.push_back({name, "DOUBLE"});
      }
      parts.push_back(kExact);
      return parts;
    }
    default:
      return {};
  }
}

}  // namespace

bool SparkHasToBeTold(const TableSchema& table) {
  return std::any_of(table.columns.begin(), table.columns.end(),
                     [](const TableColumn& column) {
                       return column.type == ColumnType::kTime;
                     });
}

std::string SparkColumns(const TableSchema& table) {
  DerivedNames names(table);
  std::vector<std::string> columns;
  const auto add = [&columns](std::string_view name, std::string_view type) {
    columns.push_back(StrCat(QuotedName(SqlDialect::kSpark, name), " ", type));
  };
  for (const TableColumn& column : table.columns) {
    add(column.name, TypeName(SqlDialect::kSpark, column.type));
    for (const SparkPart& part : SparkPartsOf(column.type)) {
      add(names.Add(column.name, part.name), part.type);
    }
  }
  return absl::StrJoin(columns, ", ");
}

}  // namespace chasqui::exporting
