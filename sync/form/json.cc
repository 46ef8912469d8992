#include "sync/form/json.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "sync/base/status_macros.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"
#include "sync/form/text_check.h"

namespace chasqui::xform {
namespace {

void AppendUtf8(std::uint32_t code, std::string& out) {
  const auto tail = [&out](std::uint32_t bits) {
    out.push_back(static_cast<char>(0x80U | (bits & 0x3fU)));
  };
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0U | (code >> 6U)));
    tail(code);
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xe0U | (code >> 12U)));
    tail(code >> 6U);
    tail(code);
  } else {
    out.push_back(static_cast<char>(0xf0U | (code >> 18U)));
    tail(code >> 12U);
    tail(code >> 6U);
    tail(code);
  }
}

class Parser {
 public:
  explicit Parser(std::string_view bytes) : bytes_(bytes) {
    if (bytes_.starts_with("\xef\xbb\xbf")) at_ = 3;
  }

  absl::StatusOr<Json> Parse() {
    ASSIGN_OR_RETURN(Json value, Value(0));
    SkipSpace();
    if (at_ < bytes_.size()) return Broken("text after the value");
    return value;
  }

 private:
  absl::Status Broken(std::string_view what) const {
    const std::size_t line = LineIndex(bytes_).LineOf(at_);
    return absl::InvalidArgumentError(
        Concat({"line ", std::to_string(line), ": not JSON: ", what}));
  }

  void SkipSpace() {
    const std::size_t next = bytes_.find_first_not_of(kSpace, at_);
    at_ = next == std::string_view::npos ? bytes_.size() : next;
  }

  bool TakeIf(char wanted) {
    SkipSpace();
    if (at_ >= bytes_.size() || bytes_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  absl::StatusOr<Json> Value(std::size_t depth) {
    if (depth > kJsonDepthMax) {
      return Broken(Concat({"values nested deeper than the limit of ",
                            std::to_string(kJsonDepthMax)}));
    }
    if (++values_ > kJsonValuesMax) {
      return Broken(Concat(
          {"more values than the limit of ", std::to_string(kJsonValuesMax)}));
    }
    if (TakeIf('{')) return Map(depth);
    if (TakeIf('[')) return List(depth);
    Json value;
    if (TakeIf('"')) {
      value.kind = Json::Kind::kText;
      ASSIGN_OR_RETURN(value.text, Text());
      return value;
    }
    return Scalar();
  }

  absl::StatusOr<Json> Scalar() {
    const std::size_t end =
        std::min(bytes_.find_first_of(",]} \t\r\n", at_), bytes_.size());
    Json value;
    value.text = std::string(bytes_.substr(at_, end - at_));
    if (value.text == "null") {
      value.kind = Json::Kind::kNull;
    } else if (value.text == "true" || value.text == "false") {
      value.kind = Json::Kind::kWord;
    } else if (!value.text.empty() &&
               std::string_view("-0123456789").find(value.text[0]) !=
                   std::string_view::npos &&
               value.text.find_first_not_of("+-.0123456789eE") ==
                   std::string::npos) {
      value.kind = Json::Kind::kNumber;
    } else {
      return Broken("a value that is none");
    }
    at_ = end;
    return value;
  }

  absl::StatusOr<Json> List(std::size_t depth) {
    Json list;
    list.kind = Json::Kind::kList;
    if (TakeIf(']')) return list;
    do {
      ASSIGN_OR_RETURN(list.items.emplace_back(), Value(depth + 1));
    } while (TakeIf(','));
    if (!TakeIf(']')) return Broken("a list that is not closed");
    return list;
  }

  absl::StatusOr<Json> Map(std::size_t depth) {
    Json map;
    map.kind = Json::Kind::kMap;
    if (TakeIf('}')) return map;
    do {
      if (!TakeIf('"')) return Broken("a key that is no text");
      ASSIGN_OR_RETURN(map.keys.emplace_back(), Text());
      if (!TakeIf(':')) return Broken("a key without value");
      ASSIGN_OR_RETURN(map.items.emplace_back(), Value(depth + 1));
    } while (TakeIf(','));
    if (!TakeIf('}')) return Broken("a map that is not closed");
    return map;
  }

  // What is left of a text after its opening quote.
  absl::StatusOr<std::string> Text() {
    std::string text;
    while (at_ < bytes_.size()) {
      const char c = bytes_[at_++];
      if (c == '"') return text;
      if (c != '\\') {
        text.push_back(c);
        continue;
      }
      RETURN_IF_ERROR(Escape(text));
    }
    return Broken("a text that is not closed");
  }

  absl::Status Escape(std::string& text) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (at_ >= bytes_.size()) return Broken("a text that is not closed");
    const char letter = bytes_[at_++];
    if (letter == 'u') return UnicodeEscape(text);
    const std::size_t place = kLetters.find(letter);
    if (place == std::string_view::npos) return Broken("an unknown escape");
    text.push_back(kMeanings[place]);
    return absl::OkStatus();
  }

  absl::Status UnicodeEscape(std::string& text) {
    ASSIGN_OR_RETURN(std::uint32_t code, FourHex());
    if (code >= 0xd800 && code < 0xdc00 && bytes_.substr(at_, 2) == "\\u") {
      at_ += 2;
      ASSIGN_OR_RETURN(const std::uint32_t low, FourHex());
      if (low < 0xdc00 || low > 0xdfff) return Broken("half a surrogate pair");
      code = 0x10000 + ((code - 0xd800) << 10U) + (low - 0xdc00);
    }
    if (code >= 0xd800 && code <= 0xdfff) {
      return Broken("half a surrogate pair");
    }
    AppendUtf8(code, text);
    return absl::OkStatus();
  }

  absl::StatusOr<std::uint32_t> FourHex() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
      constexpr std::string_view kDigits = "0123456789abcdef0123456789ABCDEF";
      const std::size_t digit = at_ < bytes_.size()
                                    ? kDigits.find(bytes_[at_++])
                                    : std::string_view::npos;
      if (digit == std::string_view::npos) return Broken("an unknown escape");
      code = (code << 4U) | static_cast<std::uint32_t>(digit % 16);
    }
    return code;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

const Json* Json::Get(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

absl::StatusOr<Json> ParseJson(std::string_view bytes) {
  RETURN_IF_ERROR(CheckText(bytes));
  return Parser(bytes).Parse();
}

}  // namespace chasqui::xform
