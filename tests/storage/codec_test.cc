// What is stored is what is read again; what cannot be read is DataLoss, and
// never a crash.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck/gtest.h"
#include "storage/log_codec.h"
#include "storage/record_codec.h"
#include "storage/state_codec.h"
#include "tests/storage/arbitrary_values.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::StatusIs;

template <typename T>
std::string Bytes(const T& value) {
  std::string bytes;
  Encode(value, bytes);
  return bytes;
}

std::string RecordBytes(const Record& record) {
  std::string bytes;
  EncodeRecord(record, bytes);
  return bytes;
}

std::string EntryBytes(const LogEntry& entry) {
  std::string bytes;
  EncodeLogEntry(entry, bytes);
  return bytes;
}

RC_GTEST_PROP(CodecTest, RecordsComeBack, ()) {
  const Record record = AnyRecord();
  const auto read = DecodeRecord(record.id, RecordBytes(record));
  RC_ASSERT(read.ok());
  RC_ASSERT(SameHolder(*read, record));
  RC_ASSERT(read->id == record.id && read->form == record.form);
  RC_ASSERT(read->created == record.created);
  RC_ASSERT(read->last_change == record.last_change);
  RC_ASSERT(read->rows == record.rows);
  RC_ASSERT(read->review_conflicts == record.review_conflicts);
  RC_ASSERT(read->decided_conflicts == record.decided_conflicts);
  RC_ASSERT(read->submitted_ms == record.submitted_ms);
  RC_ASSERT(read->memberships == record.memberships);
  RC_ASSERT(std::equal(read->marks.begin(), read->marks.end(),
                       record.marks.begin(), record.marks.end(), SameMark));
}

RC_GTEST_PROP(CodecTest, RowsComeBack, ()) {
  Row row;
  FillHolder(row);
  row.id = AnyName16<RowId>();
  row.parent = AnyName16<RowId>();
  row.repeat = Any<std::uint32_t>();
  std::string bytes;
  EncodeRow(row, bytes);
  const auto read = DecodeRow(row.id, bytes);
  RC_ASSERT(read.ok());
  RC_ASSERT(SameHolder(*read, row));
  RC_ASSERT(read->id == row.id && read->parent == row.parent);
  RC_ASSERT(read->repeat == row.repeat);
}

RC_GTEST_PROP(CodecTest, EntryInfosComeBack, ()) {
  const EntryInfo info = AnyInfo();
  const auto read = DecodeEntryInfo(Bytes(info));
  RC_ASSERT(read.ok());
  RC_ASSERT(SameInfo(*read, info));
}

RC_GTEST_PROP(CodecTest, ChangesComeBackFromTheLog, ()) {
  LogEntry entry;
  entry.seq = Any<Seq>();
  entry.received_ms = Any<std::int64_t>();
  entry.body = AnyChange();
  const auto read = DecodeLogEntry(entry.seq, EntryBytes(entry));
  RC_ASSERT(read.ok());
  RC_ASSERT(read->seq == entry.seq);
  RC_ASSERT(read->received_ms == entry.received_ms);
  RC_ASSERT(KindOf(*read) == EntryKind::kChangeReceived);
  RC_ASSERT(SameChange(std::get<ChangeReceived>(read->body),
                       std::get<ChangeReceived>(entry.body)));
}

RC_GTEST_PROP(CodecTest, SmallValuesComeBack, ()) {
  const Held held{AnyOf(QuarantineReason::kNone, kLastReason),
                  AnyName16<RecordId>()};
  RC_ASSERT(*DecodeHeld(Bytes(held)) == held);
  FeedEntry feed{AnyName16<RecordId>(), Any<bool>(), {}};
  if (!feed.left) feed.content = AnyName16<ContentHash>();
  RC_ASSERT(*DecodeFeedEntry(Bytes(feed)) == feed);
  const BucketDigest digest{
      absl::MakeUint128(Any<std::uint64_t>(), Any<std::uint64_t>()),
      Any<std::uint64_t>()};
  RC_ASSERT(*DecodeBucketDigest(Bytes(digest)) == digest);
  const Head head{Any<Seq>(), Any<std::int64_t>(), Any<Seq>()};
  RC_ASSERT(*DecodeHead(Bytes(head)) == head);
  const auto seqs = Any<std::vector<Seq>>();
  RC_ASSERT(*DecodeSeqs(Bytes(seqs)) == seqs);
  const auto links = Several(3, [] {
    return PlacedLink{
        Any<std::uint64_t>(),
        {Any<std::uint32_t>(), AnyName16<ChainHash>(), Any<Seq>()}};
  });
  RC_ASSERT(*DecodeLinks(Bytes(links)) == links);
  const auto count = Any<std::int64_t>();
  std::string bytes;
  EncodeCounter(count, bytes);
  RC_ASSERT(*DecodeCounter(bytes) == count);
}

RC_GTEST_PROP(CodecTest, DevicesComeBack, ()) {
  Device device;
  device.name = Any<std::string>();
  device.latest = Any<Seq>();
  device.in_gap = Any<std::uint64_t>();
  device.incarnations = Several(3, [] {
    Incarnation one;
    one.parent = Any<std::uint32_t>();
    one.branch_point = Any<std::uint64_t>();
    one.hole = Any<bool>();
    one.end = Any<std::uint64_t>();
    one.end_h = AnyName16<ChainHash>();
    return one;
  });
  const auto read = DecodeDevice(device.name, Bytes(device));
  RC_ASSERT(read.ok());
  RC_ASSERT(read->name == device.name && read->latest == device.latest);
  RC_ASSERT(read->incarnations == device.incarnations);
  RC_ASSERT(read->in_gap == device.in_gap);
}

// Every decoder, on the same bytes.
void DecodeAll(std::string_view bytes) {
  (void)DecodeRecord({}, bytes);
  (void)DecodeRow({}, bytes);
  (void)DecodeEntryInfo(bytes);
  (void)DecodeLinks(bytes);
  (void)DecodeDevice("d", bytes);
  (void)DecodeFeedEntry(bytes);
  (void)DecodeBucketDigest(bytes);
  (void)DecodeHeld(bytes);
  (void)DecodeHead(bytes);
  (void)DecodeSeqs(bytes);
  (void)DecodeCounter(bytes);
  (void)DecodeLogEntry(1, bytes);
}

RC_GTEST_PROP(CodecTest, WhatIsCutShortIsDataLoss, ()) {
  const std::string record = RecordBytes(AnyRecord());
  const std::string info = Bytes(AnyInfo());
  for (std::size_t size = 0; size < record.size(); ++size) {
    RC_ASSERT(absl::IsDataLoss(
        DecodeRecord({}, std::string_view(record).substr(0, size)).status()));
  }
  for (std::size_t size = 0; size < info.size(); ++size) {
    RC_ASSERT(absl::IsDataLoss(
        DecodeEntryInfo(std::string_view(info).substr(0, size)).status()));
  }
}

RC_GTEST_PROP(CodecTest, AFlippedBitNeverCrashes, ()) {
  std::string bytes = RecordBytes(AnyRecord());
  if (Any<bool>()) bytes = Bytes(AnyInfo());
  if (Any<bool>()) bytes = EntryBytes({1, 2, AnyChange()});
  const std::size_t at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  bytes[at] = static_cast<char>(bytes[at] ^ (1 << AnyCount(7)));
  DecodeAll(bytes);
}

RC_GTEST_PROP(CodecTest, AnyBytesNeverCrash, (const std::string& noise)) {
  DecodeAll(noise);
  DecodeAll("\x01" + noise);
}

TEST(CodecTest, MoreThanThereShouldBeIsDataLoss) {
  EXPECT_THAT(DecodeHead(Bytes(Head{1, 2, 3}) + "x"),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeRecord({}, RecordBytes(Record()) + "x"),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(CodecTest, AnotherLayoutIsDataLoss) {
  std::string bytes = RecordBytes(Record());
  bytes[0] = 2;
  EXPECT_THAT(DecodeRecord({}, bytes), StatusIs(absl::StatusCode::kDataLoss));
  bytes = EntryBytes({1, 2, QuarantineReleased{3, "sofia"}});
  bytes[0] = 2;
  EXPECT_THAT(DecodeLogEntry(1, bytes), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(CodecTest, AFieldShowsOneOfItsWrites) {
  Record record;
  FieldState& field = record.At(kNameField);
  field.live.push_back({1, Value::Text("a")});
  field.shown = 1;
  EXPECT_THAT(DecodeRecord({}, RecordBytes(record)),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(CodecTest, ADeviceWithNothingInGapIsAsItEverWas) {
  Device device;
  device.latest = 7;
  EXPECT_EQ(Bytes(device), std::string("\x01\x07\x00", 3));
  EXPECT_THAT(DecodeDevice("d", std::string("\x01\x07\x00\x00", 4)),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(CodecTest, DecisionsComeBackFromTheLog) {
  const auto released =
      DecodeLogEntry(9, EntryBytes({9, 5, QuarantineReleased{3, "sofia"}}));
  ASSERT_OK(released);
  EXPECT_EQ(std::get<QuarantineReleased>(released->body).change, 3U);
  EXPECT_EQ(std::get<QuarantineReleased>(released->body).person, "sofia");
  const auto rejected =
      DecodeLogEntry(9, EntryBytes({9, 5, QuarantineRejected{4, ""}}));
  ASSERT_OK(rejected);
  EXPECT_EQ(std::get<QuarantineRejected>(rejected->body).change, 4U);
  for (const std::uint32_t form : {0U, 7U}) {
    const RecordErased erased{RecordId::FromBytes(std::string(16, 'r')).value(),
                              "olga", form};
    const auto read = DecodeLogEntry(9, EntryBytes({9, 5, erased}));
    ASSERT_OK(read);
    const auto& body = std::get<RecordErased>(read->body);
    EXPECT_EQ(body.record, erased.record);
    EXPECT_EQ(body.person, "olga");
    EXPECT_EQ(body.form, form);
  }
}

TEST(CodecTest, AnAnswerTakesFourBytesMore) {
  Record record;
  for (std::uint32_t field = 32; field < 132; ++field) {
    record.At(field).live.push_back({1'000'000, Value::Text("yes")});
  }
  const std::size_t few = RecordBytes(record).size();
  record.At(132).live.push_back({1'000'000, Value::Text("yes")});
  EXPECT_EQ(RecordBytes(record).size(), few + 4 + 3);
}

}  // namespace
}  // namespace chasqui::storage
