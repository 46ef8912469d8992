// Starting files on this machine (sync/seal/starting_file.h): their keys, and
// what is in them.

#ifndef CHASQUI_CLIENT_STARTING_FILE_H_
#define CHASQUI_CLIENT_STARTING_FILE_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/device.h"
#include "client/installed.h"
#include "sync/seal/starting_file.h"

namespace chasqui::client {

// What opens that file: as the store has it, or as the server tells it in one
// exchange, in which nothing else happens.
//
// PermissionDenied: the server gives none. Otherwise the server's error, or the
// link's; DeadlineExceeded after `timeout_ms`.
absl::StatusOr<seal::StartingSecret> SecretFor(const seal::StartingName& file,
                                               Installed& installed,
                                               std::int64_t timeout_ms);
// So that the rest of the file can be read without a server.
absl::Status KeepSecret(const seal::StartingName& file,
                        const seal::StartingSecret& secret, DeviceStore& store);
// It is needed no more, or did not open the file.
absl::Status ForgetSecret(const seal::StartingName& file, DeviceStore& store);

// What came of a file.
struct TakenStart {
  std::uint32_t chunks = 0;  // of the file, that have been taken by now
  std::size_t records = 0;   // in those taken now
  bool whole = false;        // all of them have been: nothing is missing
};

// Takes in what has not been taken of `file`, chunk by chunk, each in a
// transaction: after an error, or where the file is cut short, another go with
// all of it goes on from there.
//
// InvalidArgument, with where: a chunk is damaged, or of another file.
// FailedPrecondition: see LocalSurvey::TakeStarting.
absl::StatusOr<TakenStart> TakeStartingFile(std::string_view file,
                                            const seal::StartingSecret& secret,
                                            Device& device);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_STARTING_FILE_H_
