// One number of an indicator, and what it rests on.

#ifndef CHASQUI_EXPORT_INDICATORS_FIGURE_H_
#define CHASQUI_EXPORT_INDICATORS_FIGURE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace chasqui::exporting {

enum class FigureStatus : std::uint8_t {
  kGiven,
  kNoAnswers,  // its denominator is none
  kSmall,      // it rests on too few records to be given
  kProtects,   // with it, one that is kSmall could be told
};

struct Figure {
  std::size_t indicator = 0;
  std::size_t series = 0;
  // Indexes into Definitions::dimensions, each with a code; empty: the total.
  std::vector<std::pair<std::size_t, std::string>> by = {};
  std::int64_t numerator = 0;
  std::int64_t denominator = 0;
  std::int64_t records = 0;   // that the two rest on
  std::int64_t answered = 0;  // records with all the answers that it takes
  std::int64_t expected = 0;  // records
  FigureStatus status = FigureStatus::kGiven;

  bool hidden() const {
    return status == FigureStatus::kSmall || status == FigureStatus::kProtects;
  }
};

// factor × numerator ÷ denominator with so many decimals, halves rounded away
// from zero; exact up to there. REQUIRES: denominator > 0; factor is at most
// 100, decimals at most kDecimalsMax.
std::string Quotient(std::int64_t numerator, std::int64_t denominator,
                     std::int64_t factor, std::uint32_t decimals);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_FIGURE_H_
