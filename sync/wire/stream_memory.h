// What a stream of exchanges need not say twice.
//
// On SyncStream most of a request is what the one before said, or what its
// answers left: names, cursor, the end of the chain. The two ends remember;
// what is as they expect travels as absent. An exchange without news is some 25
// bytes so, with any number of buckets.
//
//   request   SyncRequest.after = n      expects: the request before it on the
//                                        stream, and the n-th answer
//   response  SyncResponse.shortened     expects: the answer before it
//
// `after` counts answers of this stream. 0: nothing is expected, all is there.
// The first of a stream and whatever cannot be told as a difference (a name is
// absent, surveys are others) travel like that. What is expected, member by
// member, stands at the head of stream_differences.cc.
//
// A device asks for short answers by `SyncRequest.remembers`; one that knows
// nothing of this is answered in full.
//
// Thread-compatible. Bounded: the latest answers' cursors and ends, one
// request, one response.

#ifndef CHASQUI_SYNC_WIRE_STREAM_MEMORY_H_
#define CHASQUI_SYNC_WIRE_STREAM_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <deque>

#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.pb.h"
#include "sync/wire/stream_differences.h"

namespace chasqui::wire {

// A device may be so many answers behind those that the server has given. More
// requests than that are never under way.
inline constexpr std::size_t kAnswersRemembered = 16;
// What is larger gains nothing, and travels whole.
inline constexpr std::size_t kShortenedBytesMax = std::size_t{64} << 10;

// What both ends of a stream know.
class StreamMemory {
 public:
  // How many answers there were.
  std::uint32_t answers() const { return answers_; }

  // What a request says by being silent, after so many answers. InvalidArgument
  // if that many were not given, or are too long ago.
  absl::StatusOr<v1::SyncRequest> ExpectedRequest(std::uint32_t after) const;
  const v1::SyncResponse& ExpectedResponse() const { return response_; }

  // Both whole, in the order they were sent.
  void Note(const v1::SyncRequest& request);
  void Note(const v1::SyncResponse& response);

 private:
  v1::SyncRequest request_;    // the latest, as far as the next may repeat it
  v1::SyncResponse response_;  // the latest, likewise
  std::deque<v1::SyncResponse> latest_;  // of answers_, as requests refer to it
  std::uint32_t answers_ = 0;
};

// The device's end.
class DeviceMemory {
 public:
  // As it travels. To be called in the order of sending. `last` is what the
  // device knows of its own changes, and the answer need not say.
  v1::SyncRequest Shorten(v1::SyncRequest request, LastHashes last);
  // As the server meant it. InvalidArgument for what breaks the rules above.
  absl::StatusOr<v1::SyncResponse> Restore(v1::SyncResponse response);

 private:
  StreamMemory memory_;
  std::deque<LastHashes> unanswered_;
};

// The server's end.
class ServerMemory {
 public:
  absl::StatusOr<v1::SyncRequest> Restore(v1::SyncRequest request);
  // Of the answer to the latest request restored. The cursor of an answer
  // without news may be an earlier one, which is as good.
  v1::SyncResponse Shorten(v1::SyncResponse response);

 private:
  StreamMemory memory_;
  bool remembers_ = false;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_STREAM_MEMORY_H_
