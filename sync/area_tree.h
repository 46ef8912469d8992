// The area tree of a survey, from a list as ministries keep it.

#ifndef CHASQUI_SYNC_AREA_TREE_H_
#define CHASQUI_SYNC_AREA_TREE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/config.h"

namespace chasqui {

// Where a list says what. Either one area a line, with its code, its name and
// its parent's code, or one lowest area a line, with all that it lies in.
struct AreaColumns {
  // One area a line. Empty names: the codes serve. Empty parent: no area lies
  // in another.
  std::string code;
  std::string name;
  std::string parent;

  // In both: how many finished records there shall be in the area of the line,
  // the lowest where there are several. Empty: not said.
  std::string target;

  // One lowest area a line: the columns of each level, the widest first. An
  // area is told apart by its code; an empty `name`: that of `code`.
  struct Level {
    std::string code;
    std::string name;
  };
  std::vector<Level> levels;  // not empty: the three above are not looked at
};

// At most so many faults are named at once.
inline constexpr std::size_t kAreaFaultsMax = 20;

// Reads the list in `bytes`: CSV (RFC 4180, UTF-8, the first line names the
// columns), or, if it begins with a brace, GeoJSON (RFC 7946) of at most
// kJsonValuesMax values (form/limits.h), of whose features the properties are
// the columns. Blanks around a cell do not count. The areas come parents first,
// otherwise in the order of the list. Lines that say the same of an area count
// once.
//
// The code of an area is what its column says, with '_' for what a code cannot
// have ("Akwa Ibom": Akwa_Ibom).
//
// InvalidArgument, with the first kAreaFaultsMax places: no such column; an
// empty code; a target that is no number; two names or two parents of one code;
// a parent that is not in the list; areas that lie in themselves; or more than
// kAreasMax.
absl::StatusOr<std::vector<Area>> ReadAreas(std::string_view bytes,
                                            const AreaColumns& columns);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_AREA_TREE_H_
