// Which figures are not given, so that none of them can be told.

#include "export/indicators/suppress.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chasqui::exporting {
namespace {

using ::testing::ElementsAre;

constexpr auto kGiven = FigureStatus::kGiven;
constexpr auto kSmall = FigureStatus::kSmall;
constexpr auto kProtects = FigureStatus::kProtects;

using By = std::vector<std::pair<std::size_t, std::string>>;

Figure Of(By by, std::int64_t records) {
  return {.by = std::move(by),
          .denominator = records,
          .records = records,
          .answered = records,
          .expected = records};
}

std::vector<FigureStatus> StatusesOf(std::vector<Figure> figures,
                                     std::uint32_t below = 5) {
  Suppress(below, figures);
  std::vector<FigureStatus> statuses;
  for (const Figure& figure : figures) statuses.push_back(figure.status);
  return statuses;
}

TEST(SuppressTest, LargeFiguresAreGiven) {
  EXPECT_THAT(StatusesOf({Of({}, 10), Of({{0, "a"}}, 5), Of({{0, "b"}}, 5)}),
              ElementsAre(kGiven, kGiven, kGiven));
}

TEST(SuppressTest, ASmallOneTakesTheNextSmallestWithIt) {
  EXPECT_THAT(StatusesOf({Of({}, 24), Of({{0, "a"}}, 4), Of({{0, "b"}}, 12),
                          Of({{0, "c"}}, 8)}),
              ElementsAre(kGiven, kSmall, kGiven, kProtects));
}

TEST(SuppressTest, TwoSmallOnesThatAreLargeTogetherSuffice) {
  EXPECT_THAT(StatusesOf({Of({}, 20), Of({{0, "a"}}, 4), Of({{0, "b"}}, 4),
                          Of({{0, "c"}}, 12)}),
              ElementsAre(kGiven, kSmall, kSmall, kGiven));
}

TEST(SuppressTest, TwoSmallOnesThatAreSmallTogetherDoNot) {
  EXPECT_THAT(StatusesOf({Of({}, 22), Of({{0, "a"}}, 1), Of({{0, "b"}}, 1),
                          Of({{0, "c"}}, 12), Of({{0, "d"}}, 8)}),
              ElementsAre(kGiven, kSmall, kSmall, kGiven, kProtects));
}

TEST(SuppressTest, WhatIsOfNoRecordsProtectsNothing) {
  EXPECT_THAT(StatusesOf({Of({}, 23), Of({{0, "a"}}, 3), Of({{0, "b"}}, 0),
                          Of({{0, "c"}}, 20)}),
              ElementsAre(kGiven, kSmall, kGiven, kProtects));
}

TEST(SuppressTest, WhereNothingElseIsThereTheTotalGoes) {
  EXPECT_THAT(StatusesOf({Of({}, 3), Of({{0, "a"}}, 3), Of({{0, "b"}}, 0)}),
              ElementsAre(kSmall, kSmall, kGiven));
  // Two parts: with either, the total tells the other.
  EXPECT_THAT(StatusesOf({Of({}, 9), Of({{0, "a"}}, 3), Of({{0, "b"}}, 6)}),
              ElementsAre(kGiven, kSmall, kProtects));
  EXPECT_THAT(StatusesOf({Of({}, 4), Of({{0, "a"}}, 2), Of({{0, "b"}}, 2)}),
              ElementsAre(kSmall, kSmall, kSmall));
}

TEST(SuppressTest, AHiddenSumIsNotToldByItsParts) {
  // By 0: b protects a. By 0 and 1: a's part takes the smallest of all with it,
  // which is one of c's, and that one the other. And b is the sum of two that
  // would be given.
  EXPECT_THAT(
      StatusesOf({Of({}, 33), Of({{0, "a"}}, 3), Of({{0, "b"}}, 12),
                  Of({{0, "c"}}, 18), Of({{0, "a"}, {1, "x"}}, 3),
                  Of({{0, "b"}, {1, "x"}}, 6), Of({{0, "b"}, {1, "y"}}, 6),
                  Of({{0, "c"}, {1, "x"}}, 5), Of({{0, "c"}, {1, "y"}}, 13)}),
      ElementsAre(kGiven, kSmall, kProtects, kGiven, kSmall, kProtects, kGiven,
                  kProtects, kProtects));
}

TEST(SuppressTest, HoldsAlongEveryDimension) {
  // One small cell in the middle of a table with all margins: its row and its
  // column lose another, and the row and column of those too.
  std::vector<Figure> figures = {Of({}, 59)};
  const std::int64_t cells[2][2] = {{3, 20}, {16, 20}};
  for (const std::size_t i : {0u, 1u}) {
    figures.push_back(Of({{0, std::to_string(i)}}, cells[i][0] + cells[i][1]));
    figures.push_back(Of({{1, std::to_string(i)}}, cells[0][i] + cells[1][i]));
  }
  for (const std::size_t i : {0u, 1u}) {
    for (const std::size_t j : {0u, 1u}) {
      figures.push_back(
          Of({{0, std::to_string(i)}, {1, std::to_string(j)}}, cells[i][j]));
    }
  }
  EXPECT_THAT(StatusesOf(std::move(figures)),
              ElementsAre(kGiven, kGiven, kGiven, kGiven, kGiven, kSmall,
                          kProtects, kProtects, kProtects));
}

TEST(SuppressTest, WithoutAThresholdAllAreGiven) {
  EXPECT_THAT(StatusesOf({Of({}, 1), Of({{0, "a"}}, 1)}, 0),
              ElementsAre(kGiven, kGiven));
}

}  // namespace
}  // namespace chasqui::exporting
