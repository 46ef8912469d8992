#include "sync/lineage.h"

#include <algorithm>
#include <optional>

namespace chasqui {
namespace {

// Index of `name` in `lineage`. A name is drawn once, so it occurs once.
std::optional<std::size_t> Find(const Lineage& lineage, LogName name) {
  for (std::size_t i = lineage.size(); i-- > 0;) {
    if (lineage[i].name == name) return i;
  }
  return std::nullopt;
}

// The last seq that carries the name at `index`.
Seq EndOf(const Lineage& lineage, std::size_t index, Seq head) {
  return index + 1 < lineage.size() ? lineage[index + 1].begins - 1 : head;
}

}  // namespace

LogName PresentName(const Lineage& lineage) {
  return lineage.empty() ? LogName::kNone : lineage.back().name;
}

LogName NameAt(const Lineage& lineage, Seq seq) {
  LogName name = LogName::kNone;
  for (const LogEpoch& epoch : lineage) {
    if (epoch.begins <= seq) name = epoch.name;
  }
  return name;
}

bool HasName(const Lineage& lineage, LogName name) {
  return Find(lineage, name).has_value();
}

Seq CountsAs(const Position& position, const Lineage& lineage, Seq head,
             absl::Span<const ToldLineage> told) {
  if (position.log == LogName::kNone) return 0;
  if (const auto here = Find(lineage, position.log)) {
    return std::min(position.seq, EndOf(lineage, *here, head));
  }
  for (const ToldLineage& other : told) {
    const auto theirs = Find(other.names, position.log);
    if (!theirs.has_value()) continue;
    for (std::size_t i = *theirs + 1; i-- > 0;) {
      const auto shared = Find(lineage, other.names[i].name);
      if (!shared.has_value()) continue;
      return std::min({position.seq, EndOf(other.names, i, position.seq),
                       EndOf(lineage, *shared, head)});
    }
  }
  return 0;
}

bool LiesBefore(const Position& a, const Position& b, const Lineage& lineage) {
  const auto place = [&lineage](const Position& p) {
    const auto found = Find(lineage, p.log);
    return found.has_value() ? *found + 1 : std::size_t{0};
  };
  const std::size_t place_a = place(a);
  const std::size_t place_b = place(b);
  if (place_a != place_b) return place_a < place_b;
  return a.seq < b.seq;
}

}  // namespace chasqui
