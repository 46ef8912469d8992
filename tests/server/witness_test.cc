// What the journal witnesses of logs, and what comes out when either is
// altered.

#include "server/commands/witness.h"

#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/access/organisation.h"
#include "storage/catalog.h"
#include "storage/kv_journal.h"
#include "storage/memory_kv.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::commands {
namespace {

using chasqui::testing::StatusIs;
using storage::Space;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WitnessTest : public ::testing::Test {
 protected:
  WitnessTest() {
    EXPECT_OK(catalog_->Create("wells", storage::SmallConfig()));
    Witness();
    Reconfigure("second");
    Witness();
    Reconfigure("third");  // not witnessed yet
  }

  void Witness() { EXPECT_OK(WitnessLogs(kv_, *catalog_, *organisation_)); }
  void Reconfigure(const std::string& title) {
    SurveyConfig config = storage::SmallConfig();
    config.title = title;
    EXPECT_OK(SubmitAndWait(**catalog_->Find("wells"),
                            std::vector<ServerEntry>{ConfigChanged{config}}));
  }
  std::vector<std::string> Findings(const std::string& noted = "") {
    const auto report = CheckAudit(kv_, noted);
    EXPECT_OK(report);
    return report->findings;
  }
  // Changes the last byte of what is kept under `key`.
  void Alter(const storage::Key& key) {
    std::string value;
    ASSERT_TRUE(*kv_.Get(Space::kLog, key, value));
    value.back() ^= 1;
    auto batch = kv_.NewBatch();
    batch->Put(Space::kLog, key, value);
    ASSERT_OK(kv_.Commit(std::move(batch), storage::Sync::kYes));
  }
  void Remove(const storage::Key& key) {
    auto batch = kv_.NewBatch();
    batch->Delete(Space::kLog, key);
    ASSERT_OK(kv_.Commit(std::move(batch), storage::Sync::kYes));
  }

  storage::MemoryKv kv_;
  storage::HandClock clock_;
  const std::unique_ptr<Catalog> catalog_ =
      *storage::OpenCatalog(kv_, clock_, {});
  const std::unique_ptr<Journal> journal_ =
      *storage::OpenJournal(kv_, storage::kOrganisationNumber);
  const seal::KeyPair server_ = seal::KeyPair::Draw();
  const std::unique_ptr<access::Organisation> organisation_ =
      *access::Organisation::Open(*journal_, server_, clock_);
  const storage::Keys log_{storage::kOrganisationNumber, 1};
  const storage::Keys journal_keys_ =
      storage::JournalKeys(storage::kOrganisationNumber);
};

TEST_F(WitnessTest, WhatIsAsItWasIsInOrder) {
  ASSERT_OK_AND_ASSIGN(const AuditReport report, CheckAudit(kv_, ""));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.head, journal_->head());
  // Created, opened, and the second configuration.
  EXPECT_EQ(report.witnessed,
            (*(*catalog_->Find("wells"))->Snapshot())->head() - 1);
}

TEST_F(WitnessTest, NothingNewIsNotWitnessedAgain) {
  Witness();
  const std::uint64_t before = journal_->head().seq;
  Witness();
  EXPECT_EQ(journal_->head().seq, before);
}

TEST_F(WitnessTest, AnAlteredEntryOfALogIsFound) {
  Alter(log_.Log(1));
  EXPECT_THAT(
      Findings(),
      ElementsAre(HasSubstr("the log of wells between entries 1 and ")));
}

TEST_F(WitnessTest, AMissingEntryOfALogIsFound) {
  Remove(log_.Log(1));
  EXPECT_THAT(Findings(),
              ElementsAre(HasSubstr("entry 1 of the log is missing")));
}

TEST_F(WitnessTest, WhatWasNotWitnessedYetIsNot) {
  Alter(log_.Log((*(*catalog_->Find("wells"))->Snapshot())->head()));
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(WitnessTest, AnAlteredEntryOfTheJournalIsFound) {
  Alter(journal_keys_.Log(1));
  EXPECT_THAT(
      Findings(),
      ElementsAre(HasSubstr("journal: entry 1 is not what was written")));
}

// Whoever can write the whole journal anew cannot bring back a head.
TEST_F(WitnessTest, AHeadThatWasNotedTellsAJournalFromAnother) {
  const std::string noted = ToText(journal_->head());
  ASSERT_OK(organisation_->SetOwner("", "olu", true));
  EXPECT_THAT(Findings(noted), IsEmpty());
  std::string other = noted;
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_THAT(Findings(other),
              ElementsAre(HasSubstr("the journal never was what was noted")));
  EXPECT_THAT(CheckAudit(kv_, "12"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("is no head of a journal")));
}

}  // namespace
}  // namespace chasqui::commands
