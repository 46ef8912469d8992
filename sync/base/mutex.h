// A mutex and a condition variable that both checkers understand.
//
// Clang's thread-safety analysis cannot see through std::mutex, because the
// standard library does not annotate it. ThreadSanitizer cannot see through
// absl::Mutex, because the packaged library is not instrumented. An annotated
// wrapper around std::mutex is visible to both.

#ifndef CHASQUI_SYNC_BASE_MUTEX_H_
#define CHASQUI_SYNC_BASE_MUTEX_H_

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace chasqui {

// A mutex of one owner, not recursive. Take it through MutexLock.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mutex_.lock(); }
  void Unlock() ABSL_UNLOCK_FUNCTION() { mutex_.unlock(); }

 private:
  friend class CondVar;

  std::mutex mutex_;
};

// Holds a mutex for as long as it lives.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }

  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// A condition variable for state guarded by one Mutex.
//
// A wait may end without a signal, so every wait stands in a loop that looks at
// the guarded state again:
//
//     MutexLock lock(mutex_);
//     while (queue_.empty()) not_empty_.Wait(mutex_);
class CondVar {
 public:
  CondVar() = default;
  CondVar(const CondVar&) = delete;
  CondVar& operator=(const CondVar&) = delete;

  // Gives `mutex` up while it waits and has it again when it returns.
  void Wait(Mutex& mutex) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    std::unique_lock<std::mutex> held(mutex.mutex_, std::adopt_lock);
    condition_.wait(held);
    held.release();
  }

  // As Wait, but for `timeout` at most. Returns false if that has passed.
  bool WaitFor(Mutex& mutex, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
    std::unique_lock<std::mutex> held(mutex.mutex_, std::adopt_lock);
    const std::cv_status status =
        condition_.wait_for(held, absl::ToChronoMicroseconds(timeout));
    held.release();
    return status == std::cv_status::no_timeout;
  }

  // Wakes one waiting thread, if there is one.
  void Signal() { condition_.notify_one(); }

  // Wakes all waiting threads.
  void SignalAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_BASE_MUTEX_H_
