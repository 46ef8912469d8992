// What a form says of its columns: which field comes after which, of what type
// each is, how many choices it has.

#ifndef CHASQUI_SYNC_WIRE_LAYOUT_H_
#define CHASQUI_SYNC_WIRE_LAYOUT_H_

#include <cstdint>
#include <vector>

#include "sync/form/form.h"
#include "sync/form/numbering.h"

namespace chasqui::wire {

struct Column {
  std::uint32_t field = 0;
  FieldType type = FieldType::kText;
  // The highest number that a choice of its list has; 0: it has no list.
  std::uint32_t choices = 0;

  friend bool operator==(const Column&, const Column&) = default;
};

// The columns of one form version, in its order. A function of what the version
// says of itself, so that both ends have the same. Immutable;
// thread-compatible.
class Layout {
 public:
  // Knows the system fields alone: for a form that is not here.
  Layout();
  // `columns` in the form's order; further ones of a field that is there
  // already do not count.
  explicit Layout(const std::vector<Column>& columns);

  // Nullptr: the form does not explain the field.
  const Column* Find(std::uint32_t field) const;
  // The field after `field`; 0: it is the last, or not here.
  std::uint32_t After(std::uint32_t field) const;
  // The highest number of a field of it.
  std::uint32_t highest() const { return places_.back().field; }
  const std::vector<Column>& columns() const { return columns_; }

 private:
  struct Place {
    std::uint32_t field = 0;
    std::size_t index = 0;
  };
  const Place* PlaceOf(std::uint32_t field) const;

  std::vector<Column> columns_;
  std::vector<Place> places_;  // by field
};

// REQUIRES: `numbering` was extended by `form`.
Layout LayoutOf(const Form& form, const Numbering& numbering);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_LAYOUT_H_
