// The columns of a table's files in Parquet, for Spark.
//
// Spark finds them out by itself, but that it has no time of the day: where
// there is one it has to be told all of them, and reads it as ms, INT.

#ifndef CHASQUI_EXPORT_CHAIN_SPARK_COLUMNS_H_
#define CHASQUI_EXPORT_CHAIN_SPARK_COLUMNS_H_

#include <string>

#include "export/batch.h"

namespace chasqui::exporting {

bool SparkHasToBeTold(const TableSchema& table);

// "`_id` STRING, `opens` INT, `opens/offset` INT, …", as arrow_table.h has the
// columns.
std::string SparkColumns(const TableSchema& table);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_SPARK_COLUMNS_H_
