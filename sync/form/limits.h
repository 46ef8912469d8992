// How much a form may hold. One past a limit is refused with an error that
// names it; nothing is ever cut short.

#ifndef CHASQUI_SYNC_FORM_LIMITS_H_
#define CHASQUI_SYNC_FORM_LIMITS_H_

#include <cstddef>

namespace chasqui {

// The XForm, and each attached list. The largest questionnaires seen in the
// field, with every village of a country inside, are below 5 MiB.
inline constexpr std::size_t kFormBytesMax = std::size_t{16} << 20;

// Elements below elements, in an XForm or an attached XML list. Keeps every
// recursion over them shallow. Real forms stay below 20.
inline constexpr std::size_t kXmlDepthMax = 100;

// Elements of an XForm or an attached XML list, and namespace declarations in
// force at one place.
inline constexpr std::size_t kXmlElementsMax = 1'000'000;
inline constexpr std::size_t kXmlNamespacesMax = 100;

// Fields of a form, rows of a roster not counted. Real forms stay below 3,000.
inline constexpr std::size_t kFieldsMax = 10'000;

// Nodes of the primary instance: fields, groups and repeats.
inline constexpr std::size_t kInstanceNodesMax = 4 * kFieldsMax;

// Lines of all choice lists together.
inline constexpr std::size_t kListedChoicesMax = 500'000;

// Bytes of one path.
inline constexpr std::size_t kPathBytesMax = 2000;

// Bytes of one expression, and parentheses and brackets open in it at once.
inline constexpr std::size_t kExpressionBytesMax = std::size_t{64} << 10;
inline constexpr std::size_t kExpressionDepthMax = 100;

// Bytes of labels, expressions and choices of a form as read. It may be more
// than the form has: many labels may use one text.
inline constexpr std::size_t kTextBytesTotalMax = std::size_t{64} << 20;

// Constraint pairs of a form, and nodes visited to find them.
inline constexpr std::size_t kPairsMax = 200'000;
inline constexpr std::size_t kReferenceStepsMax = 10'000'000;

// Values of an attached GeoJSON list, and values inside values.
inline constexpr std::size_t kJsonValuesMax = 2'000'000;
inline constexpr std::size_t kJsonDepthMax = 50;

}  // namespace chasqui

#endif  // CHASQUI_SYNC_FORM_LIMITS_H_
