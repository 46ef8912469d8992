#include "sync/journal.h"

#include <sodium/crypto_generichash.h>

#include "absl/strings/escaping.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui {

JournalHash HashAfter(const JournalHash& before, const JournalEntry& entry) {
  constexpr std::string_view kKey = "chasqui journal v1";
  std::string bytes(before.begin(), before.end());
  ByteWriter out(bytes);
  out.Varint(entry.seq);
  out.Zigzag(entry.at_ms);
  out.Raw(entry.bytes);
  const auto as_bytes = [](std::string_view s) {
    return reinterpret_cast<const unsigned char*>(s.data());
  };
  JournalHash hash{};
  CHECK(crypto_generichash(hash.data(), hash.size(), as_bytes(bytes),
                           bytes.size(), as_bytes(kKey), kKey.size()) == 0);
  return hash;
}

std::string ToText(const JournalHead& head) {
  const absl::string_view bytes(reinterpret_cast<const char*>(head.hash.data()),
                                head.hash.size());
  return StrCat(head.seq, ":", absl::BytesToHexString(bytes));
}

}  // namespace chasqui
