#include "server/event_log.h"

#include <array>

#include "absl/time/time.h"
#include "server/errors.h"
#include "sync/base/str_cat.h"
#include "sync/utf8.h"

namespace chasqui::server {
namespace {

std::string_view Word(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kError:
      return "error";
  }
  return "error";
}

struct JsonOf {
  std::string operator()(std::string_view text) const {
    return JsonString(text);
  }
  std::string operator()(std::int64_t number) const { return StrCat(number); }
  std::string operator()(bool yes) const { return yes ? "true" : "false"; }
};

}  // namespace

std::string JsonString(std::string_view text) {
  const bool is_utf8 = IsUtf8(text);
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7f) {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\u%04x", byte);
      out += escaped.data();
    } else if (byte >= 0x80 && !is_utf8) {
      out += "\\ufffd";
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

void EventLog::Say(Severity severity, std::string_view event, Fields fields) {
  std::string line = StrCat("{\"time\":\"",
                            absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ",
                                             clock_.Now(), absl::UTCTimeZone()),
                            "\",\"severity\":\"", Word(severity),
                            "\",\"event\":", JsonString(event));
  for (const auto& [name, value] : fields) {
    line += StrCat(",", JsonString(name), ":", std::visit(JsonOf{}, value));
  }
  line += "}\n";

  MutexLock lock(mutex_);
  if (out_ == nullptr) return;
  std::fwrite(line.data(), 1, line.size(), out_);
  std::fflush(out_);
}

void EventLog::SayFailure(std::string_view call, const absl::Status& status) {
  if (status.ok() || PublicMessage(status) == StdView(status.message())) return;
  Say(Severity::kError, "failure",
      {{"call", call},
       {"code", std::int64_t{static_cast<int>(status.code())}},
       {"message", StdView(status.message())}});
}

}  // namespace chasqui::server
