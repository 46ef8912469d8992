// What a journal promises, in memory and on disk; and what verify and rebuild
// make of it.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "storage/kv_journal.h"
#include "storage/memory_kv.h"
#include "storage/replay.h"
#include "storage/rocks_kv.h"
#include "storage/verify.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> EntriesAfter(const Journal& journal,
                                      std::uint64_t after) {
  std::vector<std::string> entries;
  std::uint64_t seq = after;
  EXPECT_OK(journal.Read(
      after, [&](const JournalEntry& entry) -> absl::StatusOr<bool> {
        EXPECT_EQ(entry.seq, ++seq);
        entries.push_back(entry.bytes + "@" + std::to_string(entry.at_ms));
        return true;
      }));
  return entries;
}

class JournalContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  JournalContractTest() {
    if (std::string(GetParam()) == "memory") {
      kv_ = std::make_unique<MemoryKv>();
    } else {
      kv_ = *OpenRocksKv(directory_.path(), {});
    }
    Open();
  }
  void Open() { journal_ = *OpenJournal(*kv_, kOrganisationNumber); }

  FreshDirectory directory_;
  std::unique_ptr<Kv> kv_;
  std::unique_ptr<Journal> journal_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, JournalContractTest,
                         ::testing::Values("memory", "rocks"),
                         [](const auto& kind) { return kind.param; });

TEST_P(JournalContractTest, KeepsWhatIsAppendedInOrder) {
  EXPECT_EQ(journal_->head(), JournalHead{});
  EXPECT_THAT(EntriesAfter(*journal_, 0), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const JournalHead two,
                       journal_->Append({"a", ""}, 5, Lasting::kNow));
  EXPECT_EQ(two.seq, 2U);
  ASSERT_OK(journal_->Append({"c"}, 4, Lasting::kSoon));
  EXPECT_THAT(EntriesAfter(*journal_, 0), ElementsAre("a@5", "@5", "c@4"));
  EXPECT_THAT(EntriesAfter(*journal_, 2), ElementsAre("c@4"));
  EXPECT_THAT(EntriesAfter(*journal_, 3), IsEmpty());
}

TEST_P(JournalContractTest, GoesOnWhereItWas) {
  ASSERT_OK(journal_->Append({"a", "b"}, 5, Lasting::kNow));
  const JournalHead before = journal_->head();
  Open();
  EXPECT_EQ(journal_->head(), before);
  ASSERT_OK(journal_->Append({"c"}, 6, Lasting::kNow));
  EXPECT_THAT(EntriesAfter(*journal_, 0), ElementsAre("a@5", "b@5", "c@6"));
}

TEST_P(JournalContractTest, StopsWhenItIsTold) {
  ASSERT_OK(journal_->Append({"a", "b"}, 5, Lasting::kNow));
  int seen = 0;
  EXPECT_OK(journal_->Read(0, [&](const JournalEntry&) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
  EXPECT_THAT(journal_->Read(0,
                             [](const JournalEntry&) -> absl::StatusOr<bool> {
                               return absl::AbortedError("enough");
                             }),
              StatusIs(absl::StatusCode::kAborted));
}

TEST_P(JournalContractTest, RefusesWhatIsTooLargeAndAllThatComesWithIt) {
  const std::string most(kJournalEntryBytesMax, 'x');
  EXPECT_OK(journal_->Append({most}, 5, Lasting::kNow));
  EXPECT_THAT(journal_->Append({"a", most + "x"}, 5, Lasting::kNow),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("65537 bytes; the limit is 65536")));
  EXPECT_EQ(journal_->head().seq, 1U);
}

// The head after some entries is of these entries and no others.
TEST_P(JournalContractTest, TheHeadTellsEveryEntryOrderAndTime) {
  const auto head_of = [](const std::vector<std::string>& entries,
                          std::int64_t at_ms) {
    MemoryKv kv;
    const auto journal = *OpenJournal(kv, kOrganisationNumber);
    return ToText(*journal->Append(entries, at_ms, Lasting::kNow));
  };
  const std::string head = head_of({"a", "b"}, 5);
  EXPECT_EQ(head, head_of({"a", "b"}, 5));
  EXPECT_THAT(head, HasSubstr("2:"));
  EXPECT_NE(head, head_of({"b", "a"}, 5));
  EXPECT_NE(head, head_of({"ab", ""}, 5));
  EXPECT_NE(head, head_of({"a", "b"}, 6));
}

class JournalDamageTest : public ::testing::Test {
 protected:
  JournalDamageTest() {
    const auto catalog = *OpenCatalog(kv_, clock_, {});
    FillSurvey(NewSmallSurvey(*catalog));
    const auto journal = *OpenJournal(kv_, kOrganisationNumber);
    CHECK(journal->Append({"one", "two", "three"}, 5, Lasting::kNow).ok());
  }

  void Put(Space space, const Key& key, std::string_view value) {
    auto batch = kv_.NewBatch();
    batch->Put(space, key, value);
    CHECK(kv_.Commit(std::move(batch), Sync::kYes).ok());
  }
  void Delete(Space space, const Key& key) {
    auto batch = kv_.NewBatch();
    batch->Delete(space, key);
    CHECK(kv_.Commit(std::move(batch), Sync::kYes).ok());
  }
  std::string Get(Space space, const Key& key) {
    std::string value;
    CHECK(*kv_.Get(space, key, value));
    return value;
  }
  std::vector<std::string> Findings() {
    const auto report = VerifyKv(kv_, /*replay=*/true);
    EXPECT_OK(report);
    return report->findings;
  }

  HandClock clock_;
  MemoryKv kv_;
  const Keys keys_ = JournalKeys(kOrganisationNumber);
};

TEST_F(JournalDamageTest, ASoundOneIsNotComplainedOf) {
  EXPECT_THAT(Findings(), IsEmpty());
}

TEST_F(JournalDamageTest, EveryBitOfAnEntryIsCovered) {
  const std::string good = Get(Space::kLog, keys_.Log(2));
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    Put(Space::kLog, keys_.Log(2), bad);
    EXPECT_THAT(Findings(), Contains(HasSubstr("journal: entry 2"))) << bit;
  }
}

TEST_F(JournalDamageTest, MissingEntriesAreFound) {
  Delete(Space::kLog, keys_.Log(2));
  EXPECT_THAT(Findings(), Contains(HasSubstr("journal: entry 2 is missing")));
}

TEST_F(JournalDamageTest, ACutEndIsFound) {
  Delete(Space::kLog, keys_.Log(3));
  EXPECT_THAT(Findings(), Contains(HasSubstr("it ends at 2")));
}

TEST_F(JournalDamageTest, AWrongHeadIsFound) {
  Put(Space::kMeta, keys_.Head(), "nonsense");
  EXPECT_THAT(Findings(), Contains(HasSubstr("its head is damaged")));
  EXPECT_THAT(OpenJournal(kv_, kOrganisationNumber),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(JournalRebuildTest, IsCopiedAsFarAsItIsSound) {
  FreshDirectory directory;
  HandClock clock;
  const std::string old = directory.File("old");
  { ASSERT_OK(OpenRocksCatalog(old, clock, {})); }
  {
    ASSERT_OK_AND_ASSIGN(const auto kv, OpenRocksKv(old, {}));
    ASSERT_OK_AND_ASSIGN(const auto journal,
                         OpenJournal(*kv, kOrganisationNumber));
    ASSERT_OK(journal->Append({"one", "two", "three"}, 5, Lasting::kNow));
  }
  ASSERT_OK(Rebuild(old, directory.File("whole"), /*salvage=*/false, {}));
  {
    ASSERT_OK_AND_ASSIGN(const auto kv,
                         OpenRocksKv(directory.File("whole"), {}));
    ASSERT_OK_AND_ASSIGN(const auto journal,
                         OpenJournal(*kv, kOrganisationNumber));
    EXPECT_THAT(EntriesAfter(*journal, 0),
                ElementsAre("one@5", "two@5", "three@5"));
  }
  {
    ASSERT_OK_AND_ASSIGN(const auto kv, OpenRocksKv(old, {}));
    auto batch = kv->NewBatch();
    batch->Delete(Space::kLog, JournalKeys(kOrganisationNumber).Log(2));
    ASSERT_OK(kv->Commit(std::move(batch), Sync::kYes));
  }
  EXPECT_THAT(Rebuild(old, directory.File("refused"), /*salvage=*/false, {}),
              StatusIs(absl::StatusCode::kDataLoss));
  ASSERT_OK(Rebuild(old, directory.File("part"), /*salvage=*/true, {}));
  ASSERT_OK_AND_ASSIGN(const auto kv, OpenRocksKv(directory.File("part"), {}));
  ASSERT_OK_AND_ASSIGN(const auto journal,
                       OpenJournal(*kv, kOrganisationNumber));
  EXPECT_THAT(EntriesAfter(*journal, 0), ElementsAre("one@5"));
}

}  // namespace
}  // namespace chasqui::storage
