#include "sync/policy.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace chasqui {
namespace {

// One of the writes under test; the seq tells it from the others.
struct Written {
  Value value;
  Candidate candidate;
};

class Writes {
 public:
  Writes& Add(Value value, std::int64_t at, Role role = Role::kEnumerator,
              std::string_view device = "tablet", std::int64_t width = 1) {
    const Seq seq = writes_.size() + 1;
    Candidate candidate;
    candidate.seq = seq;
    candidate.time = {at - width, at, at};
    candidate.role = role;
    candidate.device = device;
    candidate.number = seq;
    writes_.push_back({std::move(value), candidate});
    return *this;
  }
  // In the order added.
  std::vector<Candidate> candidates() const {
    std::vector<Candidate> candidates;
    for (const Written& written : writes_) {
      candidates.push_back(written.candidate);
      candidates.back().value = &written.value;
    }
    return candidates;
  }
  Verdict Decided(Policy policy) const { return Decide(policy, candidates()); }

 private:
  std::vector<Written> writes_;
};

TEST(PolicyTest, LatestShowsTheLatestEditWhateverItsPlace) {
  const Writes writes =
      Writes().Add(Value::Text("b"), 20).Add(Value::Text("a"), 10);
  for (const Policy policy :
       {Policy::kLatest, Policy::kUnion, Policy::kReview}) {
    EXPECT_EQ(writes.Decided(policy).shown, 0U);
    EXPECT_EQ(writes.Decided(policy).least, 1U);
  }
}

TEST(PolicyTest, FirstShowsTheFirstInTheList) {
  const Verdict verdict = Writes()
                              .Add(Value::Text("b"), 20)
                              .Add(Value::Text("a"), 10)
                              .Add(Value::Text("c"), 30)
                              .Decided(Policy::kFirst);
  EXPECT_EQ(verdict.shown, 0U);
  EXPECT_EQ(verdict.least, 2U);
}

TEST(PolicyTest, RoleShowsTheHigherRankAndAmongEqualsTheLatest) {
  const Verdict verdict = Writes()
                              .Add(Value::Text("register"), 40, Role::kRegister)
                              .Add(Value::Text("old"), 10, Role::kOwner)
                              .Add(Value::Text("new"), 20, Role::kSupervisor)
                              .Add(Value::Text("late"), 50, Role::kEnumerator)
                              .Decided(Policy::kRole);
  EXPECT_EQ(verdict.shown, 2U);
  EXPECT_EQ(verdict.least, 0U);
}

TEST(PolicyTest, MaxAndMinGoByValueNotByTime) {
  const Writes writes = Writes()
                            .Add(Value::Integer(9), 30)
                            .Add({ValueKind::kDecimal, "10.5"}, 10)
                            .Add(Value::Integer(10), 20);
  EXPECT_EQ(writes.Decided(Policy::kMax).shown, 1U);
  EXPECT_EQ(writes.Decided(Policy::kMax).least, 0U);
  EXPECT_EQ(writes.Decided(Policy::kMin).shown, 0U);
  EXPECT_EQ(writes.Decided(Policy::kMin).least, 1U);
}

TEST(PolicyTest, WhatIsNoAnswerLosesUnderMaxAndUnderMin) {
  const Writes writes =
      Writes().Add(Value::Cleared(), 30).Add(Value::Integer(-5), 10);
  EXPECT_EQ(writes.Decided(Policy::kMax).shown, 1U);
  EXPECT_EQ(writes.Decided(Policy::kMin).shown, 1U);
}

TEST(PolicyTest, AWriteAloneIsShownAndIsTheLeast) {
  const Verdict verdict =
      Writes().Add(Value::Text("a"), 10).Decided(Policy::kLatest);
  EXPECT_EQ(verdict.shown, 0U);
  EXPECT_EQ(verdict.least, 0U);
  EXPECT_FALSE(verdict.uncertain);
}

TEST(PolicyTest, AmongEqualTimesTheDeviceTheNumberAndTheHashDecide) {
  Candidate a;
  Candidate b;
  const auto earlier = [&] { return IsEarlier(a, b) && !IsEarlier(b, a); };
  b.seq = 1;
  EXPECT_TRUE(earlier());
  a.seq = 2;
  b.h.bytes[0] = 1;
  EXPECT_TRUE(earlier());
  a.h.bytes[0] = 2;
  b.number = 1;
  EXPECT_TRUE(earlier());
  a.number = 2;
  b.device = "a";
  EXPECT_TRUE(earlier());
  a.device = "b";
  b.time.at = 1;
  EXPECT_TRUE(earlier());
}

TEST(PolicyTest, ItIsUncertainWhenTheIntervalsOverlapAndTimeDecided) {
  const auto two = [](std::int64_t width, Value other = Value::Integer(2),
                      Role role = Role::kEnumerator) {
    return Writes()
        .Add(Value::Integer(1), 10)
        .Add(std::move(other), 20, role, "tablet", width);
  };
  EXPECT_TRUE(two(11).Decided(Policy::kLatest).uncertain);
  EXPECT_TRUE(two(11).Decided(Policy::kReview).uncertain);
  EXPECT_FALSE(two(10).Decided(Policy::kLatest).uncertain);
  EXPECT_FALSE(two(11, Value::Integer(1)).Decided(Policy::kLatest).uncertain);
  EXPECT_FALSE(two(11).Decided(Policy::kMax).uncertain);
  EXPECT_FALSE(two(11).Decided(Policy::kFirst).uncertain);
  EXPECT_TRUE(two(11).Decided(Policy::kRole).uncertain);
  EXPECT_FALSE(two(11, Value::Integer(2), Role::kSupervisor)
                   .Decided(Policy::kRole)
                   .uncertain);
}

// Up to four writes with ties wherever there can be some.
Writes AnyWrites() {
  Writes writes;
  const auto count = *rc::gen::inRange(1, 5);
  for (int i = 0; i < count; ++i) {
    writes.Add(*rc::gen::element(Value::Integer(1), Value::Integer(2),
                                 Value{ValueKind::kDecimal, "1"},
                                 Value::Cleared(), Value::NotRelevant()),
               *rc::gen::inRange<std::int64_t>(0, 3),
               *rc::gen::element(Role::kOwner, Role::kEnumerator,
                                 Role::kRespondent, Role::kRegister),
               *rc::gen::element(std::string_view("a"), std::string_view("b")),
               *rc::gen::inRange<std::int64_t>(1, 3));
  }
  return writes;
}

RC_GTEST_PROP(PolicyProperty, TheOrderOfArrivalMakesNoDifference, ()) {
  const auto policy =
      *rc::gen::element(Policy::kLatest, Policy::kRole, Policy::kMax,
                        Policy::kMin, Policy::kUnion, Policy::kReview);
  const Writes writes = AnyWrites();
  std::vector<Candidate> order = writes.candidates();
  const Verdict first = Decide(policy, order);
  const Seq shown = order[first.shown].seq;
  const Seq least = order[first.least].seq;
  const auto by_seq = [](const Candidate& a, const Candidate& b) {
    return a.seq < b.seq;
  };
  while (std::next_permutation(order.begin(), order.end(), by_seq)) {
    const Verdict verdict = Decide(policy, order);
    RC_ASSERT(order[verdict.shown].seq == shown);
    RC_ASSERT(order[verdict.least].seq == least);
    RC_ASSERT(verdict.uncertain == first.uncertain);
  }
}

RC_GTEST_PROP(PolicyProperty, IsEarlierIsATotalOrder, ()) {
  const Writes writes = AnyWrites();
  const std::vector<Candidate> all = writes.candidates();
  for (const Candidate& a : all) {
    for (const Candidate& b : all) {
      RC_ASSERT(IsEarlier(a, b) + IsEarlier(b, a) == (a.seq == b.seq ? 0 : 1));
      for (const Candidate& c : all) {
        if (IsEarlier(a, b) && IsEarlier(b, c)) RC_ASSERT(IsEarlier(a, c));
      }
    }
  }
}

RC_GTEST_PROP(PolicyProperty, TakingTheLeastAwayNeverChangesTheWinner, ()) {
  const auto policy =
      *rc::gen::element(Policy::kLatest, Policy::kFirst, Policy::kRole,
                        Policy::kMax, Policy::kMin, Policy::kAppend);
  const Writes writes = AnyWrites();
  std::vector<Candidate> all = writes.candidates();
  const Verdict verdict = Decide(policy, all);
  const Seq shown = all[verdict.shown].seq;
  if (all.size() == 1) return;
  RC_ASSERT(verdict.least != verdict.shown);
  all.erase(all.begin() + static_cast<std::ptrdiff_t>(verdict.least));
  RC_ASSERT(all[Decide(policy, all).shown].seq == shown);
}

}  // namespace
}  // namespace chasqui
