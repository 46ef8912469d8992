// Whatever order the cards of a device and its clones come in, and however
// often each: it comes to the records that delivery in order comes to. Nothing
// is lost, and nothing counts twice.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/household_form.h"
#include "tests/testing/random.h"
#include "tests/testing/survey_server.h"
#include "tests/testing/tablet.h"

namespace chasqui::testing {
namespace {

constexpr std::uint64_t kStories = 150;
constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kCommitMs = 1000;  // what passes before one

// What one branch knows of: it writes to nothing else.
struct Branch {
  Tablet tablet{"d1"};
  std::vector<RecordId> records;
  std::map<RecordId, std::vector<RowId>> rows;
};

// A tablet and its clones, each with a chain of changes of its own after what
// they share.
class Story {
 public:
  Story(std::uint64_t seed, const RecordId& record, const Position& base,
        std::int64_t now_ms)
      : random_(seed), base_(base), clock_ms_(now_ms) {
    branches_.emplace_back();
    branches_[0].records = {record};
    for (int i = 0; i < 3; ++i) {
      for (Branch& branch : branches_) GoOn(branch);
      if (i < 2) branches_.push_back(Branch(branches_[0]));
    }
  }

  const std::vector<Branch>& branches() const { return branches_; }
  Random& random() { return random_; }

 private:
  void GoOn(Branch& branch) {
    for (std::uint64_t n = 1 + random_.Below(4); n > 0; --n) Save(branch);
  }
  void Save(Branch& branch);
  void Answer(const RowId& row, Edit& edit);

  Random random_;
  const Position base_;
  std::int64_t clock_ms_;
  std::uint64_t names_ = 0;
  std::vector<Branch> branches_;
};

void Story::Answer(const RowId& row, Edit& edit) {
  const std::string text = std::to_string(random_.Below(5));
  if (!row.empty()) {
    edit.Set(kMemberName, text, row);
    return;
  }
  // None under `first` or `append`, where the order of arrival counts.
  constexpr std::uint32_t kTexts[] = {kX, kY, kZ, kSaid, kChecked};
  const std::uint64_t what = random_.Below(7);
  if (what < 5) {
    edit.Set(kTexts[what], text);
  } else if (what == 5) {
    edit.Set(kMost, Value::Integer(random_.Between(0, 9)));
  } else {
    const auto choice = static_cast<std::uint32_t>(1 + random_.Below(3));
    edit.Tick(kAssets, choice, random_.Chance(60));
  }
}

void Story::Save(Branch& branch) {
  clock_ms_ += 1000;
  const bool creates = random_.Chance(20);
  const RecordId record = creates ? RecordNamed("n" + std::to_string(++names_))
                                  : random_.OneOf(branch.records);
  std::vector<RowId>& rows = branch.rows[record];
  Edit edit("eva", record, base_);
  edit.At({0, 0, clock_ms_});
  if (creates) {
    branch.records.push_back(record);
    edit.Creates(random_.Chance(50) ? "north" : "south");
  }
  const std::uint64_t what = random_.Below(100);
  if (what < 20) {
    rows.push_back(RowNamed("w" + std::to_string(++names_)));
    edit.AddRow(rows.back());
    Answer(rows.back(), edit);
  } else if (what < 45 && !rows.empty()) {
    Answer(random_.OneOf(rows), edit);
  } else if (what < 50 && !rows.empty()) {
    edit.DeleteRow(random_.OneOf(rows));
  } else if (what < 53 && !creates) {
    edit.Delete();
  } else {
    Answer({}, edit);
    Answer({}, edit);
  }
  if (random_.Chance(5)) {
    branch.tablet.SaveRaw("unreadable " + std::to_string(++names_));
  }
  branch.tablet.Save(edit);
}

std::string Describe(const Holder& holder) {
  std::string text = holder.gone ? "gone" : "there";
  for (const FieldState& field : holder.fields) {
    std::multiset<std::string> live;
    for (const LiveWrite& write : field.live) live.insert(TextOf(write.value));
    text += " " + std::to_string(field.field) + "." +
            std::to_string(field.choice) + "=" + TextOf(field.value()) + " of";
    for (const std::string& value : live) text += " " + value;
  }
  return text;
}

// All that does not depend on where in the log it is.
std::map<std::string, std::string> RecordsOf(const SurveyServer& server) {
  std::map<std::string, std::string> records;
  const auto reader = server.Read();
  const auto found = reader->Records(RecordId{}, 1000);
  EXPECT_TRUE(found.ok());
  for (const Record& record : *found) {
    const std::string name = ToText(record.id);
    records[name] = Describe(record);
    const auto rows = reader->RowsOf(record.id);
    EXPECT_TRUE(rows.ok());
    for (const Row& row : *rows) {
      records[name + "/" + ToText(row.id)] = Describe(row);
    }
  }
  return records;
}

// What each branch is told of its changes when it sends them all again.
std::vector<std::string> Told(const Story& story, SurveyServer& server) {
  std::vector<std::string> told;
  const Seq head = server.head().seq;
  for (const Branch& branch : story.branches()) {
    const BatchAnswer answer = server.Take(branch.tablet.BatchFrom(1));
    EXPECT_FALSE(answer.gap);
    EXPECT_EQ(answer.changes.size(), branch.tablet.length());
    for (const ChangeAnswer& change : answer.changes) {
      EXPECT_TRUE(change.duplicate);
      told.push_back(std::to_string(change.number) + " " +
                     std::string(ToText(change.outcome.reason)));
    }
  }
  EXPECT_EQ(server.head().seq, head);
  return told;
}

// The chains in cards that overlap, each once to three times, in any order.
std::vector<Batch> CardsOf(Story& story) {
  Random& random = story.random();
  std::vector<Batch> cards;
  for (const Branch& branch : story.branches()) {
    const std::uint64_t length = branch.tablet.length();
    for (std::uint64_t first = 1; first <= length;) {
      const std::uint64_t last = std::min(length, first + random.Below(3));
      const bool overlaps = random.Chance(30) && first > 1;
      const std::uint64_t from = overlaps ? first - 1 : first;
      for (std::uint64_t n = 1 + random.Below(3); n > 0; --n) {
        cards.push_back(branch.tablet.CardOf(from, last));
        // By net as well, if what came before it has.
        if (random.Chance(20)) {
          cards.push_back(branch.tablet.BatchOf(from, last));
        }
      }
      first = last + 1;
    }
  }
  for (std::size_t i = cards.size(); i > 1; --i) {
    std::swap(cards[i - 1], cards[static_cast<std::size_t>(random.Below(i))]);
  }
  return cards;
}

void Begin(SurveyServer& server) {
  server.Publish(1);
  ChangeReceived received;
  received.by_register = true;
  received.counts = {server.head().seq};
  received.bytes =
      EncodeChange(Edit("", RecordNamed("r"), server.head())
                       .Creates("north")
                       .Status(RecordStatus::kNone, RecordStatus::kAssigned)
                       .change());
  server.Append(std::move(received));
}

// Tells how many cards came past a gap.
std::size_t DeliverCards(Story& story, SurveyServer& server) {
  std::size_t past_gap = 0;
  std::vector<Batch> cards = CardsOf(story);
  for (Batch& card : cards) {
    // The clock is right: by net it says when the change was made.
    card.exchange.wall_ms = server.now_ms() + kCommitMs;
    const BatchAnswer answer = server.Take(card);
    if (card.sealed) {
      EXPECT_EQ(answer.changes.size(), card.changes.size());
      if (answer.gap) ++past_gap;
    }
    if (story.random().Chance(5)) server.Restart();
  }
  return past_gap;
}

TEST(GapOrderTest, AnyOrderComesToWhatTheirOrderComesTo) {
  std::size_t past_gap = 0;
  for (std::uint64_t seed = 1; seed <= kStories; ++seed) {
    SCOPED_TRACE("story " + std::to_string(seed));
    SurveyServer in_order(HouseholdConfig());
    Begin(in_order);
    SurveyServer by_cards(HouseholdConfig());
    Begin(by_cards);
    Story story(seed, RecordNamed("r"), in_order.head(), in_order.now_ms());
    in_order.SetNow(in_order.now_ms() + kDayMs);
    by_cards.SetNow(by_cards.now_ms() + kDayMs);

    for (const Branch& branch : story.branches()) {
      in_order.Take(branch.tablet.CardOf(1, branch.tablet.length()));
    }
    past_gap += DeliverCards(story, by_cards);

    EXPECT_EQ((*by_cards.Read()->FindDevice("d1"))->in_gap, 0U);
    EXPECT_THAT(RecordsOf(by_cards),
                ::testing::ContainerEq(RecordsOf(in_order)));
    EXPECT_THAT(Told(story, by_cards),
                ::testing::ContainerEq(Told(story, in_order)));
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(past_gap, kStories);
}

}  // namespace
}  // namespace chasqui::testing
