// What is read of manifests, whoever has been at them.

#include "export/manifest.h"

#include <memory>
#include <string>
#include <vector>

#include "export/chain.h"
#include "export/sha256.h"
#include "export/table_schema.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "tests/export/memory_folder.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr std::uint64_t kPresentLog = 0xAB;

TableSchema Schools() {
  return {"Schools \U0001F3EB, \u05D1",
          TableKind::kRecords,
          {{"_id", ColumnType::kText, "", {}},
           {"_seq", ColumnType::kInteger, "", {}},
           {"_increment", ColumnType::kInteger, "", {}},
           {"_deleted", ColumnType::kBoolean, "", {}},
           {"a \"name\"\n", ColumnType::kChoices, "", {}}}};
}

Manifest First() {
  Manifest manifest;
  manifest.survey = "census \"2\"";
  manifest.format = "csv";
  manifest.personal = PersonalAnswers::kPseudonyms;
  manifest.to = {LogName{kPresentLog}, 10};
  manifest.lineage = {{LogName{1}, 1}, {LogName{kPresentLog}, 5}};
  manifest.tables =
      std::make_shared<const std::vector<TableSchema>>(1, Schools());
  const std::string table = Schools().name;
  manifest.files = {
      {DataFileName(table, 1, "csv"), table, 3, 99, Sha256Hex("x")},
      {IdsFileName(1), "", 3, 72, Sha256Hex("y")}};
  return manifest;
}

Manifest After(const Manifest& before, std::string_view text) {
  Manifest manifest = before;
  ++manifest.number;
  manifest.since = before.to;
  manifest.from = before.to.seq;
  manifest.to.seq += 5;
  manifest.files.clear();
  manifest.previous_sha256 = Sha256Hex(text);
  return manifest;
}

// As somebody would who knows how it is made.
std::string Resigned(std::string text, const std::string& from,
                     const std::string& to) {
  const std::size_t place = text.find(from);
  CHECK(place != std::string::npos);
  text.replace(place, from.size(), to);
  const std::size_t hash = text.rfind(": \"") + 3;
  text.replace(hash, 64, std::string(64, '0'));
  text.replace(hash, 64, Sha256Hex(text));
  return text;
}

TEST(ManifestTest, SaysWhatItWasGiven) {
  const Manifest first = First();
  const std::string text = EncodeManifest(first);
  ASSERT_OK_AND_ASSIGN(const Manifest read, DecodeManifest(text, "m.json"));
  EXPECT_EQ(read.survey, first.survey);
  EXPECT_EQ(read.personal, first.personal);
  EXPECT_EQ(read.since, std::nullopt);
  EXPECT_EQ(read.to, first.to);
  EXPECT_EQ(read.lineage, first.lineage);
  ASSERT_THAT(*read.tables, SizeIs(1));
  EXPECT_EQ(SchemaHash(read.tables->front()), SchemaHash(Schools()));
  ASSERT_THAT(read.files, SizeIs(2));
  EXPECT_EQ(read.files[0].rows, 3U);
  EXPECT_EQ(read.files[0].bytes, 99U);
  EXPECT_EQ(EncodeManifest(read), text);

  const Manifest second = After(first, text);
  ASSERT_OK_AND_ASSIGN(const Manifest again,
                       DecodeManifest(EncodeManifest(second), "m.json"));
  EXPECT_EQ(again.since, first.to);
  EXPECT_EQ(again.from, 10U);
  EXPECT_EQ(again.previous_sha256, Sha256Hex(text));
}

// Programs of others read it.
TEST(ManifestTest, StaysAsItIs) {
  Manifest manifest = First();
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
  const std::string text = EncodeManifest(First());
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
  const std::string text = EncodeManifest(First());
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

class ChainTest : public ::testing::Test {
 protected:
  ChainTest() {
    Manifest manifest = First();
    for (std::uint64_t n = 1; n <= 3; ++n) {
      texts_.push_back(EncodeManifest(manifest));
      folder_.files()[ManifestName(n)] = texts_.back();
      manifest = After(manifest, texts_.back());
    }
  }
  std::string& File(std::uint64_t n) {
    return folder_.files()[ManifestName(n)];
  }

  MemoryFolder folder_;
  std::vector<std::string> texts_;
};

TEST_F(ChainTest, IsReadInOrder) {
  ASSERT_OK_AND_ASSIGN(const Chain chain, ReadChain(folder_));
  ASSERT_THAT(chain.increments, SizeIs(3));
  EXPECT_EQ(chain.last().to.seq, 20U);
  EXPECT_EQ(chain.last_sha256, Sha256Hex(texts_[2]));
  // Whatever their number: a table's columns are kept once.
  EXPECT_EQ(chain.increments[0].tables, chain.increments[2].tables);
}

TEST_F(ChainTest, AHoleInTheMiddleIsNamed) {
  folder_.files().erase(ManifestName(2));
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       "/memory/manifests/000002.json is missing: there is "
                       "manifests/000003.json"));
}

TEST_F(ChainTest, AManifestInAnothersPlaceIsNamed) {
  File(2) = texts_[2];
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       "/memory/manifests/000002.json is the manifest of "
                       "increment 3"));
}

TEST_F(ChainTest, AnotherHistoryIsNamed) {
  File(1) = Resigned(texts_[0], "\"rows\": \"3\"", "\"rows\": \"4\"");
  EXPECT_THAT(
      ReadChain(folder_),
      StatusIs(absl::StatusCode::kDataLoss,
               AllOf(StartsWith("/memory/manifests/000002.json: "),
                     HasSubstr("after another manifests/000001.json"))));
}

TEST_F(ChainTest, AJumpIsNamed) {
  File(3) = Resigned(texts_[2], "\"from_seq\": \"15\"", "\"from_seq\": \"16\"");
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       EndsWith("000003.json: it begins at seq 16, but the one "
                                "before it reached seq 15, of which its log "
                                "has what is up to 15")));
  File(3) = Resigned(texts_[2], "\"csv\"", "\"tsv\"");
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("another survey, format")));
}

TEST_F(ChainTest, ABeginningThatIsNoneIsNamed) {
  folder_.files().clear();
  Manifest manifest = First();
  manifest.previous_sha256 = Sha256Hex("before");
  File(1) = EncodeManifest(manifest);
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("is the first")));
}

TEST_F(ChainTest, GoesOnPastAMillion) {
  Files& files = folder_.files();
  files.clear();
  files["manifests/1000000.json"] = files["manifests/999999.json"] = "{}";
  EXPECT_THAT(ReadChain(folder_),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("000001.json is missing: there is "
                                 "manifests/1000000.json")));
}

TEST(TableSchemaTest, ASchemaHasAPlainNameAndTheColumnsOfItsKind) {
  EXPECT_OK(CheckTables({Schools()}));
  for (const char* name :
       {"", ".hidden", "a/b", "a\\b", "a\"", "a'", "a`", "a\nb", "\xff"}) {
    TableSchema table = Schools();
    table.name = name;
    EXPECT_THAT(CheckTables({table}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("is no name of a table")))
        << name;
  }
  TableSchema table = Schools();
  table.name = std::string(kTableNameBytesMax, 'x');
  EXPECT_OK(CheckTables({table}));
  table.name += 'x';
  EXPECT_THAT(CheckTables({table}), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr("1 to 200 bytes")));

  table = Schools();
  table.columns.push_back({"_SEQ", ColumnType::kText, "", {}});
  EXPECT_THAT(CheckTables({table}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("column _SEQ is there twice")));
  table = Schools();
  table.name = "sCHOOLS \U0001F3EB, \u05D1";
  EXPECT_THAT(CheckTables({Schools(), table}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("two tables are called")));
  for (const TableKind kind : {TableKind::kRecords, TableKind::kOfRecords,
                               TableKind::kLog, TableKind::kSnapshot}) {
    EXPECT_EQ(ParseTableKind(ToText(kind)), kind);
    EXPECT_THAT(CheckTables({{"t", kind, {{"x", ColumnType::kText, "", {}}}}}),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("takes a column _")));
  }
}

TEST(Sha256Test, IsThatOfTheStandard) {
  EXPECT_EQ(Sha256Hex("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 pieces;
  pieces.Add("a");
  pieces.Add("bc");
  EXPECT_EQ(pieces.Hex(), Sha256Hex("abc"));
  EXPECT_FALSE(IsSha256Hex(std::string(63, 'a')));
  EXPECT_FALSE(IsSha256Hex(std::string(64, 'g')));
}

}  // namespace
}  // namespace chasqui::exporting
