// Starting files of buckets, and who is told their keys.

#ifndef CHASQUI_SERVER_STARTING_FILE_H_
#define CHASQUI_SERVER_STARTING_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/survey_service.pb.h"
#include "chasqui/v1/sync_service.pb.h"
#include "server/surroundings.h"
#include "sync/cursor.h"
#include "sync/pull.h"
#include "sync/reader.h"
#include "sync/seal/starting_file.h"
#include "sync/wire/statistics.h"

namespace chasqui::server {

// Makes one file (sync/seal/starting_file.h), piece by piece, of one snapshot.
// In each chunk is a SurveyNews, as a device is answered that
//
//   knows no log and has no forms        until it has all forms: no news yet
//   then pulls this bucket from zero     page by page, as columns
//
// but without errors, answers and digest. So what a device does with a chunk is
// what it does with an answer, and each brings the cursor to go on from.
// Thread-compatible.
class StartingFile {
 public:
  // In chunks of about `chunk_bytes`, before they are packed. `around` must
  // outlive it. Errors: see SurveyService.MakeStartingFile.
  static absl::StatusOr<std::unique_ptr<StartingFile>> Begin(
      const Surroundings& around, const v1::MakeStartingFileRequest& request,
      std::size_t chunk_bytes = PullTerms{}.bytes_max);

  // Fills `response` with the next bytes of the file. False: there are no more.
  absl::StatusOr<bool> Next(v1::MakeStartingFileResponse& response);

 private:
  StartingFile(const Surroundings& around, std::shared_ptr<const Reader> reader,
               seal::StartingName name, std::size_t chunk_bytes)
      : around_(around), reader_(std::move(reader)), name_(std::move(name)) {
    terms_.bytes_max = chunk_bytes;
  }

  absl::Status AddPage(v1::SurveyNews& news);

  const Surroundings& around_;
  const std::shared_ptr<const Reader> reader_;
  const seal::StartingName name_;
  PullTerms terms_;
  std::shared_ptr<const wire::Statistics> statistics_;
  v1::SurveyExchange device_;  // what it has so far
  Cursor cursor_;
  bool headed_ = false;
  std::uint32_t chunks_ = 0;
  bool done_ = false;
};

// To the device whose part of an exchange this is, the keys that it asks for
// and may have: of files that were made here, of what is still in the log, for
// whoever sees the bucket now. InvalidArgument: it asks for too many, or for
// what is no file.
absl::Status TellStartingKeys(const Surroundings& around, const Survey& survey,
                              const v1::SurveyExchange& request,
                              v1::SurveyNews& news);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_STARTING_FILE_H_
