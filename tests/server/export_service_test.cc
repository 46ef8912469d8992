#include <string>
#include <string_view>
#include <vector>

#include "server/export_wire.h"
#include "sync/base/str_cat.h"
#include "tests/export/taken.h"
#include "tests/server/running_server.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::server {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::School;
using testing::SchoolSurvey;
using ::testing::SizeIs;
using testing::TakeAll;
using testing::Taken;

// What a stream brought.
class Received final : public exporting::IncrementSource {
 public:
  explicit Received(std::vector<v1::ExportTablesResponse> parts)
      : parts_(std::move(parts)) {
    tables_ = TablesFromWire(parts_.front().tables()).value();
    batches_ = {tables_.begin(), tables_.end()};
    summary_ = SummaryFromWire(parts_.back().summary());
  }
  const std::vector<exporting::TableSchema>& tables() const override {
    return tables_;
  }
  absl::StatusOr<const exporting::Batch*> Next() override {
    if (++at_ >= parts_.size() || !parts_[at_].has_rows()) return nullptr;
    return RowsFromWire(parts_[at_].rows(), batches_);
  }
  const exporting::IncrementSummary& summary() const override {
    return summary_;
  }

 private:
  std::vector<v1::ExportTablesResponse> parts_;
  std::vector<exporting::TableSchema> tables_;
  exporting::IncrementSummary summary_;
  std::vector<exporting::Batch> batches_;
  std::size_t at_ = 0;
};

class ExportServiceTest : public RunningServer {
 protected:
  grpc::Status Export(const v1::ExportTablesRequest& request) {
    parts_.clear();
    v1::ExportService::Stub stub(channel_);
    grpc::ClientContext context;
    const auto reader = stub.ExportTables(&context, request);
    v1::ExportTablesResponse part;
    while (reader->Read(&part)) parts_.push_back(part);
    return reader->Finish();
  }
  Taken Take(const v1::ExportTablesRequest& request) {
    EXPECT_THAT(Export(request), HasCode(grpc::OK));
    Received received(parts_);
    return TakeAll(received);
  }
  static v1::ExportTablesRequest All() {
    v1::ExportTablesRequest request;
    request.set_survey(SchoolSurvey::kName);
    return request;
  }

  std::vector<v1::ExportTablesResponse> parts_;
};

TEST_F(ExportServiceTest, SendsTheTablesTheirRowsAndWhereToGoOn) {
  Change change = schools_.Creation("amina", School(1), "lga1", "One");
  change.ops.push_back(schools_.Set("pupils", Value::Integer(-3)));
  change.ops.push_back(schools_.Tick("services", "meals", true));
  schools_.Deliver("t", change);
  const Taken all = Take(All());
  ASSERT_THAT(all.rows.at("school"), SizeIs(1));
  EXPECT_THAT(all.rows.at("school")[0], Contains(Pair("name", "One")));
  EXPECT_THAT(all.rows.at("school")[0], Contains(Pair("pupils", "-3")));
  EXPECT_THAT(all.rows.at("school")[0], Contains(Pair("services", "[meals]")));
  EXPECT_THAT(all.rows.at("conflicts"), IsEmpty());
  EXPECT_EQ(all.summary.to, schools_.Head());

  schools_.Deliver("t", schools_.Creation("amina", School(2), "lga1", "Two"));
  v1::ExportTablesRequest news = All();
  *news.mutable_since() = parts_.back().summary().position();
  news.set_increment(7);
  const Taken since = Take(news);
  ASSERT_THAT(since.rows.at("school"), SizeIs(1));
  EXPECT_THAT(since.rows.at("school")[0], Contains(Pair("name", "Two")));
  EXPECT_THAT(since.rows.at("school")[0], Contains(Pair("_increment", "7")));
  EXPECT_EQ(since.summary.from, all.summary.to.seq);
}

TEST_F(ExportServiceTest, APositionOfAnotherLogCountsAsNothingShared) {
  schools_.Deliver("t", schools_.Creation("amina", School(1), "lga1", "One"));
  v1::ExportTablesRequest request = All();
  request.mutable_since()->set_log(12345);
  request.mutable_since()->set_seq(99);
  const Taken taken = Take(request);
  EXPECT_THAT(taken.rows.at("school"), SizeIs(1));
  EXPECT_EQ(taken.summary.from, 0);
}

TEST_F(ExportServiceTest, RefusesWhatIsNotThere) {
  v1::ExportTablesRequest request = All();
  request.set_survey("rivers");
  EXPECT_THAT(Export(request), HasCode(grpc::NOT_FOUND, HasSubstr("rivers")));
  request = All();
  *request.mutable_since() = Seen();
  EXPECT_THAT(Export(request), HasCode(grpc::OK));
  request.mutable_since()->set_seq(Seen().seq() + 1);
  EXPECT_THAT(Export(request), HasCode(grpc::INVALID_ARGUMENT));
}

TEST_F(ExportServiceTest, RefusesNamesOfRecordsThatAreNone) {
  v1::ExportTablesRequest request = All();
  request.add_also("short");
  EXPECT_THAT(Export(request),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("5 bytes")));
  request = All();
  request.add_also(std::string(16, 'b'));
  request.add_also(std::string(16, 'a'));
  EXPECT_THAT(Export(request),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("ascending")));
  request = All();
  for (std::size_t i = 0; i <= kExportAlsoMax; ++i)
    request.add_also(std::string(16, 'a'));
  EXPECT_THAT(Export(request),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("100000")));
}

TEST_F(ExportServiceTest, SaysWhereTheLogIs) {
  v1::ExportService::Stub stub(channel_);
  grpc::ClientContext context;
  v1::DescribeLogRequest request;
  request.set_survey(SchoolSurvey::kName);
  v1::DescribeLogResponse response;
  ASSERT_THAT(stub.DescribeLog(&context, request, &response),
              HasCode(grpc::OK));
  EXPECT_EQ(response.position().seq(), schools_.Head().seq);
  ASSERT_GT(response.lineage().names_size(), 0);
  EXPECT_EQ(response.lineage().names().rbegin()->log(),
            response.position().log());
}

TEST(ExportWireTest, RowsThatAreNotAsAnnouncedAreDataLoss) {
  const std::vector<exporting::TableSchema> tables = {
      {"t",
       exporting::TableKind::kRecords,
       {{"a", exporting::ColumnType::kText, "", {}}}}};
  std::vector<exporting::Batch> batches(tables.begin(), tables.end());
  v1::ExportedRows rows;
  rows.set_rows(1);
  rows.add_columns()->add_numbers(1);
  EXPECT_EQ(RowsFromWire(rows, batches).status().code(),
            absl::StatusCode::kDataLoss);
  rows.mutable_columns(0)->clear_numbers();
  rows.mutable_columns(0)->add_ends(3);
  rows.mutable_columns(0)->set_bytes("ab");
  EXPECT_EQ(RowsFromWire(rows, batches).status().code(),
            absl::StatusCode::kDataLoss);
  rows.mutable_columns(0)->set_bytes("abc");
  EXPECT_TRUE(RowsFromWire(rows, batches).ok());
  rows.add_columns()->set_none(true);
  EXPECT_EQ(RowsFromWire(rows, batches).status().code(),
            absl::StatusCode::kDataLoss);
  rows.mutable_columns()->RemoveLast();
  rows.set_rows(UINT32_MAX);
  rows.mutable_columns(0)->Clear();
  rows.mutable_columns(0)->set_none(true);
  EXPECT_EQ(RowsFromWire(rows, batches).status().code(),
            absl::StatusCode::kDataLoss);
  rows.set_rows(1);
  rows.set_table(1);
  EXPECT_EQ(RowsFromWire(rows, batches).status().code(),
            absl::StatusCode::kDataLoss);
}

// A column of each type, in whose rows there is something, or nothing.
TEST(ExportWireTest, RowsComeAsTheyWent) {
  std::vector<exporting::TableSchema> tables = {
      {"none", exporting::TableKind::kRecords, {}},
      {"t", exporting::TableKind::kRecords, {}}};
  for (const auto type :
       {exporting::ColumnType::kText, exporting::ColumnType::kInteger,
        exporting::ColumnType::kTime, exporting::ColumnType::kChoices}) {
    tables[1].columns.push_back({std::string(ToText(type)), type, "", {}});
    tables[1].columns.push_back({StrCat(ToText(type), " never"), type, "", {}});
  }
  exporting::Batch batch(tables[1]);
  for (int row = 0; row < 3; ++row) {
    if (row == 1) {
      batch.AddNull();
    } else {
      batch.AddText(StrCat("text ", row));
    }
    batch.AddNull();
    batch.AddNumber(row - 1);
    batch.AddNull();
    batch.AddMoment(row, row == 2 ? exporting::kNoOffset : -60);
    batch.AddNull();
    batch.AddList(row == 0 ? std::vector<std::string_view>{}
                           : std::vector<std::string_view>{"a", "bc"});
    batch.AddNull();
  }
  v1::ExportedRows rows;
  RowsToWire(batch, 1, rows);
  std::vector<exporting::Batch> batches(tables.begin(), tables.end());
  // What came before leaves nothing.
  for (int times = 0; times < 2; ++times) {
    const auto back = RowsFromWire(rows, batches);
    ASSERT_OK(back);
    EXPECT_EQ((*back)->rows(), 3U);
    EXPECT_TRUE((*back)->columns() == batch.columns());
    EXPECT_EQ((*back)->bytes(), batch.bytes());
  }
}

}  // namespace
}  // namespace chasqui::server
