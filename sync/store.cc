#include "sync/store.h"

#include <optional>
#include <utility>

#include "sync/base/mutex.h"

namespace chasqui {

absl::StatusOr<DeliveryAnswer> SubmitAndWait(SurveyStore& store,
                                             Delivery delivery) {
  // Shared with `done`, which may still hold the lock when the wait has ended.
  struct Shared {
    Mutex mutex;
    CondVar changed;
    std::optional<absl::StatusOr<DeliveryAnswer>> answer ABSL_GUARDED_BY(mutex);
  };
  const auto shared = std::make_shared<Shared>();
  store.Submit(std::move(delivery),
               [shared](absl::StatusOr<DeliveryAnswer> answer) {
                 const MutexLock lock(shared->mutex);
                 shared->answer = std::move(answer);
                 shared->changed.Signal();
               });
  const MutexLock lock(shared->mutex);
  while (!shared->answer.has_value()) shared->changed.Wait(shared->mutex);
  return *std::move(shared->answer);
}

}  // namespace chasqui
