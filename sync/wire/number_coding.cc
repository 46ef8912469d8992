// number   := size [negative:flag rest]      size: bits of the magnitude, 0…64
// size     := nibble [3 bits 3 bits]         15: so many more than 15 follow
// rest     := the bits below the highest one, from the top, in pieces of four
//             (the first has what is over); three pieces predicted, then plain
// count    := number                         not negative
// integer  := relation [number]              relation, 2 bits: 1 the sum of the
//             two numbers before, 2 their difference (the earlier less the
//             later), 3 the last again; 0 a number follows
// decimal  := negative:flag whole:number scale:nibble… digits
//             near the one before it, unless that has more than 18 digits
//             before its point
// scale    := nibble [nibble…]               15: more follow
// digits   := three predicted, then plain in groups of four, or what is left

#include "sync/wire/number_coding.h"

#include <algorithm>
#include <bit>

#include "sync/decimal.h"

namespace chasqui::wire {
namespace {

constexpr int kPredictedPieces = 3;
constexpr std::size_t kPredictedDigits = 3;

void CodeSize(EntropyCoder& coder, Around around, std::uint32_t& size) {
  constexpr std::uint32_t kMore = 15;
  const Contexts contexts(SymbolKind::kSize, around);
  std::uint32_t low = std::min(size, kMore);
  coder.Symbol(contexts, 4, low);
  if (low < kMore) {
    size = low;
    return;
  }
  std::uint32_t more = size - kMore;
  std::uint32_t high = more >> 3;
  coder.Symbol(contexts.And(1), 3, high);
  more &= 7;
  coder.Symbol(contexts.And(2 + high), 3, more);
  size = kMore + (high << 3 | more);
  if (size > 64) coder.Fail();
  size = std::min<std::uint32_t>(size, 64);
}

// All but the highest bit of a magnitude of `size` bits.
void CodeRest(EntropyCoder& coder, Around around, std::uint32_t size,
              std::uint64_t& magnitude) {
  int left = static_cast<int>(size) - 1;
  std::uint64_t whole = 1;
  Contexts contexts = Contexts(SymbolKind::kBits, around).And(size);
  for (int piece = 0; piece < kPredictedPieces && left > 0; ++piece) {
    const int width = piece == 0 && left % 4 != 0 ? left % 4 : 4;
    left -= width;
    auto bits = static_cast<std::uint32_t>(magnitude >> left) &
                ((std::uint32_t{1} << width) - 1);
    coder.Symbol(contexts, width, bits);
    whole = whole << width | bits;
    contexts = contexts.And(bits + 1);
  }
  if (left > 0) {
    std::uint64_t plain = magnitude & ((std::uint64_t{1} << left) - 1);
    coder.Plain(left, plain);
    whole = whole << left | plain;
  }
  magnitude = whole;
}

std::uint64_t Magnitude(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  return number < 0 ? ~bits + 1 : bits;
}

std::int64_t WithSign(std::uint64_t magnitude, bool negative) {
  return static_cast<std::int64_t>(negative ? ~magnitude + 1 : magnitude);
}

std::int64_t Sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) +
                                   static_cast<std::uint64_t>(b));
}

std::int64_t Difference(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) -
                                   static_cast<std::uint64_t>(b));
}

// What an answer's number is often like, roughly.
std::uint32_t SizeOf(std::int64_t number) {
  return static_cast<std::uint32_t>(std::bit_width(Magnitude(number)));
}

// As often as not by chance where numbers are small: those are told as they
// are.
constexpr std::uint32_t kRelatedSizeMin = 3;

std::uint32_t RelationOf(std::int64_t number, std::int64_t last,
                         std::int64_t earlier) {
  if (SizeOf(number) < kRelatedSizeMin) return 0;
  if (number == Sum(earlier, last)) return 1;
  if (number == Difference(earlier, last)) return 2;
  return number == last ? 3 : 0;
}

struct Digits {
  bool negative = false;
  std::int64_t whole = 0;
  std::string fraction;
};

// REQUIRES: `decimal` is canonical, its whole part of at most 18 digits.
Digits Split(std::string_view decimal) {
  Digits digits;
  digits.negative = decimal.starts_with('-');
  if (digits.negative) decimal.remove_prefix(1);
  const std::size_t point = decimal.find('.');
  for (const char c : decimal.substr(0, point)) {
    digits.whole = digits.whole * 10 + (c - '0');
  }
  if (point != std::string_view::npos) {
    digits.fraction = decimal.substr(point + 1);
  }
  return digits;
}

constexpr std::size_t kWholeDigitsMax = 18;

void CodeScale(EntropyCoder& coder, ContextKey what, std::size_t before,
               std::size_t& scale) {
  constexpr std::uint32_t kMore = 15;
  const Contexts contexts(
      SymbolKind::kDigit,
      {what, Mix(what, static_cast<std::uint32_t>(before) + 1)});
  std::size_t coded = 0;
  for (std::uint32_t nibble = kMore; nibble == kMore;) {
    nibble =
        static_cast<std::uint32_t>(std::min<std::size_t>(scale - coded, kMore));
    coder.Symbol(contexts.And(static_cast<std::uint32_t>(coded)), 4, nibble);
    coded += nibble;
    if (coded > kDecimalCharsMax) return coder.Fail();
  }
  scale = coded;
}

void CodeFraction(EntropyCoder& coder, ContextKey what, std::string_view before,
                  std::string& fraction) {
  bool near = true;
  ContextKey prefix = what;
  std::size_t at = 0;
  for (; at < std::min(fraction.size(), kPredictedDigits); ++at) {
    const auto place = static_cast<std::uint32_t>(at);
    const std::uint32_t expected =
        near && at < before.size() ? static_cast<std::uint8_t>(before[at]) : 0;
    auto digit = static_cast<std::uint32_t>(fraction[at] - '0') & 15;
    coder.Symbol(Contexts(SymbolKind::kDigit,
                          {Mix(what, place + 64), Mix(prefix, place + 64),
                           Mix(Mix(what, place + 64), expected)}),
                 4, digit);
    if (digit > 9) coder.Fail();
    fraction[at] = static_cast<char>('0' + digit % 10);
    near = near && expected == static_cast<std::uint8_t>(fraction[at]);
    prefix = Mix(prefix, digit + 1);
  }
  while (at < fraction.size()) {
    constexpr std::size_t kGroup = 4;
    const std::size_t end = std::min(at + kGroup, fraction.size());
    std::uint32_t of = 1;
    std::uint32_t value = 0;
    for (std::size_t i = at; i < end; ++i) {
      of *= 10;
      value = value * 10 + static_cast<std::uint32_t>(fraction[i] - '0');
    }
    coder.Uniform(of, value);
    for (std::size_t i = end; i-- > at; value /= 10) {
      fraction[i] = static_cast<char>('0' + value % 10);
    }
    at = end;
  }
}

}  // namespace

void CodeNumber(EntropyCoder& coder, Around around, std::int64_t& number) {
  std::uint64_t magnitude = Magnitude(number);
  auto size = static_cast<std::uint32_t>(std::bit_width(magnitude));
  CodeSize(coder, around, size);
  if (size == 0) {
    number = 0;
    return;
  }
  bool negative = number < 0;
  coder.Flag(Contexts(SymbolKind::kSize, {Mix(around[0], 77)}), negative);
  CodeRest(coder, around, size, magnitude);
  number = WithSign(magnitude, negative);
}

void CodeCount(EntropyCoder& coder, ContextKey what, std::size_t most,
               std::size_t& count) {
  auto number = static_cast<std::int64_t>(count);
  CodeNumber(coder, {what}, number);
  if (number < 0 || static_cast<std::uint64_t>(number) > most) {
    coder.Fail();
    number = 0;
  }
  count = static_cast<std::size_t>(number);
}

void CodePieces(EntropyCoder& coder, Contexts contexts, std::uint32_t most,
                std::uint32_t salt, std::uint32_t& number) {
  int left = static_cast<int>(std::bit_width(most));
  std::uint32_t whole = 0;
  while (left > 0) {
    const int width = left % 4 == 0 ? 4 : left % 4;
    left -= width;
    std::uint32_t piece = number >> left & ((std::uint32_t{1} << width) - 1);
    coder.Symbol(contexts, width, piece);
    whole = whole << width | piece;
    contexts = contexts.And(piece + salt);
  }
  number = whole;
}

void CodeInteger(EntropyCoder& coder, const Memory& memory, std::uint32_t field,
                 std::int64_t& number) {
  const std::int64_t last = memory.Number(0);
  const std::int64_t earlier = memory.Number(1);
  std::uint32_t relation = RelationOf(number, last, earlier);
  coder.Symbol(Contexts(SymbolKind::kValueKind, {Mix(field, 900)}), 2,
               relation);
  switch (relation) {
    case 1:
      number = Sum(earlier, last);
      return;
    case 2:
      number = Difference(earlier, last);
      return;
    case 3:
      number = last;
      return;
    default:
      break;
  }
  const ContextKey what = Mix(field, 901);
  CodeNumber(
      coder,
      {what, Mix(what, memory.LastKeyOf(field)), Mix(what, 1 + SizeOf(last)),
       Mix(Mix(what, 100 + SizeOf(last)), SizeOf(earlier))},
      number);
}

bool IsShortDecimal(std::string_view decimal) {
  return decimal.substr(0, decimal.find('.')).size() <= kWholeDigitsMax;
}

void CodeDecimal(EntropyCoder& coder, ContextKey what, std::string_view before,
                 std::string& decimal) {
  const Digits last = IsShortDecimal(before) ? Split(before) : Digits();
  Digits digits = coder.reading() ? Digits() : Split(decimal);
  coder.Flag(Contexts(SymbolKind::kFlag, {Mix(what, 910)}), digits.negative);
  const ContextKey whole = Mix(what, 911);
  CodeNumber(coder,
             {whole, Mix(whole, static_cast<std::uint32_t>(last.whole) + 1)},
             digits.whole);
  std::size_t scale = digits.fraction.size();
  CodeScale(coder, Mix(what, 912), last.fraction.size(), scale);
  if (!coder.ok()) return;
  digits.fraction.resize(scale, '0');
  const std::string_view near =
      last.whole == digits.whole && last.negative == digits.negative
          ? last.fraction
          : std::string_view();
  CodeFraction(coder,
               Mix(Mix(what, 913), static_cast<std::uint32_t>(digits.whole)),
               near, digits.fraction);
  if (!coder.reading()) return;
  decimal = (digits.negative ? "-" : "") + std::to_string(digits.whole);
  if (scale > 0) decimal += "." + digits.fraction;
  if (digits.whole < 0 || !IsCanonicalDecimal(decimal)) coder.Fail();
}

}  // namespace chasqui::wire
