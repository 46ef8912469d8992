#include "tests/testing/status_matchers.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chasqui::testing {
namespace {

using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::Not;

absl::StatusOr<int> Half(int number) {
  if (number % 2 != 0) return absl::InvalidArgumentError("odd number");
  return number / 2;
}

absl::StatusOr<int> Quarter(int number) {
  ASSIGN_OR_RETURN(const int half, Half(number));
  return Half(half);
}

absl::Status CheckEven(int number) {
  RETURN_IF_ERROR(Half(number).status());
  return absl::OkStatus();
}

// The macro within itself; neither may hide a variable of the other.
absl::Status CheckAllEven(int first, int second) {
  RETURN_IF_ERROR([&] {
    RETURN_IF_ERROR(CheckEven(first));
    return CheckEven(second);
  }());
  return absl::OkStatus();
}

TEST(StatusMatchersTest, TellErrorsFromSuccess) {
  EXPECT_THAT(CheckEven(4), IsOk());
  EXPECT_THAT(CheckEven(3), Not(IsOk()));
  EXPECT_THAT(Half(3), Not(IsOk()));
  EXPECT_THAT(Half(3), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Half(3), Not(StatusIs(absl::StatusCode::kInternal)));
}

TEST(StatusMatchersTest, LookAtTheMessage) {
  using enum absl::StatusCode;
  EXPECT_THAT(Half(3), StatusIs(kInvalidArgument, HasSubstr("odd")));
  EXPECT_THAT(Half(3), Not(StatusIs(kInvalidArgument, HasSubstr("even"))));
}

TEST(StatusMatchersTest, LookAtTheValue) {
  EXPECT_THAT(Half(4), IsOkAndHolds(2));
  EXPECT_THAT(Half(4), IsOkAndHolds(Gt(1)));
  EXPECT_THAT(Half(4), Not(IsOkAndHolds(3)));
  EXPECT_THAT(Half(3), Not(IsOkAndHolds(1)));
}

TEST(StatusMacrosTest, ReturnTheFirstError) {
  EXPECT_THAT(Quarter(8), IsOkAndHolds(2));
  EXPECT_THAT(Quarter(6), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Quarter(5), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(StatusMacrosTest, MayStandWithinEachOther) {
  EXPECT_THAT(CheckAllEven(2, 4), IsOk());
  EXPECT_THAT(CheckAllEven(1, 4), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(CheckAllEven(2, 3), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(StatusMacrosTest, AssignInTests) {
  ASSERT_OK_AND_ASSIGN(const int quarter, Quarter(12));
  EXPECT_EQ(quarter, 3);
}

}  // namespace
}  // namespace chasqui::testing
