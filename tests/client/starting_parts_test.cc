// Starting files that come in parts, too late, damaged or to the wrong person.

#include <string>
#include <vector>

#include "tests/client/new_tablet.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;
using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

using StartingPartsTest = NewTablet;

// Wherever it is cut: what is whole counts, and a sync fetches the rest, or the
// file goes on from there.
TEST_F(StartingPartsTest, APartOfAFileIsABeginning) {
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
TEST_F(StartingPartsTest, AnOldFileTakesNothingBack) {
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

TEST_F(StartingPartsTest, ABucketThatIsHereNeedsNone) {
  ASSERT_OK(amina_.Sync());
  EXPECT_THAT(Refusal(world_.StartOf(kLga1)),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("all of area/lga1 is here already, as of")));
}

TEST_F(StartingPartsTest, AnEmptyBucketHasAFileToo) {
  const std::string file = world_.StartOf({BucketKind::kPerson, "amina"});
  EXPECT_TRUE(Take(file).whole);
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
}

// Its log has another name then, and all that the file says still holds.
TEST_F(StartingPartsTest, TheServerMayHaveStartedAnewSince) {
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

TEST_F(StartingPartsTest, WhatWasLostInARestoreIsNotTaken) {
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

TEST_F(StartingPartsTest, WhoLosesTheBucketDropsIt) {
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
TEST_F(StartingPartsTest, AnEndedAppGoesOn) {
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

TEST_F(StartingPartsTest, ADamagedChunkIsNamedAndThoseBeforeCount) {
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

// The newer of two files of a bucket begins anew, whatever of the older was
// taken.
TEST_F(StartingPartsTest, ANewerFileTakesThePlaceOfAPart) {
  world_.piece_bytes = 500;
  const std::string older = world_.StartOf(kLga1);
  Rename(3, "three");
  const std::string newer = world_.StartOf(kLga1);
  const std::vector<std::size_t> ends = EndsOf(older);
  Take(older.substr(0, ends[3]));
  const TakenStart taken = Take(newer);
  EXPECT_TRUE(taken.whole);
  EXPECT_EQ(taken.records, kMany);
  EXPECT_EQ(amina_.Shown(School(3), "name"), "three");
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_EQ(amina_.link().records, 0U);
}

// What was fetched is newer than the file, under whatever name of the log.
TEST_F(StartingPartsTest, AFileOfAnEarlierNameTakesNothingBack) {
  SurveyConfig config = ConfigWithBackup();
  for (Person& person : config.people) {
    if (person.name == "amina") person.areas.clear();
  }
  world_.Reconfigure(config);
  Editing editing = *sani_.survey().Open(School(3));
  editing.Set({RowId{}, kAssigneeField, 0}, Value::Text("amina"));
  ASSERT_OK(sani_.survey().Save(editing));
  ASSERT_OK(sani_.Sync());
  const std::string file = world_.StartOf(kLga1);
  Rename(3, "newer");
  ASSERT_OK(amina_.Sync());
  ASSERT_EQ(amina_.Shown(School(3), "name"), "newer");
  world_.Restart();
  ASSERT_OK(amina_.Sync());
  world_.Reconfigure(ConfigWithBackup());
  ASSERT_TRUE(Take(file).whole);
  EXPECT_EQ(amina_.Shown(School(3), "name"), "newer");
  amina_.Write(School(3), "name", Value::Text("by amina"));
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_EQ(world_.LiveWrites(School(3), "name"), 1U);
}

// A record that was made after the file stays, although the file lacks it.
TEST_F(StartingPartsTest, WhatTheFileLacksStays) {
  const std::string file = world_.StartOf(kLga1);
  sani_.Create(School(0), "lga1", "made since");
  ASSERT_OK(sani_.Sync());
  for (std::uint8_t i = 1; i <= kMany; ++i) Rename(i, "later");
  amina_.link().news_bytes_max = 1'000;
  amina_.ExchangeOnce();
  amina_.ExchangeOnce();
  ASSERT_TRUE(amina_.Has(School(0)));
  ASSERT_FALSE(amina_.Has(School(kMany)));
  ASSERT_TRUE(Take(file).whole);
  EXPECT_TRUE(amina_.Has(School(0)));
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
  EXPECT_TRUE(amina_.Has(School(0)));
}

// Cursors of files that the server cannot read are no use to anybody, and hold
// up nothing.
TEST_F(StartingPartsTest, ADamagedCursorIsForgotten) {
  world_.piece_bytes = 500;
  const std::string file = world_.StartOf(kLga1);
  Take(file.substr(0, EndsOf(file)[4]));
  SurveyState state = amina_.survey().state();
  ASSERT_EQ(state.started.size(), 1U);
  char& last = state.started.front().cursor.back();
  last = static_cast<char>(last ^ 1);
  StoreBatch batch;
  batch.Put(Table::kSurvey, FieldWorld::kSurvey, EncodeState(state));
  MemoryStore memory = amina_.memory();
  ASSERT_OK(memory.Commit(batch));
  amina_.RestoreFrom(memory);
  EXPECT_THAT(amina_.Sync(), StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK(amina_.Sync());
  ExpectWhatTheServerHas();
}

// The key is told to those who may see the bucket, and to nobody else.
TEST_F(StartingPartsTest, KeysAreForThoseInScope) {
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
  const std::string key(SecretOf(seal::StartingHead(head.name)).key.view());
  EXPECT_EQ(key_told_to("amina"), key);
  EXPECT_EQ(key_told_to("sani"), key);
  EXPECT_EQ(key_told_to("bola"), "");
  EXPECT_EQ(key_told_to("nobody"), "");
}

// Who asks ahead gets nothing to open later files with.
TEST_F(StartingPartsTest, ThereIsNoKeyOfWhatIsToCome) {
  const Position head = world_.Head();
  for (const Position& at :
       {Position{head.log, head.seq + 1}, Position{LogName{1}, head.seq}}) {
    v1::SyncRequest request;
    v1::SurveyExchange& part = *request.add_surveys();
    part.set_survey(FieldWorld::kSurvey);
    part.set_person("amina");
    v1::StartingFileName& file = *part.add_keys_for();
    file.mutable_bucket()->set_kind(v1::BUCKET_KIND_AREA);
    file.mutable_bucket()->set_name("lga1");
    file.mutable_at()->set_log(static_cast<std::uint64_t>(at.log));
    file.mutable_at()->set_seq(at.seq);
    const auto response = world_.Exchange("tablet", request);
    ASSERT_OK(response);
    EXPECT_EQ(response->surveys(0).starting_keys(0), "");
  }
}

// Whatever a device says it has.
TEST_F(StartingPartsTest, FormsBeyondAllNumbersAreNone) {
  v1::SyncRequest request;
  v1::SurveyExchange& part = *request.add_surveys();
  part.set_survey(FieldWorld::kSurvey);
  part.set_person("amina");
  part.set_pull(true);
  part.set_forms(UINT32_MAX);
  const auto response = world_.Exchange("tablet", request);
  ASSERT_OK(response);
  EXPECT_EQ(response->surveys(0).forms_size(), 0);
}

TEST_F(StartingPartsTest, ThereIsNoFileOfWhatIsNot) {
  for (const Bucket& bucket :
       {Bucket{BucketKind::kArea, "lga9"}, Bucket{BucketKind::kPerson, "lga1"},
        Bucket{static_cast<BucketKind>(0), "lga1"}}) {
    EXPECT_THAT(world_.MakeStart(bucket).status(),
                StatusIs(absl::StatusCode::kNotFound, HasSubstr("no bucket")));
  }
}

}  // namespace
}  // namespace chasqui::client
