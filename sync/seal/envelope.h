// Sealed units: what may lie on anybody's memory card. Only the holder of one
// key can read a unit, and only the holder of another can have written it; who
// carries it sees to whom it goes, and how large it is.
//
//   Open(Seal(message, from, to), message.kind, to) = message, signed by from
//
// and any other bytes are an error that says what is wrong with them. A file is
// one unit after another, each good without the others, so that of a file that
// was cut off all that is whole counts. Grammar in envelope.cc.
//
// The one part of sync/ that draws randomness, libsodium's, since no two units
// may be encrypted alike. The rules do not know of it.

#ifndef CHASQUI_SYNC_SEAL_ENVELOPE_H_
#define CHASQUI_SYNC_SEAL_ENVELOPE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/seal/key_pair.h"

namespace chasqui::seal {

// What a unit is for. Numbers reach files: never change one.
enum class Kind : std::uint8_t {
  kBatch = 1,    // from a device to the server: changes
  kReceipt = 2,  // from the server to a device: what became of them
};

// Of one unit, sealed. A batch is made to fit into one message of an exchange
// (256 KiB); a receipt may say more of each change than the change did.
inline constexpr std::size_t kBatchUnitBytesMax = std::size_t{256} << 10;
inline constexpr std::size_t kReceiptUnitBytesMax = std::size_t{4} << 20;
constexpr std::size_t UnitBytesMax(Kind kind) {
  return kind == Kind::kBatch ? kBatchUnitBytesMax : kReceiptUnitBytesMax;
}

// What is sealed.
struct Message {
  Kind kind = Kind::kBatch;
  std::string device;  // whose changes it is about: a name (IsName)
  std::string content;
};

// InvalidArgument, with the limit: it would come to more than UnitBytesMax().
// REQUIRES: message.device is a name.
absl::StatusOr<std::string> Seal(const Message& message, const KeyPair& from,
                                 const PublicKey& to);

struct Opened {
  Message message;
  PublicKey signer;  // whoever has its secret key wrote this
};

// InvalidArgument: `unit` is none, or not of `kind`, or of a later version;
// is over its limit; is cut short; is sealed to another key; or a bit of it is
// not as it was written. Never crashes.
absl::StatusOr<Opened> Open(std::string_view unit, Kind kind,
                            const KeyPair& to);

// What anybody can see of a unit. Nobody has vouched for it.
struct Outside {
  Kind kind = Kind::kBatch;
  Fingerprint to{};
  std::size_t bytes = 0;  // of the whole unit
};

// Of the unit that `bytes` begin with; more may follow. InvalidArgument where
// they do not begin with one, or end before it does.
absl::StatusOr<Outside> Inspect(std::string_view bytes);

}  // namespace chasqui::seal

#endif  // CHASQUI_SYNC_SEAL_ENVELOPE_H_
