// A cursor as a device hands it back. The bytes end in a checksum, which keeps
// a fuzzer out of what is behind it: besides the bytes as they are, a cursor is
// made of them and must come back from its own spelling.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/base/check.h"
#include "sync/cursor.h"
#include "sync/ids.h"
#include "sync/record.h"

namespace {

// Takes small numbers and names off the front of the input; zeros at its end.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }

  std::uint64_t Number(std::size_t width) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < width && !rest_.empty(); ++i) {
      number = number << 8 | static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
    }
    return number;
  }

  std::string Name() {
    const std::size_t length = 1 + Number(1) % 16;
    const std::string_view name = rest_.substr(0, length);
    rest_.remove_prefix(name.size());
    return std::string(name);
  }

 private:
  std::string_view rest_;
};

chasqui::Cursor MakeCursor(std::string_view bytes) {
  Input input(bytes);
  chasqui::Cursor cursor;
  // Never kNone: a position without a log has no seq.
  const auto log = static_cast<chasqui::LogName>(input.Number(8) | 1);
  cursor.notices = {log, input.Number(4)};
  while (!input.empty()) {
    const bool area = input.Number(1) % 2 == 0;
    chasqui::BucketCursor& bucket = cursor.buckets[{
        area ? chasqui::BucketKind::kArea : chasqui::BucketKind::kPerson,
        input.Name()}];
    bucket.complete = {log, input.Number(4)};
    bucket.page = {log, bucket.complete.seq + input.Number(3)};
    bucket.page_head = {log, bucket.page.seq + input.Number(3)};
  }
  return cursor;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto cursor = chasqui::DecodeCursor(bytes);
      cursor.ok() && !bytes.empty()) {
    CHECK(chasqui::EncodeCursor(*cursor) == bytes);
  }

  const chasqui::Cursor made = MakeCursor(bytes);
  const auto again = chasqui::DecodeCursor(chasqui::EncodeCursor(made));
  CHECK(again.ok());
  CHECK(*again == made);
  return 0;
}
