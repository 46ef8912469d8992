// Tablets that begin with a starting file, old or new, whole or in parts: they
// come to hold what those hold that fetched everything.

#include <optional>
#include <string>
#include <vector>

#include "client/starting_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/starting_file.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;
using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

constexpr std::uint8_t kMany = 40;
const Bucket kLga1 = {BucketKind::kArea, "lga1"};

// Schools 1 to kMany in lga1, made by sani. amina's tablet is new.
class StartingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(sani_.Sync());
    for (std::uint8_t i = 1; i <= kMany; ++i) {
      sani_.Create(School(i), "lga1", "school " + std::to_string(i));
    }
    ASSERT_OK(sani_.Sync());
  }

  seal::StartingKey KeyOf(std::string_view file) const {
    const auto head = seal::ReadStartingHead(file);
    EXPECT_OK(head);
    return seal::StartingKey::Derive(world_.keyring().own(), head->name);
  }
  TakenStart Take(std::string_view file) {
    const auto taken = TakeStartingFile(file, KeyOf(file), amina_.device());
    EXPECT_OK(taken);
    return taken.ok() ? *taken : TakenStart{};
  }
  absl::Status Refusal(std::string_view file) {
    return TakeStartingFile(file, KeyOf(file), amina_.device()).status();
  }
  // Where each chunk of the file ends; the head first.
  static std::vector<std::size_t> EndsOf(std::string_view file) {
    std::vector<std::size_t> ends = {seal::ReadStartingHead(file)->bytes};
    while (ends.back() < file.size()) {
      ends.push_back(ends.back() +
                     seal::FindChunk(file.substr(ends.back()))->bytes);
    }
    return ends;
  }
  void Rename(std::uint8_t school, const std::string& name) {
    sani_.Write(School(school), "name", Value::Text(name));
    ASSERT_OK(sani_.Sync());
  }
  void ExpectWhatTheServerHas() {
    EXPECT_TRUE(amina_.survey().agrees());
    EXPECT_FALSE(amina_.survey().differs());
    for (std::uint8_t i = 1; i <= kMany; ++i) {
      EXPECT_EQ(amina_.Shown(School(i), "name"),
                world_.Shown(School(i), "name"));
    }
  }

  FieldWorld world_{ConfigWithBackup()};
  FieldTablet sani_{world_, "sani-tablet", "sani"};
  FieldTablet amina_{world_, "amina-tablet", "amina"};
};

TEST_F(StartingTest, WhatIsInTheFileIsNotFetchedAgain) {
  const TakenStart taken = Take(world_.StartOf(kLga1));
  EXPECT_TRUE(taken.whole);
  EXPECT_EQ(taken.records, kMany);
  EXPECT_EQ(amina_.Shown(School(7), "name"), "school 7");
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_EQ(amina_.link().records, 0U);
}

TEST_F(StartingTest, TheSameFileIsMadeTwice) {
  EXPECT_EQ(world_.StartOf(kLga1), world_.StartOf(kLga1));
  const std::string before = world_.StartOf(kLga1);
  Rename(1, "another");
  EXPECT_NE(before, world_.StartOf(kLga1));
}

// Only what changed of them, not whole records.
TEST_F(StartingTest, WhatChangedSinceComesAsNews) {
  const std::string file = world_.StartOf(kLga1);
  Rename(3, "three");
  sani_.Create(School(99), "lga1", "new");
  Editing gone = *sani_.survey().Open(School(4));
  gone.Delete();
  ASSERT_OK(sani_.survey().Save(gone));
  ASSERT_OK(sani_.Sync());
  ASSERT_TRUE(Take(file).whole);
  EXPECT_EQ(amina_.Shown(School(3), "name"), "school 3");
  ASSERT_OK(amina_.Sync());
  EXPECT_TRUE(amina_.survey().agrees());
  EXPECT_EQ(amina_.Shown(School(3), "name"), "three");
  EXPECT_EQ(amina_.Shown(School(99), "name"), "new");
  EXPECT_EQ(amina_.Shown(School(4), "name"), "(none)");
  EXPECT_EQ(amina_.link().records, 3U);
}

// What was in the file has been seen; what came after it has not.
TEST_F(StartingTest, TheFileIsABaseForEdits) {
  const std::string file = world_.StartOf(kLga1);
  Rename(2, "by sani");
  ASSERT_TRUE(Take(file).whole);
  for (std::uint8_t school = 1; school <= 2; ++school) {
    amina_.Write(School(school), "name", Value::Text("by amina"));
  }
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_EQ(world_.LiveWrites(School(1), "name"), 1U);
  EXPECT_EQ(world_.LiveWrites(School(2), "name"), 2U);
}

// Wherever it is cut: what is whole counts, and a sync fetches the rest, or the
// file goes on from there.
TEST_F(StartingTest, APartOfAFileIsABeginning) {
  world_.piece_bytes = 500;
  const std::string file = world_.StartOf(kLga1);
  const std::vector<std::size_t> ends = EndsOf(file);
  ASSERT_GT(ends.size(), 5U);
  const MemoryStore empty = amina_.memory();
  for (std::size_t chunk = 0; chunk + 1 < ends.size(); ++chunk) {
    SCOPED_TRACE(chunk);
    amina_.RestoreFrom(empty);
    const TakenStart part = Take(file.substr(0, ends[chunk + 1] - 1));
    EXPECT_EQ(part.chunks, chunk);
    EXPECT_FALSE(part.whole);
    const MemoryStore some = amina_.memory();
    amina_.link().records = 0;
    ASSERT_OK(amina_.Sync());
    ExpectWhatTheServerHas();
    EXPECT_EQ(amina_.link().records, kMany - part.records);

    amina_.RestoreFrom(some);
    const TakenStart rest = Take(file);
    EXPECT_TRUE(rest.whole);
    EXPECT_EQ(part.records + rest.records, kMany);
    amina_.link().records = 0;
    ASSERT_OK(amina_.Sync());
    ExpectWhatTheServerHas();
    EXPECT_EQ(amina_.link().records, 0U);
  }
}

// A sync was cut off after the server told some of the bucket: the file, made
// before, must not take that back, and what comes next goes on from the file.
TEST_F(StartingTest, AnOldFileTakesNothingBack) {
  const std::string file = world_.StartOf(kLga1);
  for (std::uint8_t i = 1; i <= kMany; ++i) Rename(i, "newer");
  amina_.link().news_bytes_max = 1'000;
  amina_.ExchangeOnce();
  amina_.ExchangeOnce();
  std::vector<std::uint8_t> fetched;
  for (std::uint8_t i = 1; i <= kMany; ++i) {
    if (amina_.Has(School(i))) fetched.push_back(i);
  }
  ASSERT_FALSE(fetched.empty());
  ASSERT_LT(fetched.size(), kMany);
  ASSERT_TRUE(Take(file).whole);
  for (const std::uint8_t i : fetched) {
    EXPECT_EQ(amina_.Shown(School(i), "name"), "newer");
  }
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
}

TEST_F(StartingTest, ABucketThatIsHereNeedsNone) {
  ASSERT_OK(amina_.Sync());
  EXPECT_THAT(Refusal(world_.StartOf(kLga1)),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("all of area/lga1 is here already, as of")));
}

TEST_F(StartingTest, AnEmptyBucketHasAFileToo) {
  const std::string file = world_.StartOf({BucketKind::kPerson, "amina"});
  EXPECT_TRUE(Take(file).whole);
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
}

// Its log has another name then, and all that the file says still holds.
TEST_F(StartingTest, TheServerMayHaveStartedAnewSince) {
  const std::string file = world_.StartOf(kLga1);
  world_.Restart();
  Rename(3, "three");
  const MemoryStore empty = amina_.memory();
  ASSERT_TRUE(Take(file).whole);
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_EQ(amina_.link().records, 1U);

  // The tablet knows the new name already.
  amina_.RestoreFrom(empty);
  amina_.link().news_bytes_max = 1'000;
  amina_.ExchangeOnce();
  ASSERT_NE(amina_.survey().state().log, LogName::kNone);
  ASSERT_TRUE(Take(file).whole);
  amina_.link().news_bytes_max = 0;
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
}

TEST_F(StartingTest, WhatWasLostInARestoreIsNotTaken) {
  const auto backup = world_.Backup();
  Rename(3, "lost");
  const std::string file = world_.StartOf(kLga1);
  world_.Restore(*backup);
  const MemoryStore empty = amina_.memory();

  // Who knows no better takes it, and is put right.
  ASSERT_TRUE(Take(file).whole);
  EXPECT_EQ(amina_.Shown(School(3), "name"), "lost");
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_EQ(amina_.Shown(School(3), "name"), "school 3");

  amina_.RestoreFrom(empty);
  amina_.link().news_bytes_max = 1'000;
  amina_.ExchangeOnce();
  EXPECT_THAT(Refusal(file), StatusIs(absl::StatusCode::kFailedPrecondition,
                                      HasSubstr("was lost")));
}

TEST_F(StartingTest, WhoLosesTheBucketDropsIt) {
  ASSERT_TRUE(Take(world_.StartOf(kLga1)).whole);
  SurveyConfig config = ConfigWithBackup();
  for (Person& person : config.people) {
    if (person.name == "amina") person.areas = {"lga2"};
  }
  world_.Reconfigure(config);
  ASSERT_OK(amina_.Sync());
  EXPECT_TRUE(amina_.survey().agrees());
  for (std::uint8_t i = 1; i <= kMany; ++i) {
    EXPECT_FALSE(amina_.Has(School(i)));
  }
}

// The app ends between any two chunks, as it likes.
TEST_F(StartingTest, AnEndedAppGoesOn) {
  world_.piece_bytes = 500;
  const std::string file = world_.StartOf(kLga1);
  for (const std::size_t end : EndsOf(file)) {
    Take(file.substr(0, end));
    amina_.Kill();
  }
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_EQ(amina_.link().records, 0U);
}

TEST_F(StartingTest, ADamagedChunkIsNamedAndThoseBeforeCount) {
  world_.piece_bytes = 500;
  const std::string file = world_.StartOf(kLga1);
  std::string flipped = file;
  const std::size_t at = EndsOf(file)[4] - 3;
  flipped[at] = static_cast<char>(flipped[at] ^ 1);
  EXPECT_THAT(Refusal(flipped), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr("chunk 3 is damaged")));
  EXPECT_EQ(Take(file).chunks + 1, EndsOf(file).size());
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
}

// The key is told to those who may see the bucket, and to nobody else.
TEST_F(StartingTest, KeysAreForThoseInScope) {
  const seal::ReadHead head = *seal::ReadStartingHead(world_.StartOf(kLga1));
  const auto key_told_to = [&](const std::string& person) {
    v1::SyncRequest request;
    v1::SurveyExchange& part = *request.add_surveys();
    part.set_survey(FieldWorld::kSurvey);
    part.set_person(person);
    v1::StartingFileName& file = *part.add_keys_for();
    file.mutable_bucket()->set_kind(v1::BUCKET_KIND_AREA);
    file.mutable_bucket()->set_name(head.name.bucket.name);
    file.mutable_at()->set_log(static_cast<std::uint64_t>(head.name.at.log));
    file.mutable_at()->set_seq(head.name.at.seq);
    const auto response = world_.Exchange("tablet", request);
    EXPECT_OK(response);
    EXPECT_EQ(response->surveys(0).starting_keys_size(), 1);
    return response->surveys(0).starting_keys(0);
  };
  const std::string key(KeyOf(seal::StartingHead(head.name)).view());
  EXPECT_EQ(key_told_to("amina"), key);
  EXPECT_EQ(key_told_to("sani"), key);
  EXPECT_EQ(key_told_to("bola"), "");
  EXPECT_EQ(key_told_to("nobody"), "");
}

TEST_F(StartingTest, ThereIsNoFileOfWhatIsNot) {
  for (const Bucket& bucket :
       {Bucket{BucketKind::kArea, "lga9"}, Bucket{BucketKind::kPerson, "lga1"},
        Bucket{static_cast<BucketKind>(0), "lga1"}}) {
    EXPECT_THAT(world_.MakeStart(bucket).status(),
                StatusIs(absl::StatusCode::kNotFound, HasSubstr("no bucket")));
  }
}

}  // namespace
}  // namespace chasqui::client
