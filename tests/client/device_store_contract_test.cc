// What every DeviceStore promises; and of the one on disk, that it is there
// when the app starts again.

#include <sqlite3.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "client/memory_store.h"
#include "client/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

using Entries = std::vector<std::pair<std::string, std::string>>;

absl::StatusOr<Entries> ScanAll(const DeviceStore& store, Table table,
                                std::string_view prefix,
                                std::string_view after = "") {
  Entries entries;
  RETURN_IF_ERROR(
      store.Scan(table, prefix, after,
                 [&entries](std::string_view key, std::string_view value) {
                   entries.emplace_back(key, value);
                   return true;
                 }));
  return entries;
}

absl::Status Put(DeviceStore& store, Table table, const Entries& entries) {
  StoreBatch batch;
  for (const auto& [key, value] : entries) batch.Put(table, key, value);
  return store.Commit(batch);
}

void Execute(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(database);
  sqlite3_close(database);
}

class DeviceStoreTest : public ::testing::TestWithParam<const char*> {
 protected:
  DeviceStoreTest() {
    if (std::string(GetParam()) == "memory") {
      store_ = std::make_unique<MemoryStore>();
    } else {
      store_ = *OpenSqliteStore(directory_.File("device.sqlite"));
    }
  }

  FreshDirectory directory_;
  std::unique_ptr<DeviceStore> store_;
};

TEST_P(DeviceStoreTest, GetsWhatWasPut) {
  ASSERT_OK(Put(*store_, Table::kRecord, {{"a", "1"}}));
  EXPECT_THAT(store_->Get(Table::kRecord, "a"), IsOkAndHolds(Eq("1")));
  EXPECT_THAT(store_->Get(Table::kRecord, "b"), IsOkAndHolds(std::nullopt));
}

TEST_P(DeviceStoreTest, KeepsTablesApart) {
  ASSERT_OK(Put(*store_, Table::kRecord, {{"a", "record"}}));
  ASSERT_OK(Put(*store_, Table::kChange, {{"a", "change"}}));
  EXPECT_THAT(store_->Get(Table::kRecord, "a"), IsOkAndHolds(Eq("record")));
  EXPECT_THAT(ScanAll(*store_, Table::kChange, ""),
              IsOkAndHolds(ElementsAre(Pair("a", "change"))));
  EXPECT_THAT(ScanAll(*store_, Table::kLineage, ""), IsOkAndHolds(IsEmpty()));
}

TEST_P(DeviceStoreTest, HoldsAnyBytes) {
  const std::string zeros("\0\xff\0", 3);
  ASSERT_OK(Put(*store_, Table::kRecord, {{zeros, zeros}, {"empty", ""}}));
  EXPECT_THAT(store_->Get(Table::kRecord, zeros), IsOkAndHolds(Eq(zeros)));
  EXPECT_THAT(store_->Get(Table::kRecord, "empty"), IsOkAndHolds(Eq("")));
}

TEST_P(DeviceStoreTest, ScansInTheOrderOfUnsignedBytes) {
  ASSERT_OK(Put(*store_, Table::kRecord,
                {{"\xff", "4"}, {"b", "3"}, {"a\x01", "2"}, {"a", "1"}}));
  EXPECT_THAT(ScanAll(*store_, Table::kRecord, ""),
              IsOkAndHolds(ElementsAre(Pair("a", "1"), Pair("a\x01", "2"),
                                       Pair("b", "3"), Pair("\xff", "4"))));
}

TEST_P(DeviceStoreTest, ScanStopsWhereThePrefixEnds) {
  ASSERT_OK(Put(*store_, Table::kRecord,
                {{"a", ""}, {"b", ""}, {"b1", ""}, {"b\xff", ""}, {"c", ""}}));
  EXPECT_THAT(ScanAll(*store_, Table::kRecord, "b"),
              IsOkAndHolds(ElementsAre(Pair("b", ""), Pair("b1", ""),
                                       Pair("b\xff", ""))));
}

TEST_P(DeviceStoreTest, ScanBeginsAfterTheKeyGiven) {
  ASSERT_OK(Put(*store_, Table::kRecord,
                {{"a1", ""}, {"b1", ""}, {"b2", ""}, {"b3", ""}}));
  EXPECT_THAT(ScanAll(*store_, Table::kRecord, "b", "b2"),
              IsOkAndHolds(ElementsAre(Pair("b3", ""))));
  // A key that is not there, and one before the prefix.
  EXPECT_THAT(ScanAll(*store_, Table::kRecord, "b", "b11"),
              IsOkAndHolds(ElementsAre(Pair("b2", ""), Pair("b3", ""))));
  EXPECT_THAT(ScanAll(*store_, Table::kRecord, "b3", "a"),
              IsOkAndHolds(ElementsAre(Pair("b3", ""))));
}

TEST_P(DeviceStoreTest, ScanEndsWhenItsVisitorSaysSo) {
  ASSERT_OK(Put(*store_, Table::kRecord, {{"a", ""}, {"b", ""}, {"c", ""}}));
  std::vector<std::string> seen;
  ASSERT_OK(store_->Scan(Table::kRecord, "", "",
                         [&seen](std::string_view key, std::string_view) {
                           seen.emplace_back(key);
                           return seen.size() < 2;
                         }));
  EXPECT_THAT(seen, ElementsAre("a", "b"));
  // And leaves nothing behind that the next one would stumble over.
  EXPECT_THAT(ScanAll(*store_, Table::kRecord, "c"),
              IsOkAndHolds(ElementsAre(Pair("c", ""))));
}

TEST_P(DeviceStoreTest, TheLaterWriteOfABatchWins) {
  StoreBatch batch;
  batch.Put(Table::kRecord, "a", "first");
  batch.Put(Table::kRecord, "a", "second");
  batch.Put(Table::kRecord, "b", "there");
  batch.Erase(Table::kRecord, "b");
  batch.Erase(Table::kRecord, "c");
  batch.Put(Table::kRecord, "c", "back");
  ASSERT_OK(store_->Commit(batch));
  EXPECT_THAT(
      ScanAll(*store_, Table::kRecord, ""),
      IsOkAndHolds(ElementsAre(Pair("a", "second"), Pair("c", "back"))));
}

TEST_P(DeviceStoreTest, ErasesWhatIsThereAndWhatIsNot) {
  ASSERT_OK(Put(*store_, Table::kRecord, {{"a", "1"}, {"b", "2"}}));
  StoreBatch batch;
  batch.Erase(Table::kRecord, "a");
  batch.Erase(Table::kRecord, "never");
  ASSERT_OK(store_->Commit(batch));
  EXPECT_THAT(ScanAll(*store_, Table::kRecord, ""),
              IsOkAndHolds(ElementsAre(Pair("b", "2"))));
  EXPECT_OK(store_->Commit(StoreBatch()));
}

TEST_P(DeviceStoreTest, WhatNeedNotLastIsThereAllTheSame) {
  StoreBatch passing;
  passing.Put(Table::kRecord, "a", "pulled");
  passing.set_lasting(false);
  ASSERT_OK(store_->Commit(passing));
  ASSERT_OK(Put(*store_, Table::kChange, {{"1", "entered"}}));
  passing.Put(Table::kRecord, "b", "pulled");
  ASSERT_OK(store_->Commit(passing));
  EXPECT_THAT(
      ScanAll(*store_, Table::kRecord, ""),
      IsOkAndHolds(ElementsAre(Pair("a", "pulled"), Pair("b", "pulled"))));
  EXPECT_THAT(store_->Get(Table::kChange, "1"), IsOkAndHolds(Eq("entered")));
}

INSTANTIATE_TEST_SUITE_P(Stores, DeviceStoreTest,
                         ::testing::Values("memory", "sqlite"),
                         [](const auto& store) {
                           return std::string(store.param);
                         });

TEST(MemoryStoreTest, ACopyIsAClone) {
  MemoryStore store;
  ASSERT_OK(Put(store, Table::kRecord, {{"a", "1"}}));
  MemoryStore clone = store;
  ASSERT_OK(Put(clone, Table::kRecord, {{"a", "2"}}));
  EXPECT_THAT(store.Get(Table::kRecord, "a"), IsOkAndHolds(Eq("1")));
  EXPECT_THAT(clone.Get(Table::kRecord, "a"), IsOkAndHolds(Eq("2")));
}

TEST(SqliteStoreTest, IsAllThereWhenOpenedAgain) {
  const FreshDirectory directory;
  const std::string path = directory.File("device.sqlite");
  {
    const auto store = OpenSqliteStore(path);
    ASSERT_OK(store);
    ASSERT_OK(Put(**store, Table::kChange, {{"1", "one"}, {"2", "two"}}));
    StoreBatch batch;
    batch.Erase(Table::kChange, "1");
    batch.Put(Table::kRecord, "1", "record");
    ASSERT_OK((*store)->Commit(batch));
  }
  const auto store = OpenSqliteStore(path);
  ASSERT_OK(store);
  EXPECT_THAT(ScanAll(**store, Table::kChange, ""),
              IsOkAndHolds(ElementsAre(Pair("2", "two"))));
  EXPECT_THAT((*store)->Get(Table::kRecord, "1"), IsOkAndHolds(Eq("record")));
}

TEST(SqliteStoreTest, RefusesAFileThatIsNoDatabase) {
  const FreshDirectory directory;
  const std::string path = directory.File("device.sqlite");
  std::ofstream(path) << std::string(4096, 'x');
  EXPECT_THAT(OpenSqliteStore(path),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(path)));
}

TEST(SqliteStoreTest, RefusesADatabaseOfAnotherProgram) {
  const FreshDirectory directory;
  const std::string path = directory.File("device.sqlite");
  Execute(path, "CREATE TABLE contacts(name TEXT)");
  EXPECT_THAT(OpenSqliteStore(path),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no device store")));
}

TEST(SqliteStoreTest, RefusesALaterLayout) {
  const FreshDirectory directory;
  const std::string path = directory.File("device.sqlite");
  ASSERT_OK(OpenSqliteStore(path));
  Execute(path, "PRAGMA user_version = 2");
  EXPECT_THAT(
      OpenSqliteStore(path),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("layout 2")));
}

TEST(SqliteStoreTest, OneProgramHasItAtATime) {
  const FreshDirectory directory;
  const std::string path = directory.File("device.sqlite");
  {
    const auto first = OpenSqliteStore(path);
    ASSERT_OK(first);
    EXPECT_THAT(OpenSqliteStore(path), StatusIs(absl::StatusCode::kUnavailable,
                                                HasSubstr("has it open")));
    EXPECT_OK(Put(**first, Table::kChange, {{"1", "one"}}));
  }
  EXPECT_OK(OpenSqliteStore(path));
}

TEST(SqliteStoreTest, SaysWhichDirectoryIsNotThere) {
  const FreshDirectory directory;
  const std::string path = directory.File("missing/device.sqlite");
  EXPECT_THAT(OpenSqliteStore(path),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr(path)));
}

}  // namespace
}  // namespace chasqui::client
