// Sealed units and starting files off anybody's memory card: what opens is what
// was sealed, and everything else is an error.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sync/base/check.h"
#include "sync/seal/envelope.h"
#include "sync/seal/starting_file.h"

namespace {

using chasqui::seal::Kind;

// The server of tests/vectors/sealed.json, so that one unit of the corpus
// opens.
const chasqui::seal::KeyPair& Server() {
  static const chasqui::seal::KeyPair kPair =
      *chasqui::seal::KeyPair::FromSeed(std::string(32, 's'));
  return kPair;
}

void ReadStart(std::string_view file) {
  const auto head = chasqui::seal::ReadStartingHead(file);
  if (!head.ok()) return;
  CHECK(chasqui::seal::StartingHead(head->name) == file.substr(0, head->bytes));
  const chasqui::seal::StartingSecret secret = {
      chasqui::seal::StartingKey::Derive(Server(), head->name),
      Server().public_key()};
  std::string_view rest = file.substr(head->bytes);
  for (auto found = chasqui::seal::FindChunk(rest); found.ok();
       found = chasqui::seal::FindChunk(rest)) {
    const std::string_view bytes = rest.substr(0, found->bytes);
    const auto chunk = chasqui::seal::OpenChunk(head->name, bytes, secret);
    if (chunk.ok()) {
      CHECK(chasqui::seal::SealChunk(head->name, *chunk, Server()).value() ==
            bytes);
    }
    rest.remove_prefix(found->bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  ReadStart(bytes);
  const auto outside = chasqui::seal::Inspect(bytes);
  if (outside.ok()) {
    CHECK(outside->bytes <= size);
    CHECK(outside->bytes <= chasqui::seal::UnitBytesMax(outside->kind));
  }
  for (const Kind kind : {Kind::kBatch, Kind::kReceipt}) {
    const auto opened = chasqui::seal::Open(bytes, kind, Server());
    if (opened.ok()) {
      CHECK(outside.ok() && outside->kind == kind && outside->bytes == size);
    }
  }

  const std::string content(bytes.substr(0, 100'000));
  const auto unit = chasqui::seal::Seal({Kind::kBatch, "tablet", content},
                                        Server(), Server().public_key());
  CHECK(unit.ok());
  const auto again = chasqui::seal::Open(*unit, Kind::kBatch, Server());
  CHECK(again.ok());
  CHECK(again->message.content == content);
  return 0;
}
