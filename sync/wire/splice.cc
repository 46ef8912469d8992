#include "sync/wire/splice.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "sync/bytes.h"

namespace chasqui::wire {

std::string SpliceOf(std::string_view known, std::string_view text) {
  const std::size_t most = std::min(known.size(), text.size());
  const auto front = std::mismatch(
      known.begin(), known.begin() + static_cast<std::ptrdiff_t>(most),
      text.begin());
  const auto first = static_cast<std::size_t>(front.first - known.begin());
  std::size_t last = 0;
  while (last < most - first &&
         known[known.size() - 1 - last] == text[text.size() - 1 - last]) {
    ++last;
  }
  std::string splice;
  ByteWriter out(splice);
  out.Varint(first);
  out.Varint(last);
  splice += text.substr(first, text.size() - first - last);
  return splice;
}

absl::StatusOr<std::string> Spliced(std::string_view known,
                                    std::string_view splice) {
  ByteReader in(splice);
  const std::uint64_t first = in.Varint();
  const std::uint64_t last = in.Varint();
  if (!in.ok() || first > known.size() || last > known.size() - first) {
    return absl::InvalidArgumentError("it is no splice of what was before");
  }
  std::string text(known.substr(0, first));
  text += splice.substr(splice.size() - in.left());
  text += known.substr(known.size() - last);
  return text;
}

}  // namespace chasqui::wire
