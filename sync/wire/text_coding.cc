// text    := plain:flag (bytes | letter* end)   plain: it has a byte of zero
// letter  := high:nibble low:nibble             of one byte
// end     := a letter of zero
// bytes   := count byte*                        each 8 plain bits

#include "sync/wire/text_coding.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "sync/wire/number_coding.h"

namespace chasqui::wire {
namespace {

// What is known of the place of the next letter.
class LetterPlace {
 public:
  explicit LetterPlace(ContextKey what) : all_(what) {}

  Contexts High() const {
    return Contexts(SymbolKind::kLetterHigh,
                    {Mix(all_, 1), Mix(2, last_ & 0xffff),
                     Mix(3, last_ & 0xff'ffff), Mix(word_, 5)});
  }
  Contexts Low(std::uint32_t high) const {
    const std::uint32_t h = 0x100 + high;
    return Contexts(SymbolKind::kLetterLow,
                    {Mix(Mix(all_, 1), h), Mix(Mix(2, last_ & 0xffff), h),
                     Mix(Mix(3, last_ & 0xff'ffff), h), Mix(Mix(word_, 5), h)});
  }
  void Next(std::uint32_t letter) {
    last_ = last_ << 8 | letter;
    all_ = Mix(all_, letter);
    const auto c = static_cast<unsigned char>(letter);
    word_ = absl::ascii_isalpha(c) || c >= 0x80
                ? Mix(word_, static_cast<unsigned char>(absl::ascii_tolower(c)))
                : 0;
  }

 private:
  ContextKey all_;          // the text so far, of this field
  std::uint32_t last_ = 0;  // the letters before
  ContextKey word_ = 0;     // the word so far
};

}  // namespace

void CodeBytes(EntropyCoder& coder, ContextKey what, std::size_t most,
               Memory& memory, std::string& bytes) {
  std::size_t size = bytes.size();
  CodeCount(coder, what, most, size);
  if (!coder.ok() || !memory.Spend(size)) return coder.Fail();
  bytes.resize(size);
  for (char& byte : bytes) {
    std::uint64_t bits = static_cast<unsigned char>(byte);
    coder.Plain(8, bits);
    byte = static_cast<char>(bits);
  }
}

void CodeText(EntropyCoder& coder, ContextKey what, std::size_t most,
              Memory& memory, std::string& text) {
  bool plain = text.find('\0') != std::string::npos;
  coder.Flag(Contexts(SymbolKind::kFlag, {Mix(what, 920)}), plain);
  if (plain) return CodeBytes(coder, Mix(what, 921), most, memory, text);
  const std::string from = coder.reading() ? std::string() : text;
  text.clear();
  LetterPlace place(what);
  while (coder.ok()) {
    const std::uint32_t letter =
        text.size() < from.size()
            ? static_cast<unsigned char>(from[text.size()])
            : 0;
    std::uint32_t high = letter >> 4;
    std::uint32_t low = letter & 15;
    coder.Symbol(place.High(), 4, high);
    coder.Symbol(place.Low(high), 4, low);
    const std::uint32_t read = high << 4 | low;
    if (read == 0) return;
    if (text.size() == most || !memory.Spend(1)) return coder.Fail();
    text.push_back(static_cast<char>(read));
    place.Next(read);
  }
}

}  // namespace chasqui::wire
