// Days side by side.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_DAY_TABLE_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_DAY_TABLE_H_

#include <cstdio>
#include <string>
#include <string_view>

#include "tests/benchmarks/figures.h"
#include "tests/benchmarks/links/run_day.h"

namespace chasqui::benchmarks {

// For people: a row a day, printed as soon as it is known.
void PrintDayHead(std::FILE* out);
void PrintDay(const std::string& trace, std::string_view protocol,
              const DayResult& day, std::FILE* out);

// For scripts: TRACE.PROTOCOL.day_bytes (IP bytes, both ways),
// …day_round_trips, …day_seconds (in syncs), …lost, …duplicated; beside them
// …day_message_bytes and …day_retries.
void AddDay(const std::string& trace, std::string_view protocol,
            const DayResult& day, Figures& figures);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_DAY_TABLE_H_
