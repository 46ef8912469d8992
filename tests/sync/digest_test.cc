#include "sync/digest.h"

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sync/base/str_cat.h"
#include "sync/page.h"
#include "sync/pull.h"
#include "tests/sync/generators.h"
#include "tests/sync/pulled_records.h"

namespace chasqui {
namespace {

using ::chasqui::testing::AnyName;
using ::chasqui::testing::AnyValue;
using ::chasqui::testing::Everything;
using ::chasqui::testing::FieldOf;
using ::chasqui::testing::RowNamed;
using ::chasqui::testing::TextAt;

const Bucket kNorth{BucketKind::kArea, "north"};

ContentHash ContentNamed(char byte) {
  return *ContentHash::FromBytes(std::string(16, byte));
}

// RFC 7693 leaves the length to the caller: 16 bytes, no key.
TEST(DigestTest, ContentIsHashedByBlake2b) {
  EXPECT_EQ(absl::BytesToHexString(AbslView(HashContent("").view())),
            "cae66941d9efbd404e4d88758ea67670");
}

// Computed apart, by another program, from the papers.
constexpr char kPinnedElement[] = "063976e1547ec73896f72daef67b9608";

TEST(DigestTest, ElementsArePinned) {
  const DigestKey key("census", LogName{7}, kNorth);
  EXPECT_EQ(absl::BytesToHexString(DigestBytes(key.ElementOf(ContentNamed(1)))),
            kPinnedElement);
}

TEST(DigestTest, EachPartOfTheKeyCounts) {
  const ContentHash content = ContentNamed(1);
  const auto element = [&](std::string_view survey, std::uint64_t log,
                           const Bucket& bucket) {
    return DigestKey(survey, LogName{log}, bucket).ElementOf(content);
  };
  const auto one = element("census", 7, kNorth);
  EXPECT_EQ(element("census", 7, kNorth), one);
  EXPECT_NE(element("census2", 7, kNorth), one);
  EXPECT_NE(element("census", 8, kNorth), one);
  EXPECT_NE(element("census", 7, {BucketKind::kArea, "south"}), one);
  EXPECT_NE(element("census", 7, {BucketKind::kPerson, "north"}), one);
}

RC_GTEST_PROP(DigestProperty, DoesNotDependOnTheOrder, ()) {
  const DigestKey key("census", LogName{7}, kNorth);
  const auto bytes = *rc::gen::arbitrary<std::vector<char>>();
  BucketDigest forward;
  BucketDigest backward;
  for (const char byte : bytes) {
    forward.Add(key.ElementOf(ContentNamed(byte)));
  }
  for (auto it = bytes.rbegin(); it != bytes.rend(); ++it) {
    backward.Add(key.ElementOf(ContentNamed(*it)));
  }
  RC_ASSERT(forward == backward);
  for (const char byte : bytes) {
    backward.Remove(key.ElementOf(ContentNamed(byte)));
  }
  RC_ASSERT(backward == BucketDigest());
}

RC_GTEST_PROP(DigestProperty, TravelsAsSixteenBytes, ()) {
  const auto digest = absl::MakeUint128(*rc::gen::arbitrary<std::uint64_t>(),
                                        *rc::gen::arbitrary<std::uint64_t>());
  RC_ASSERT(DigestBytes(digest).size() == 16U);
  RC_ASSERT(DigestFromBytes(DigestBytes(digest)) == digest);
}

TEST(DigestTest, OtherThanSixteenBytesAreNone) {
  EXPECT_FALSE(DigestFromBytes(std::string(15, 'x')).has_value());
  EXPECT_FALSE(DigestFromBytes(std::string(17, 'x')).has_value());
  EXPECT_FALSE(DigestFromBytes("").has_value());
}

// A record with rows inside rows, some of them gone.
struct Stored {
  Record record;
  std::vector<Row> rows;
};
Stored AnyStored() {
  Stored stored;
  stored.record.id = AnyName<RecordId>();
  stored.record.latest = 1'000;
  stored.record.form = 3;
  stored.record.gone = *rc::gen::inRange(0, 5) == 0;
  stored.record.review_conflicts = *rc::gen::inRange<std::uint32_t>(0, 2);
  for (std::uint32_t field = 0; field < 6; ++field) {
    const auto seq = *rc::gen::inRange<Seq>(1, 1'000);
    stored.record.fields.push_back(FieldOf(field, 0, {{seq, AnyValue()}}));
  }
  for (char id = 'a'; id < 'f'; ++id) {
    Row& row = stored.rows.emplace_back();
    row.id = RowNamed(id);
    if (id > 'a' && *rc::gen::arbitrary<bool>()) {
      row.parent = RowNamed(static_cast<char>(id - 1));
    }
    row.gone = *rc::gen::inRange(0, 4) == 0;
    row.fields = {FieldOf(0, 0, {{5, Value::Answered()}}), TextAt(33, 7, "x")};
  }
  stored.record.rows = static_cast<std::uint32_t>(stored.rows.size());
  return stored;
}

RC_GTEST_PROP(WholeProperty, IsWhatADeviceKeepsThatHadNothing, ()) {
  const Stored stored = AnyStored();
  PulledRecord copy;
  Merge(Newer(stored.record, stored.rows, {kNorth, 5, 0}, 0), copy);
  RC_ASSERT(EncodeWhole(stored.record, stored.record.gone
                                           ? std::vector<PulledRow>()
                                           : ShownRows(stored.rows)) ==
            EncodePulled(copy));
}

TEST(DigestTest, EveryBitOfARecordCounts) {
  const std::string bytes = EncodePulled(Everything());
  const ContentHash whole = HashContent(bytes);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(HashContent(flipped), whole) << "bit " << bit;
  }
}

}  // namespace
}  // namespace chasqui
