#include "tests/benchmarks/links/day_table.h"

#include <array>

#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

struct TableColumn {
  const char* name;
  int width;
};
constexpr TableColumn kTableColumns[] = {
    {"up KB", 8},      {"down KB", 8}, {"messages KB", 12}, {"trips", 6},
    {"retries", 8},    {"seconds", 8}, {"first", 8},        {"outbox", 8},
    {"lost pkts", 10}, {"lost", 6},    {"twice", 6}};

double Kb(std::uint64_t bytes) { return static_cast<double>(bytes) / 1'000; }

// Requests that were begun and not answered.
std::uint64_t Retries(const SyncReport& all) {
  return all.attempts - all.round_trips;
}

void PrintDayName(const std::string& trace, std::string_view protocol,
                  std::FILE* out) {
  std::fprintf(out, "%-24s %-11s", trace.c_str(),
               std::string(protocol).c_str());
}

}  // namespace

void PrintDayHead(std::FILE* out) {
  std::fprintf(out,
               "IP bytes over the link; messages are before HTTP; seconds in "
               "syncs, of them first contact, and until all saved was taken\n");
  PrintDayName("trace", "protocol", out);
  for (const TableColumn& column : kTableColumns) {
    std::fprintf(out, " %*s", column.width, column.name);
  }
  std::fprintf(out, "\n");
  std::fflush(out);
}

void PrintDay(const std::string& trace, std::string_view protocol,
              const DayResult& day, std::FILE* out) {
  PrintDayName(trace, protocol, out);
  const auto whole = [](std::uint64_t value) { return StrCat(value); };
  const ShaperCounts& up = day.link.up;
  const ShaperCounts& down = day.link.down;
  const std::array<std::string, std::size(kTableColumns)> cells = {
      NumberText(Kb(up.bytes)),
      NumberText(Kb(down.bytes)),
      NumberText(Kb(day.all.bytes_up + day.all.bytes_down)),
      whole(day.all.round_trips),
      whole(Retries(day.all)),
      NumberText(day.all.seconds),
      NumberText(day.first.seconds),
      NumberText(day.all.emptied_seconds),
      whole(up.lost + up.dropped + down.lost + down.dropped),
      whole(day.verdict.lost),
      whole(day.verdict.duplicated)};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::fprintf(out, " %*s", kTableColumns[i].width, cells[i].c_str());
  }
  std::fprintf(out, "\n");
  for (const std::string& finding : day.verdict.findings) {
    std::fprintf(out, "  %s\n", finding.c_str());
  }
  std::fflush(out);
}

void AddDay(const std::string& trace, std::string_view protocol,
            const DayResult& day, Figures& figures) {
  const auto add = [&](std::string_view name, double value, const char* unit) {
    figures.Add({StrCat(trace, ".", protocol, ".", name), value, unit, {}, ""});
  };
  const auto count = [](std::uint64_t value) {
    return static_cast<double>(value);
  };
  add("day_bytes", count(day.Bytes()), "B");
  add("day_message_bytes", count(day.all.bytes_up + day.all.bytes_down), "B");
  add("day_round_trips", count(day.all.round_trips), "1");
  add("day_retries", count(Retries(day.all)), "1");
  add("day_seconds", day.all.seconds, "s");
  add("lost", count(day.verdict.lost), "1");
  add("duplicated", count(day.verdict.duplicated), "1");
}

}  // namespace chasqui::benchmarks
