// The same records as others would send them.

#ifndef CHASQUI_TESTS_BENCHMARKS_WIRE_RIVALS_H_
#define CHASQUI_TESTS_BENCHMARKS_WIRE_RIVALS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tests/benchmarks/wire_records.h"

namespace chasqui::benchmarks {

// As a submission to an OpenRosa server: every question of the form, answered
// or not, and who, when and which.
std::string OpenRosaXml(const Change& change, const WireForm& form);
// The answers by path, and the same about them.
std::string AnswersJson(const Change& change, const WireForm& form);

// At the highest level of each.
std::string Gzip(std::string_view bytes);
std::string Zstd19(std::string_view bytes, std::string_view dictionary = {});
// Of at most 110 KiB; empty if none can be made.
std::string ZstdDictionary(const std::vector<std::string>& samples);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_WIRE_RIVALS_H_
