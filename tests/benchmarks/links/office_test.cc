// What an office finds at night, of days without a link: whoever says that
// nothing is lost must be able to say that something is.

#include "tests/benchmarks/links/office.h"

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/links/day_client.h"
#include "tests/benchmarks/links/planned_day.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::benchmarks {
namespace {

class OfficeTest : public ::testing::TestWithParam<Protocol> {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(day_, PlanSmallDay({5, 2, 3, 1}));
    const bool ours = GetParam() != Protocol::kOpenRosa;
    const Listening listening{false, GetParam() == Protocol::kHttp};
    auto office =
        ours ? OpenChasquiOffice(day_, directory_.path() + "/server", listening)
             : OpenOpenRosaOffice(day_);
    ASSERT_OK(office.status());
    office_ = *std::move(office);
    const std::string address = StrCat("127.0.0.1:", office_->port());
    auto client = ours
                      ? NewChasquiClient(GetParam(), address, directory_.path())
                      : NewOpenRosaClient(address);
    ASSERT_OK(client.status());
    client_ = *std::move(client);
    ASSERT_OK(client_->Sync().status());
  }

  const testing::FreshDirectory directory_;
  Day day_;
  std::unique_ptr<Office> office_;
  std::unique_ptr<DayClient> client_;
};

TEST_P(OfficeTest, FindsAWholeDayWhole) {
  ASSERT_OK(client_->Save(day_.work.front()));
  ASSERT_OK_AND_ASSIGN(const SyncReport report, client_->Sync());
  EXPECT_EQ(report.attempts, report.round_trips);
  EXPECT_GT(report.bytes_up, 0U);
  EXPECT_LE(report.emptied_seconds, report.seconds);
  ASSERT_OK(office_->PublishLaterForm());
  ASSERT_OK(client_->Sync().status());
  ASSERT_OK_AND_ASSIGN(const std::size_t records, client_->CountRecords());
  EXPECT_EQ(records, 7U);
  ASSERT_OK_AND_ASSIGN(const Verdict verdict, office_->Check());
  EXPECT_EQ(verdict.lost, 0U);
  EXPECT_EQ(verdict.duplicated, 0U);
  EXPECT_TRUE(verdict.findings.empty());
}

TEST_P(OfficeTest, FindsWhatNeverCame) {
  ASSERT_OK(client_->Save(day_.work.front()));
  ASSERT_OK_AND_ASSIGN(const Verdict verdict, office_->Check());
  // Two records; of three edits at least the saves.
  EXPECT_GE(verdict.lost, 2U + 3U);
  EXPECT_EQ(verdict.duplicated, 0U);
  EXPECT_FALSE(verdict.findings.empty());
}

TEST_P(OfficeTest, FindsWhatCameTwice) {
  ASSERT_OK(client_->Save(day_.work.front()));
  std::vector<client::WrittenSave> again = day_.work.front();
  for (client::WrittenSave& save : again) {
    if (save.kind == client::SaveKind::kCreate) save.record.bytes[0] ^= 1;
  }
  ASSERT_OK(client_->Save(again));
  ASSERT_OK(client_->Sync().status());
  ASSERT_OK_AND_ASSIGN(const Verdict verdict, office_->Check());
  EXPECT_EQ(verdict.lost, 0U);
  // Two records, and three saves.
  EXPECT_GE(verdict.duplicated, 2U + 3U);
}

INSTANTIATE_TEST_SUITE_P(Protocols, OfficeTest, ::testing::ValuesIn(kProtocols),
                         [](const auto& named) {
                           return std::string(ToText(named.param));
                         });

}  // namespace
}  // namespace chasqui::benchmarks
