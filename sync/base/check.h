// CHECK: an assertion that stays on in release builds.
//
// It is for mistakes of ours, the kind that only a change of code can mend.
// What a device sent or a disk returned is data: when that is wrong, the answer
// is an absl::Status, never a CHECK.
//
// A failed CHECK names the place and the condition on stderr and aborts. State
// one fact per CHECK, so that the message says which one did not hold.

#ifndef CHASQUI_SYNC_BASE_CHECK_H_
#define CHASQUI_SYNC_BASE_CHECK_H_

#include <cstdio>
#include <cstdlib>

namespace chasqui {

// Reports a CHECK that did not hold and ends the process.
[[noreturn]] inline void FailCheck(const char* file, int line,
                                   const char* condition) {
  std::fprintf(stderr, "%s:%d: CHECK failed: %s\n", file, line, condition);
  std::fflush(stderr);
  std::abort();
}

}  // namespace chasqui

#define CHECK(condition)                                    \
  do {                                                      \
    if (!(condition)) [[unlikely]] {                        \
      ::chasqui::FailCheck(__FILE__, __LINE__, #condition); \
    }                                                       \
  } while (false)

#endif  // CHASQUI_SYNC_BASE_CHECK_H_
