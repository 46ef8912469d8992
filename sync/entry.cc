#include "sync/entry.h"

#include "absl/status/status.h"

namespace chasqui {

absl::StatusOr<Change> DecodeReceived(const ChangeReceived& received) {
  switch (received.sealing.part) {
    case SealedPart::kNothing:
      return DecodeChange(received.bytes);
    case SealedPart::kAnswers:
      return DecodeSealedChange(received.bytes);
    case SealedPart::kAll:
      break;
  }
  return absl::InvalidArgumentError("what came was no change, and is sealed");
}

}  // namespace chasqui
