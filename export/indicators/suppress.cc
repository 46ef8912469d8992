#include "export/indicators/suppress.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace chasqui::exporting {
namespace {

using Codes = std::map<std::size_t, std::string>;  // by dimension
using Dimensions = std::set<std::size_t>;

// whole = Σ parts.
struct Sum {
  Figure* whole = nullptr;
  std::vector<Figure*> parts = {};
};

Codes CodesOf(const Figure& figure) {
  return Codes(figure.by.begin(), figure.by.end());
}

Dimensions DimensionsOf(const Codes& codes) {
  Dimensions dimensions;
  for (const auto& [dimension, code] : codes) dimensions.insert(dimension);
  return dimensions;
}

std::vector<Sum> SumsOf(std::vector<Figure>& series) {
  std::map<Dimensions, std::map<Codes, Figure*>> figures;
  for (Figure& figure : series) {
    const Codes codes = CodesOf(figure);
    figures[DimensionsOf(codes)][codes] = &figure;
  }
  std::vector<Sum> sums;
  for (const auto& [fewer, wholes] : figures) {
    for (const auto& [more, parts] : figures) {
      if (more.size() <= fewer.size() ||
          !std::includes(more.begin(), more.end(), fewer.begin(),
                         fewer.end())) {
        continue;
      }
      std::map<Codes, Sum> by_whole;
      for (const auto& [codes, figure] : parts) {
        Codes shared;
        for (const std::size_t dimension : fewer) {
          shared.emplace(dimension, codes.at(dimension));
        }
        by_whole[shared].parts.push_back(figure);
      }
      for (auto& [codes, sum] : by_whole) {
        const auto whole = wholes.find(codes);
        if (whole == wholes.end()) continue;
        sum.whole = whole->second;
        sums.push_back(std::move(sum));
      }
    }
  }
  return sums;
}

// Whether something hidden follows from the sum.
bool Tells(const Sum& sum, std::int64_t below) {
  std::size_t hidden = 0;
  std::int64_t records = 0;
  for (const Figure* const part : sum.parts) {
    if (!part->hidden()) continue;
    ++hidden;
    records += part->records;
  }
  if (sum.whole->hidden()) return hidden == 0;
  return hidden > 0 && (hidden == 1 || records < below);
}

// Hides one figure more. REQUIRES: Tells(sum).
void Protect(Sum& sum) {
  Figure* smallest = nullptr;
  for (Figure* const part : sum.parts) {
    if (part->hidden() || part->records == 0) continue;
    if (smallest == nullptr || part->records < smallest->records) {
      smallest = part;
    }
  }
  (smallest == nullptr ? sum.whole : smallest)->status =
      FigureStatus::kProtects;
}

}  // namespace

void Suppress(std::uint32_t below, std::vector<Figure>& series) {
  for (Figure& figure : series) {
    if (figure.records > 0 && figure.records < below) {
      figure.status = FigureStatus::kSmall;
    }
  }
  std::vector<Sum> sums = SumsOf(series);
  // Each turn hides a figure: it ends.
  for (bool again = true; again;) {
    again = false;
    for (Sum& sum : sums) {
      if (!Tells(sum, below)) continue;
      Protect(sum);
      again = true;
    }
  }
}

}  // namespace chasqui::exporting
