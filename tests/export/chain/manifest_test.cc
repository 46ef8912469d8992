// What is read of manifests, whoever has been at them.

#include "export/chain/manifest.h"

#include <memory>
#include <string>
#include <vector>

#include "export/sha256.h"
#include "export/table_schema.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/chain/small_manifest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

TEST(ManifestTest, SaysWhatItWasGiven) {
  const Manifest first = FirstManifest();
  const std::string text = EncodeManifest(first);
  ASSERT_OK_AND_ASSIGN(const Manifest read, DecodeManifest(text, "m.json"));
  EXPECT_EQ(read.survey, first.survey);
  EXPECT_EQ(read.personal, first.personal);
  EXPECT_EQ(read.since, std::nullopt);
  EXPECT_EQ(read.to, first.to);
  EXPECT_EQ(read.lineage, first.lineage);
  ASSERT_THAT(*read.tables, SizeIs(1));
  EXPECT_EQ(SchemaHash(read.tables->front()), SchemaHash(SchoolsTable()));
  ASSERT_THAT(read.files, SizeIs(2));
  EXPECT_EQ(read.files[0].rows, 3U);
  EXPECT_EQ(read.files[0].bytes, 99U);
  EXPECT_EQ(EncodeManifest(read), text);

  const Manifest second = ManifestAfter(first, text);
  ASSERT_OK_AND_ASSIGN(const Manifest again,
                       DecodeManifest(EncodeManifest(second), "m.json"));
  EXPECT_EQ(again.since, first.to);
  EXPECT_EQ(again.from, 10U);
  EXPECT_EQ(again.previous_sha256, Sha256Hex(text));
}

TEST(ManifestTest, SaysWhatWasRewrittenAndWhatTheChainComesTo) {
  const Manifest first = FirstManifest();
  const std::string text = EncodeManifest(first);
  Manifest second = ManifestAfter(first, text);
  second.rewritten = {first.files[0]};
  second.so_far = SoFar{.restores = {{5, 6}, {7, 8}},
                        .columns = {{"gone", {{"a", ColumnType::kDate}}},
                                    {SchoolsTable().name, {}}},
                        .increment = 1,
                        .erased = 9};
  for (const TableColumn& column : SchoolsTable().columns) {
    second.so_far->columns[SchoolsTable().name][column.name] = column.type;
  }
  const std::string written = EncodeManifest(second);
  ASSERT_OK_AND_ASSIGN(const Manifest read, DecodeManifest(written, "m.json"));
  ASSERT_TRUE(read.rewritten.has_value());
  ASSERT_THAT(*read.rewritten, SizeIs(1));
  EXPECT_EQ((*read.rewritten)[0].sha256, first.files[0].sha256);
  EXPECT_EQ(read.so_far, second.so_far);
  // Not twice.
  EXPECT_THAT(written, HasSubstr("\"as_here\": true"));

  const std::string name = (*read.rewritten)[0].name;
  for (const char* other : {"/000002.csv", "/000001.tsv", "/1.csv"}) {
    second.rewritten->front().name = name.substr(0, name.find('/')) + other;
    EXPECT_THAT(DecodeManifest(EncodeManifest(second), "m.json"),
                StatusIs(absl::StatusCode::kDataLoss,
                         HasSubstr("cannot have been rewritten")));
  }
}

// Programs of others read it.
TEST(ManifestTest, StaysAsItIs) {
  Manifest manifest = FirstManifest();
  manifest.tables =
      std::make_shared<const std::vector<TableSchema>>(std::vector<TableSchema>{
          {"codebook",
           TableKind::kSnapshot,
           {{"_increment", ColumnType::kInteger, "", {}}}}});
  manifest.files = {{"codebook/000001.csv", "codebook", 1, 2, Sha256Hex("x")}};
  EXPECT_EQ(EncodeManifest(manifest), R"({
 "chasqui_export": 1,
 "survey": "census \"2\"",
 "number": "1",
 "format": "csv",
 "personal": "pseudonyms",
 "since": "",
 "from_seq": "0",
 "to": "00000000000000ab:10",
 "lineage": [
  {
   "log": "0000000000000001",
   "begins": "1"
  },
  {
   "log": "00000000000000ab",
   "begins": "5"
  }
 ],
 "tables": [
  {
   "name": "codebook",
   "kind": "snapshot",
   "columns": [
    {
     "name": "_increment",
     "type": "integer"
    }
   ],
   "schema_sha256": "9a94a6d61f40b5c305839eac8f505df3430f82c976567af3e761a5e75f8e2281"
  }
 ],
 "files": [
  {
   "name": "codebook/000001.csv",
   "table": "codebook",
   "rows": "1",
   "bytes": "2",
   "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
  }
 ],
 "previous_sha256": "",
 "manifest_sha256": "027cb7ef513426865fe6d0ca75a8e220a8296997072fec9184853bd3a39af21a"
}
)");
}

TEST(ManifestTest, NamesAreInOrder) {
  EXPECT_EQ(ManifestName(7), "manifests/000007.json");
  EXPECT_EQ(DataFileName("a.b", 1234567, "parquet"), "a.b/1234567.parquet");
  EXPECT_EQ(IncrementOf("a.b/1234567.parquet"), 1234567U);
  EXPECT_EQ(IncrementOf("records/000002.ids"), 2U);
  for (const char* name :
       {"000002.ids", "a/00002.csv", "a/0000002.csv", "a/000000.csv", "a/2.csv",
        "a/000002", "a/b/000002.csv", "/000002.csv", "a/+00002.csv", "",
        "a/99999999999999999999999.csv"}) {
    EXPECT_EQ(IncrementOf(name), std::nullopt) << name;
  }
}

TEST(ManifestTest, WhatIsNoneIsSaidToBeNone) {
  for (const char* text :
       {"", "not JSON", "[]", "{}", "null", "{\"format\": \"iceberg\"}",
        "{\"chasqui_export\": \"x\"}", "{\"chasqui_export\": 0}"}) {
    EXPECT_THAT(DecodeManifest(text, "DIR/m.json"),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         "DIR/m.json is no manifest of an export"))
        << text;
  }
}

TEST(ManifestTest, ALaterVersionIsNamed) {
  EXPECT_THAT(
      DecodeManifest("{\"chasqui_export\": 2, \"new\": {}}", "DIR/m.json"),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               "DIR/m.json was written by a later release: its format has "
               "version 2, this release knows 1"));
}

TEST(ManifestTest, NoByteOfItCanBeChanged) {
  const std::string text = EncodeManifest(FirstManifest());
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '7' ? '8' : '7';
    EXPECT_FALSE(DecodeManifest(changed, "m.json").ok()) << i;
    changed = text;
    changed.insert(i, " ");
    EXPECT_FALSE(DecodeManifest(changed, "m.json").ok()) << i;
    EXPECT_FALSE(DecodeManifest(text.substr(0, i), "m.json").ok()) << i;
  }
  std::string changed = text;
  changed.replace(changed.find("\"rows\": \"3\""), 11, "\"rows\": \"4\"");
  EXPECT_THAT(DecodeManifest(changed, "DIR/m.json"),
              StatusIs(absl::StatusCode::kDataLoss,
                       "DIR/m.json has been changed since it was written"));
}

TEST(ManifestTest, WhatItSaysMustFitTogether) {
  const std::string text = EncodeManifest(FirstManifest());
  const struct {
    const char* from;
    const char* to;
    const char* message;
  } cases[] = {
      {"\"census \\\"2\\\"\"", "\"\"", "it names no survey"},
      {"\"number\": \"1\"", "\"number\": \"0\"", "it has no number"},
      {"\"number\": \"1\"", "\"number\": \"2\"", "cannot be of this increment"},
      {"\"format\": \"csv\"", "\"format\": \"\"", "it names no format"},
      {"pseudonyms", "hashed", "\"hashed\" says nothing of personal answers"},
      {"\"since\": \"\"", "\"since\": \"x\"", "\"x\" is no position"},
      {"\"from_seq\": \"0\"", "\"from_seq\": \"11\"", "from_seq 11"},
      {"00000000000000ab:10", "0000000000000001:10", "is no position that"},
      {"\"begins\": \"5\"", "\"begins\": \"1\"", "the lineage is none"},
      {"\"kind\": \"records\"", "\"kind\": \"heap\"", "of no known kind"},
      {"\"type\": \"boolean\"", "\"type\": \"blob\"",
       "_deleted is of no known"},
      {"\"type\": \"boolean\"", "\"type\": \"text\"", "another checksum"},
      {"records/000001.ids", "records/000002.ids", "cannot be of this"},
      {"records/000001.ids", "../../000001.ids", "cannot be of this"},
      {"2d711642", "2D711642", "has no SHA-256"},
  };
  for (const auto& wrong : cases) {
    EXPECT_THAT(
        DecodeManifest(Resigned(text, wrong.from, wrong.to), "m.json"),
        StatusIs(absl::StatusCode::kDataLoss,
                 AllOf(StartsWith("m.json: "), HasSubstr(wrong.message))))
        << wrong.from;
  }
}

}  // namespace
}  // namespace chasqui::exporting
