// A text in the text format of Protocol Buffers, with where everything in it
// stands, so that what is wrong with it can be pointed at.

#ifndef CHASQUI_EXPORT_INDICATORS_LOCATED_TEXT_H_
#define CHASQUI_EXPORT_INDICATORS_LOCATED_TEXT_H_

#include <google/protobuf/message.h>
#include <google/protobuf/text_format.h>

#include <string_view>

#include "absl/status/status.h"
#include "export/indicators/definitions.h"

namespace chasqui::exporting {

using ParseTree = google::protobuf::TextFormat::ParseInfoTree;

// Fills `message` and `tree`. InvalidArgument, with the spot: it is not in the
// format, nested deeper than `depth`, or has a text with what no line of a
// table can have: control characters, or what is not UTF-8.
absl::Status ParseLocated(std::string_view text, std::string_view place,
                          int depth, google::protobuf::Message& message,
                          ParseTree& tree);

// A message in such a text. Copied as a pointer is.
template <typename Message>
struct Located {
  const Message& message;
  const ParseTree* tree;  // null: nothing is known
  Spot at;

  // Where a field of it stands; where it stands itself if that is not there.
  Spot SpotOf(const char* field, int index = -1) const {
    const auto* const descriptor =
        message.GetDescriptor()->FindFieldByName(field);
    if (tree == nullptr) return at;
    const auto found = tree->GetLocation(descriptor, index);
    return found.line < 0 ? at : Spot{found.line + 1, found.column + 1};
  }
  // REQUIRES: `part` is what that field of it has.
  template <typename Part>
  Located<Part> Of(const Part& part, const char* field, int index = -1) const {
    const auto* const descriptor =
        message.GetDescriptor()->FindFieldByName(field);
    return {
        part,
        tree == nullptr ? nullptr : tree->GetTreeForNested(descriptor, index),
        SpotOf(field, index)};
  }
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_LOCATED_TEXT_H_
