#include "client/fallback_transport.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chasqui::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Remembers what is sent by it, and answers when it is told to.
class HandTransport final : public NetworkTransport {
 public:
  std::size_t window() const override { return 4; }
  void Send(std::uint64_t id, const Request&) override {
    sent.push_back(id);
    under_way.push_back(id);
  }
  std::optional<Completion> Poll() override {
    if (answers.empty()) return std::nullopt;
    Completion completion = std::move(answers.front());
    answers.pop_front();
    return completion;
  }
  void Cancel(std::uint64_t) override {}
  Traffic traffic() const override { return {}; }
  void Wait(std::int64_t) override {}

  void Answer(const absl::StatusOr<Response>& response) {
    answers.push_back({under_way.front(), response, 0});
    under_way.pop_front();
  }
  // As a stream does that breaks.
  void Break() {
    while (!under_way.empty()) Answer(absl::UnavailableError("broken"));
  }

  std::vector<std::uint64_t> sent;
  std::deque<std::uint64_t> under_way;
  std::deque<Completion> answers;
};

class FallbackTransportTest : public ::testing::Test {
 protected:
  FallbackTransportTest() {
    auto first = std::make_unique<HandTransport>();
    auto second = std::make_unique<HandTransport>();
    first_ = first.get();
    second_ = second.get();
    transport_ = NewFallbackTransport(std::move(first), std::move(second));
  }

  void Send(int requests) {
    for (int i = 0; i < requests; ++i) transport_->Send(++id_, Request());
  }
  int PollAll() {
    int polled = 0;
    while (transport_->Poll().has_value()) ++polled;
    return polled;
  }

  HandTransport* first_ = nullptr;
  HandTransport* second_ = nullptr;
  std::unique_ptr<NetworkTransport> transport_;
  std::uint64_t id_ = 0;
};

// All that was under way fails with it, and has failed once.
TEST_F(FallbackTransportTest, AStreamThatBreaksIsOneFailure) {
  Send(3);
  first_->Break();
  EXPECT_EQ(PollAll(), 3);
  Send(2);
  EXPECT_THAT(first_->sent, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(second_->sent, IsEmpty());
  first_->Break();
  EXPECT_EQ(PollAll(), 2);
  Send(1);
  EXPECT_THAT(second_->sent, ElementsAre(6)) << "the second in a row";
}

TEST_F(FallbackTransportTest, WhatWasAnsweredBeforeItBrokeEndsTheRow) {
  for (int i = 0; i < 4; ++i) {
    Send(3);
    first_->Break();
    EXPECT_EQ(PollAll(), 3);
    Send(2);
    first_->Answer(Response());
    first_->Answer(Response());
    EXPECT_EQ(PollAll(), 2);
  }
  Send(2);
  first_->Answer(Response());
  first_->Break();
  EXPECT_EQ(PollAll(), 2);
  Send(2);
  EXPECT_THAT(second_->sent, IsEmpty());
}

TEST_F(FallbackTransportTest, ChangesOnlyWhileNothingIsUnderWay) {
  for (int i = 0; i < kFailuresBeforeFallback; ++i) {
    Send(1);
    first_->Break();
    EXPECT_EQ(PollAll(), 1);
  }
  Send(2);
  EXPECT_THAT(second_->sent, ElementsAre(3, 4));
  second_->Answer(absl::UnavailableError("lost"));
  EXPECT_EQ(PollAll(), 1);
  Send(1);
  EXPECT_THAT(second_->sent, ElementsAre(3, 4, 5));
  EXPECT_THAT(first_->sent, ElementsAre(1, 2));
}

}  // namespace
}  // namespace chasqui::client
