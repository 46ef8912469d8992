// Leaving a function early when an absl::Status or absl::StatusOr says so.
//
//     absl::StatusOr<Form> ReadForm(const std::string& path) {
//       ASSIGN_OR_RETURN(std::string text, ReadFile(path));
//       RETURN_IF_ERROR(CheckUtf8(text));
//       return ParseForm(text);
//     }
//
// Abseil gets macros of the same meaning in a later release than the one we
// build with; then this header can go.

#ifndef CHASQUI_SYNC_BASE_STATUS_MACROS_H_
#define CHASQUI_SYNC_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Evaluates `expr`, an absl::Status, once; returns it if it is an error. An
// `expr` with a comma outside parentheses is allowed, and one with a lambda
// that uses these macros itself.
#define RETURN_IF_ERROR(...) \
  CHASQUI_RETURN_IF_ERROR(CHASQUI_JOIN(chasqui_status_, __LINE__), __VA_ARGS__)

#define CHASQUI_RETURN_IF_ERROR(holder, ...)                 \
  do {                                                       \
    if (absl::Status holder = (__VA_ARGS__); !holder.ok()) { \
      return holder;                                         \
    }                                                        \
  } while (false)

// Evaluates `expr`, an absl::StatusOr, once; returns its error, or moves its
// value to `lhs`, which may be a declaration. Expands to several statements:
// REQUIRES braces around it in an `if` or a loop. An `expr` with a comma
// outside parentheses is allowed, a `lhs` with one is not.
#define ASSIGN_OR_RETURN(lhs, ...)                                          \
  CHASQUI_ASSIGN_OR_RETURN(CHASQUI_JOIN(chasqui_status_or_, __LINE__), lhs, \
                           __VA_ARGS__)

#define CHASQUI_ASSIGN_OR_RETURN(holder, lhs, ...) \
  auto holder = (__VA_ARGS__);                     \
  if (!holder.ok()) {                              \
    return std::move(holder).status();             \
  }                                                \
  lhs = *std::move(holder)

#define CHASQUI_JOIN(a, b) CHASQUI_JOIN_EXPANDED(a, b)
#define CHASQUI_JOIN_EXPANDED(a, b) a##b

#endif  // CHASQUI_SYNC_BASE_STATUS_MACROS_H_
