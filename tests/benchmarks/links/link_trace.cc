#include "tests/benchmarks/links/link_trace.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

constexpr std::int64_t kSlotUs = 10'000;
constexpr std::int64_t kUsPerSecond = 1'000'000;
constexpr double kBytesPerKbit = 125;
constexpr double kKbitPerSecondMax = 1e6;
constexpr double kPpmPerPercent = 10'000;

absl::Status WrongLine(std::size_t line, std::string_view what) {
  return absl::InvalidArgumentError(StrCat("line ", line, ": ", what));
}

using Numbers = std::vector<double>;

// Visits the numbers of each line that has any.
absl::Status EachLine(
    std::string_view text, std::size_t columns,
    absl::FunctionRef<absl::Status(std::size_t, const Numbers&)> visit) {
  std::size_t number = 0;
  for (absl::string_view line : absl::StrSplit(AbslView(text), '\n')) {
    ++number;
    line = line.substr(0, line.find('#'));
    Numbers numbers;
    for (const absl::string_view word :
         absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty())) {
      double value = 0;
      if (!absl::SimpleAtod(word, &value) || !std::isfinite(value) ||
          value < 0) {
        return WrongLine(number, StrCat("\"", word, "\" is no number"));
      }
      numbers.push_back(value);
    }
    if (numbers.empty()) continue;
    if (numbers.size() != columns) {
      return WrongLine(number,
                       StrCat(numbers.size(), " numbers, not ", columns));
    }
    RETURN_IF_ERROR(visit(number, numbers));
  }
  return absl::OkStatus();
}

// Hands out a rate slot by slot, and carries what does not fill a byte.
class Slots {
 public:
  explicit Slots(std::vector<Opportunity>& out) : out_(out) {}

  void Fill(std::int64_t from_us, std::int64_t to_us, double kbit_per_s) {
    const double of_a_slot = kbit_per_s * kBytesPerKbit *
                             static_cast<double>(kSlotUs) /
                             static_cast<double>(kUsPerSecond);
    for (std::int64_t at = from_us; at < to_us; at += kSlotUs) {
      owed_ += of_a_slot;
      const double whole = std::floor(owed_);
      if (whole < 1) continue;
      out_.push_back({at, static_cast<std::uint32_t>(whole)});
      owed_ -= whole;
    }
  }

 private:
  std::vector<Opportunity>& out_;
  double owed_ = 0;
};

absl::Status CheckBounds(const LinkTrace& trace) {
  if (trace.length_us > kTraceSecondsMax * kUsPerSecond) {
    return absl::InvalidArgumentError(
        StrCat("it lasts longer than ", kTraceSecondsMax, " s"));
  }
  if (std::max(trace.up.size(), trace.down.size()) > kOpportunitiesMax) {
    return absl::InvalidArgumentError(StrCat(
        "it carries something at more than ", kOpportunitiesMax, " moments"));
  }
  if (trace.up.empty() || trace.down.empty()) {
    return absl::InvalidArgumentError(StrCat(
        "it never carries anything ",
        trace.up.empty() ? std::string_view("up") : std::string_view("down")));
  }
  return absl::OkStatus();
}

absl::StatusOr<Condition> ConditionOf(const Surroundings& around) {
  if (around.delay_ms > kDelayMsMax || around.loss_percent < 0 ||
      around.loss_percent >= 100) {
    return absl::InvalidArgumentError(
        StrCat("a delay of more than ", kDelayMsMax,
               " ms, or a loss that is not from 0 to below 100 %"));
  }
  return Condition{0, around.delay_ms * 1'000,
                   static_cast<std::uint32_t>(
                       std::lround(around.loss_percent * kPpmPerPercent))};
}

// One way of a trace of deliveries. Its end is told by `length_us`.
absl::StatusOr<std::vector<Opportunity>> Deliveries(std::string_view text,
                                                    std::int64_t& length_us) {
  constexpr std::uint32_t kPacketBytes = 1'500;
  constexpr double kLastMs = static_cast<double>(kTraceSecondsMax) * 1'000;
  std::vector<Opportunity> out;
  RETURN_IF_ERROR(EachLine(text, 1, [&](std::size_t line, const Numbers& at) {
    if (at[0] > kLastMs) {
      return WrongLine(line, StrCat("later than ", kTraceSecondsMax, " s"));
    }
    const std::int64_t at_us = std::llround(at[0] * 1'000);
    if (!out.empty() && at_us < out.back().at_us) {
      return WrongLine(line, "earlier than the line before");
    }
    if (out.size() == kOpportunitiesMax) {
      return WrongLine(line,
                       StrCat("more than ", kOpportunitiesMax, " deliveries"));
    }
    out.push_back({at_us, kPacketBytes});
    length_us = std::max(length_us, at_us + 1'000);
    return absl::OkStatus();
  }));
  return out;
}

}  // namespace

absl::StatusOr<LinkTrace> ReadStretches(std::string_view text) {
  enum Column { kSeconds, kUp, kDown, kDelay, kLoss, kColumns };
  LinkTrace trace;
  Slots up(trace.up);
  Slots down(trace.down);
  RETURN_IF_ERROR(
      EachLine(text, kColumns, [&](std::size_t line, const Numbers& is) {
        if (is[kSeconds] > static_cast<double>(kTraceSecondsMax)) {
          return WrongLine(line, StrCat("more than ", kTraceSecondsMax, " s"));
        }
        if (std::max(is[kUp], is[kDown]) > kKbitPerSecondMax) {
          return WrongLine(line, "more than 1,000,000 kbit/s");
        }
        if (is[kDelay] > kDelayMsMax) {
          return WrongLine(line,
                           StrCat("a delay of more than ", kDelayMsMax, " ms"));
        }
        if (is[kLoss] > 100)
          return WrongLine(line, "a loss of more than 100 %");
        const std::int64_t from = trace.length_us;
        const std::int64_t to =
            from + std::llround(is[kSeconds] * kUsPerSecond);
        if (to > kTraceSecondsMax * kUsPerSecond) {
          return WrongLine(
              line, StrCat("it lasts longer than ", kTraceSecondsMax, " s"));
        }
        trace.conditions.push_back(
            {from, static_cast<std::uint32_t>(is[kDelay] * 1'000),
             static_cast<std::uint32_t>(
                 std::lround(is[kLoss] * kPpmPerPercent))});
        up.Fill(from, to, is[kUp]);
        down.Fill(from, to, is[kDown]);
        trace.length_us = to;
        return absl::OkStatus();
      }));
  RETURN_IF_ERROR(CheckBounds(trace));
  return trace;
}

absl::StatusOr<LinkTrace> ReadDeliveries(std::string_view up,
                                         std::string_view down,
                                         const Surroundings& around) {
  LinkTrace trace;
  ASSIGN_OR_RETURN(const Condition condition, ConditionOf(around));
  trace.conditions = {condition};
  ASSIGN_OR_RETURN(trace.up, Deliveries(up, trace.length_us));
  ASSIGN_OR_RETURN(trace.down, Deliveries(down, trace.length_us));
  RETURN_IF_ERROR(CheckBounds(trace));
  return trace;
}

absl::StatusOr<LinkTrace> ReadRates(std::string_view text,
                                    const Surroundings& around) {
  constexpr double kUpKbitMax = 384;
  LinkTrace trace;
  ASSIGN_OR_RETURN(const Condition condition, ConditionOf(around));
  trace.conditions = {condition};
  Slots up(trace.up);
  Slots down(trace.down);
  double begins = -1;  // of the whole, by its own clock
  double since = 0;
  double kbit = 0;
  RETURN_IF_ERROR(EachLine(text, 2, [&](std::size_t line, const Numbers& is) {
    if (begins < 0) begins = since = is[0];
    if (is[0] < since) return WrongLine(line, "earlier than the line before");
    if (is[0] - begins > static_cast<double>(kTraceSecondsMax) ||
        is[1] * 1'000 > kKbitPerSecondMax) {
      return WrongLine(line, StrCat("later than ", kTraceSecondsMax,
                                    " s, or more than 1,000 Mbit/s"));
    }
    const std::int64_t to = std::llround((is[0] - begins) * kUsPerSecond);
    up.Fill(trace.length_us, to, std::min(kbit, kUpKbitMax));
    down.Fill(trace.length_us, to, kbit);
    trace.length_us = to;
    since = is[0];
    kbit = is[1] * 1'000;
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(CheckBounds(trace));
  return trace;
}

}  // namespace chasqui::benchmarks
