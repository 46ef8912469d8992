// Starting files: what a bucket held at one place of the log, for new tablets
// to begin with instead of fetching it all over a bad link. Anybody may keep
// and pass on such a file; only who has its key can read it, and the server
// gives that to those who may see the bucket when they ask.
//
//   file     a head, which all can read, and chunks numbered from 0, the last
//            of which says so. Of a file that was cut off, the chunks that are
//            whole count
//   key      of one file: derived from the server's secret and from all that
//            the head says. So there is nothing to keep, and who leaves a
//            bucket can read no later file of it. Who has it could encrypt,
//            too: that a chunk is the server's, its signature says
//
// The same content under the same name comes out as the same bytes, so that a
// file can be cached, and fetched on from where a transfer broke. What is
// encrypted twice under one key is either the same or has another nonce, since
// that follows from the content (as in SIV; Rogaway and Shrimpton,
// Deterministic Authenticated-Encryption, 2006). Grammar in starting_file.cc.

#ifndef CHASQUI_SYNC_SEAL_STARTING_FILE_H_
#define CHASQUI_SYNC_SEAL_STARTING_FILE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/ids.h"
#include "sync/record.h"
#include "sync/seal/key_pair.h"

namespace chasqui::seal {

// What a file is of.
struct StartingName {
  std::string survey;
  Bucket bucket;
  Position at;  // what was there then

  friend bool operator==(const StartingName&, const StartingName&) = default;
};

// What opens one file. Immutable; wiped from memory when it goes.
class StartingKey {
 public:
  static constexpr std::size_t kSize = 32;

  static StartingKey Derive(const KeyPair& server, const StartingName& name);
  // InvalidArgument unless `bytes` are kSize.
  static absl::StatusOr<StartingKey> FromBytes(std::string_view bytes);

  ~StartingKey();
  StartingKey(const StartingKey&) = default;
  StartingKey& operator=(const StartingKey&) = default;

  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), kSize};
  }

 private:
  StartingKey() = default;

  std::array<unsigned char, kSize> bytes_{};
};

// What it takes to read a file.
struct StartingSecret {
  StartingKey key;
  PublicKey signer;  // the server's
};

// Of what is in one chunk: a form may be large.
inline constexpr std::size_t kStartingChunkBytesMax = std::size_t{64} << 20;

// The first bytes of the file.
std::string StartingHead(const StartingName& name);

struct StartingChunk {
  std::uint32_t number = 0;
  bool last = false;
  std::string content;
};

// InvalidArgument, with the limit: it is over kStartingChunkBytesMax.
absl::StatusOr<std::string> SealChunk(const StartingName& name,
                                      const StartingChunk& chunk,
                                      const KeyPair& server);

// What the head at the beginning of a file says. Nobody has vouched for it.
struct ReadHead {
  StartingName name;
  std::size_t bytes = 0;  // of the head
};
// InvalidArgument: no starting file, of a later version, or not even its head
// is whole. Never crashes.
absl::StatusOr<ReadHead> ReadStartingHead(std::string_view file);

// A chunk as it lies in a file.
struct FoundChunk {
  std::uint32_t number = 0;
  std::size_t bytes = 0;  // of all of it
};
// The chunk that `bytes` begin with; more may follow. OutOfRange where they end
// before it does. InvalidArgument where it is none.
absl::StatusOr<FoundChunk> FindChunk(std::string_view bytes);

// REQUIRES: FindChunk found `bytes`, all of them. InvalidArgument: they are not
// as the server wrote them, of another file, or sealed under another key.
absl::StatusOr<StartingChunk> OpenChunk(const StartingName& name,
                                        std::string_view bytes,
                                        const StartingSecret& secret);

}  // namespace chasqui::seal

#endif  // CHASQUI_SYNC_SEAL_STARTING_FILE_H_
