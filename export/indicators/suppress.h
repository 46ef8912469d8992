// Figures that rest on few records are not given, nor what would tell them.

#ifndef CHASQUI_EXPORT_INDICATORS_SUPPRESS_H_
#define CHASQUI_EXPORT_INDICATORS_SUPPRESS_H_

#include <cstdint>
#include <vector>

#include "export/indicators/figure.h"

namespace chasqui::exporting {

// Sets the status of the figures of one series, of which all that are given
// anywhere are here: sums are
//
//   figure of some codes = Σ figures of the same codes and one more dimension's
//                          (or several)
//
// First each figure that rests on 1 to below - 1 records is hidden. Then, for
// as long as there is one: in a sum of which a single term is hidden, or whose
// hidden parts together rest on fewer than `below` records while their sum is
// given, the smallest part that is not hidden is hidden too, or, where there is
// none, the sum. So nothing that is hidden follows from one sum of what is
// given. What could be told from several sums at once, or of figures of other
// series that share records with these, is not looked at.
//
// REQUIRES: no two of the figures are by the same codes.
void Suppress(std::uint32_t below, std::vector<Figure>& series);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_SUPPRESS_H_
