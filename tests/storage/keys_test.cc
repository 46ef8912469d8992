#include "storage/keys.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/small_survey.h"

namespace chasqui::storage {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kZeros[] = "00000000-0000-0000-0000-0000000000";

std::string Text(const Key& key) { return std::string(key.view()); }

// One of each of a survey's keys.
std::vector<std::string> OneOfEach(const Keys& keys) {
  const RecordId record = RecordNumber(7);
  return {Text(keys.Head()),
          Text(keys.Administrative(1)),
          Text(keys.Device("tablet")),
          Text(keys.Counter("records/draft")),
          Text(keys.Held(9)),
          Text(keys.Waiting(record)),
          Text(keys.Conflicted(record)),
          Text(keys.Gap("tablet", ChainHash{{1, 2}})),
          Text(keys.Note("tablet")),
          Text(keys.Log(1)),
          Text(keys.Record(record)),
          Text(keys.Row(record, RowNumber(1))),
          Text(keys.Entry(1)),
          Text(keys.Links("tablet", 1)),
          Text(keys.Feed({BucketKind::kArea, "north"}, 5)),
          Text(keys.Notice("tablet", 5, 3))};
}

TEST(KeysTest, EachHasATagOfItsOwnAndIsParsed) {
  std::set<char> tags;
  for (const std::string& key : OneOfEach(Keys(1, 2))) {
    const auto parsed = ParseKey(key);
    ASSERT_TRUE(parsed.has_value()) << PrintKey(key);
    EXPECT_EQ(parsed->organisation, 1U);
    EXPECT_EQ(parsed->survey, 2U);
    EXPECT_TRUE(tags.insert(static_cast<char>(parsed->tag)).second);
  }
}

TEST(KeysTest, ParsesWhatItMakes) {
  const Keys keys(1, 2);
  const auto feed = ParseKey(keys.Feed({BucketKind::kPerson, "anna"}, 300));
  ASSERT_TRUE(feed.has_value());
  EXPECT_EQ(feed->space, Space::kFeeds);
  EXPECT_EQ(feed->bucket, (Bucket{BucketKind::kPerson, "anna"}));
  EXPECT_EQ(feed->seq, 300U);
  const auto row = ParseKey(keys.Row(RecordNumber(1), RowNumber(2)));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->record, RecordNumber(1));
  EXPECT_EQ(row->row, RowNumber(2));
  const auto links = ParseKey(keys.Links("tablet", 12));
  ASSERT_TRUE(links.has_value());
  EXPECT_EQ(links->name, "tablet");
  EXPECT_EQ(links->number, 12U);
  const auto gap = ParseKey(keys.Gap("tablet", ChainHash{{0, 7}}));
  ASSERT_TRUE(gap.has_value());
  EXPECT_EQ(gap->name, "tablet");
  EXPECT_EQ(gap->h, (ChainHash{{0, 7}}));
}

TEST(KeysTest, RefusesEverythingElse) {
  EXPECT_FALSE(ParseKey("").has_value());
  EXPECT_FALSE(ParseKey("chasqui").has_value());
  for (const std::string& key : OneOfEach(Keys(1, 2))) {
    const Tag tag = ParseKey(key)->tag;
    const bool has_name =
        tag == Tag::kDevice || tag == Tag::kCounter || tag == Tag::kNote;
    if (!has_name) {
      EXPECT_FALSE(ParseKey(key.substr(0, key.size() - 1)).has_value());
      EXPECT_FALSE(ParseKey(key + "x").has_value()) << PrintKey(key);
    }
    std::string other = key;
    other[8] = '~';
    EXPECT_FALSE(ParseKey(other).has_value());
  }
}

TEST(KeysTest, OrderIsThatOfNumbers) {
  const Keys keys(1, 2);
  const std::vector<Seq> seqs = {0, 1, 255, 256, 65'535, 65'536, 1ULL << 40};
  for (std::size_t i = 1; i < seqs.size(); ++i) {
    EXPECT_LT(Text(keys.Log(seqs[i - 1])), Text(keys.Log(seqs[i])));
    EXPECT_LT(Text(keys.Notice("t", seqs[i - 1], 9)),
              Text(keys.Notice("t", seqs[i], 1)));
  }
  EXPECT_LT(Text(Keys(1, 255).Log(9)), Text(Keys(1, 256).Log(1)));
}

TEST(KeysTest, NoKeyLiesAmongANeighbours) {
  const Keys keys(1, 2);
  const Bucket a = {BucketKind::kArea, "a"};
  const Bucket ab = {BucketKind::kArea, "ab"};
  EXPECT_THAT(Text(keys.Feed(a, 1)), StartsWith(Text(keys.Feed(a))));
  EXPECT_LT(Text(keys.Feed(a, ~Seq{0})), PrefixEnd(keys.Feed(a)));
  EXPECT_GE(Text(keys.Feed(ab, 0)), PrefixEnd(keys.Feed(a)));
  EXPECT_GE(Text(keys.Links("ab", 0)),
            PrefixEnd(Key().Raw("").Raw(keys.All(Tag::kLinks)).Name("a")));
  const auto of_one = OneOfEach(Keys(1, 2));
  const auto of_next = OneOfEach(Keys(1, 3));
  EXPECT_LT(*std::max_element(of_one.begin(), of_one.end()),
            *std::min_element(of_next.begin(), of_next.end()));
}

TEST(KeysTest, PrintsAnyKey) {
  const Keys keys(1, 2);
  EXPECT_EQ(PrintKey(LayoutKey()), "0/0 layout");
  EXPECT_EQ(PrintKey(SurveyKey(1, "census")), "1/0 survey census");
  EXPECT_EQ(PrintKey(keys.Log(17)), "1/2 log @17");
  EXPECT_EQ(PrintKey(keys.Feed({BucketKind::kArea, "KW-03"}, 117)),
            "1/2 feed area/KW-03 @117");
  EXPECT_EQ(PrintKey(keys.Links("tablet", 4)), "1/2 links tablet #4");
  EXPECT_EQ(PrintKey(keys.Gap("tablet", ChainHash{{0xab}})),
            "1/2 gap tablet behind ab000000000000000000000000000000");
  EXPECT_EQ(PrintKey(keys.Notice("tablet", 9, 4)),
            "1/2 notice tablet @9 of @4");
  EXPECT_THAT(PrintKey(keys.Record(RecordId{})), HasSubstr(kZeros));
  EXPECT_EQ(PrintKey("ab"), "0x6162");
  for (const std::string& key : OneOfEach(keys)) {
    EXPECT_THAT(PrintKey(key), StartsWith("1/2 "));
  }
}

TEST(KeysTest, PrefixesEndWhereTheNextBegins) {
  EXPECT_EQ(PrefixEnd("a"), "b");
  EXPECT_EQ(PrefixEnd(std::string("a\xff\xff")), "b");
}

}  // namespace
}  // namespace chasqui::storage
