// GoogleTest matchers for absl::Status and absl::StatusOr. A test of a failure
// names the code it expects, and where it matters the words a user will read.

#ifndef CHASQUI_TESTS_TESTING_STATUS_MATCHERS_H_
#define CHASQUI_TESTS_TESTING_STATUS_MATCHERS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/status_macros.h"

namespace chasqui::testing {

// The status in either type.
inline const absl::Status& StatusIn(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusIn(const absl::StatusOr<T>& status_or) {
  return status_or.status();
}

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  *result_listener << "which is " << StatusIn(arg);
  return StatusIn(arg).ok();
}

MATCHER_P(StatusIs, code, "has status code " + absl::StatusCodeToString(code)) {
  *result_listener << "which is " << StatusIn(arg);
  return StatusIn(arg).code() == code;
}

// As above, and the message matches too.
MATCHER_P2(StatusIs, code, message_matcher,
           "has status code " + absl::StatusCodeToString(code) +
               " and a message that matches") {
  *result_listener << "which is " << StatusIn(arg);
  return StatusIn(arg).code() == code &&
         ::testing::ExplainMatchResult(message_matcher,
                                       std::string(StatusIn(arg).message()),
                                       result_listener);
}

MATCHER_P(IsOkAndHolds, value_matcher, "is OK and holds a value that matches") {
  if (!arg.ok()) {
    *result_listener << "which is " << arg.status();
    return false;
  }
  return ::testing::ExplainMatchResult(value_matcher, *arg, result_listener);
}

}  // namespace chasqui::testing

#define ASSERT_OK(expr) ASSERT_THAT(expr, ::chasqui::testing::IsOk())
#define EXPECT_OK(expr) EXPECT_THAT(expr, ::chasqui::testing::IsOk())

// Declares or assigns `lhs` from the absl::StatusOr that follows, or fails the
// test and returns from it. For functions that return void.
#define ASSERT_OK_AND_ASSIGN(lhs, ...)                                         \
  CHASQUI_ASSERT_OK_AND_ASSIGN(CHASQUI_JOIN(chasqui_value_or_, __LINE__), lhs, \
                               __VA_ARGS__)
#define CHASQUI_ASSERT_OK_AND_ASSIGN(holder, lhs, ...) \
  auto holder = (__VA_ARGS__);                         \
  ASSERT_OK(holder);                                   \
  lhs = *std::move(holder)

#endif  // CHASQUI_TESTS_TESTING_STATUS_MATCHERS_H_
