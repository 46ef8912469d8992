// Writes files for others to read: write_every_type DIRECTORY.
//
//   every_type.FORMAT   a row of answers, one of other answers, one of nulls
//   nothing.FORMAT      the same table without rows
//   many.FORMAT         300,000 rows: number, from 0; half, of that
//   every_type.arrows   as every_type, as a stream of Arrow
//   every_type.spark    its columns, as Spark has to be told them

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>

#include "export/chain/spark_columns.h"
#include "export/formats/arrow_stream.h"
#include "export/formats/table_writer.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/decimal.h"
#include "tests/export/formats/every_type.h"
#include "tests/export/formats/string_sink.h"

namespace chasqui::exporting {
namespace {

constexpr std::int64_t kMany = 300'000;

void Save(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  file << bytes;
  file.close();
  CHECK(file.good());
}

Batch EveryAnswer(const TableSchema& schema) {
  Batch batch(schema);
  AddAnswers(batch);
  AddHardAnswers(batch);
  AddNulls(batch);
  return batch;
}

void WriteAnswers(Format format, const std::string& path, bool rows) {
  const TableSchema schema = EveryType();
  StringSink sink;
  const auto writer = NewTableWriter(format, schema, sink);
  if (rows) CHECK(writer->Write(EveryAnswer(schema)).ok());
  CHECK(writer->Close().ok());
  Save(path, sink.bytes());
}

void WriteMany(Format format, const std::string& path) {
  TableSchema schema{.name = "many", .kind = TableKind::kLog};
  schema.columns = {{.name = "number", .type = ColumnType::kInteger},
                    {.name = "half", .type = ColumnType::kDecimal}};
  StringSink sink;
  const auto writer = NewTableWriter(format, schema, sink);
  Batch batch(schema);
  for (std::int64_t number = 0; number < kMany; ++number) {
    batch.AddNumber(number);
    batch.AddText(*CanonicalDecimal(std::to_string(number / 2) +
                                    (number % 2 == 0 ? "" : ".5")));
    if (batch.rows() < 1'000) continue;
    CHECK(writer->Write(batch).ok());
    batch.Clear();
  }
  CHECK(writer->Close().ok());
  Save(path, sink.bytes());
}

void WriteStream(const std::string& path) {
  const TableSchema schema = EveryType();
  const auto stream = NewArrowStream(schema);
  if (!stream.ok()) return;  // a build without Arrow
  std::string bytes = *(*stream)->Add(EveryAnswer(schema));
  bytes += *(*stream)->End();
  Save(path, bytes);
}

void WriteAll(const std::string& directory) {
  for (const Format format : FormatsBuilt()) {
    const std::string ending = StrCat(".", EndingOf(format));
    WriteAnswers(format, StrCat(directory, "/every_type", ending), true);
    WriteAnswers(format, StrCat(directory, "/nothing", ending), false);
    WriteMany(format, StrCat(directory, "/many", ending));
  }
  WriteStream(directory + "/every_type.arrows");
  Save(directory + "/every_type.spark", SparkColumns(EveryType()));
}

}  // namespace
}  // namespace chasqui::exporting

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: write_every_type DIRECTORY\n");
    return 2;
  }
  chasqui::exporting::WriteAll(argv[1]);
  return 0;
}
