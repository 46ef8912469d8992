#include "export/indicators/located_text.h"

#include <google/protobuf/io/tokenizer.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/utf8.h"

namespace chasqui::exporting {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Keeps the first.
class FirstError final : public google::protobuf::io::ErrorCollector {
 public:
  explicit FirstError(std::string_view place) : place_(place) {}

  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override {
    if (!status_.ok()) return;
    status_ = ErrorAt(place_, {line + 1, column + 1}, message);
  }
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& message) override {
    AddError(line, column, message);
  }

  const absl::Status& status() const { return status_; }

 private:
  const std::string_view place_;
  absl::Status status_;
};

bool IsPlain(const std::string& text) {
  return IsUtf8(text) && std::none_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_iscntrl(static_cast<unsigned char>(c));
         });
}

Spot SpotIn(const ParseTree& tree, const FieldDescriptor* field, int index) {
  const auto found = tree.GetLocation(field, index);
  return {found.line + 1, found.column + 1};
}

// Every text of the message and of those in it. No deeper than what was parsed.
absl::Status CheckTexts(const Message& message, const ParseTree& tree,
                        std::string_view place);

absl::Status CheckField(const Message& message, const FieldDescriptor* field,
                        int index, const ParseTree& tree,
                        std::string_view place) {
  const auto* const reflection = message.GetReflection();
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const Message& part =
        index < 0 ? reflection->GetMessage(message, field)
                  : reflection->GetRepeatedMessage(message, field, index);
    const ParseTree* const branch = tree.GetTreeForNested(field, index);
    return branch == nullptr ? absl::OkStatus()
                             : CheckTexts(part, *branch, place);
  }
  if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
    return absl::OkStatus();
  }
  const std::string text =
      index < 0 ? reflection->GetString(message, field)
                : reflection->GetRepeatedString(message, field, index);
  if (IsPlain(text)) return absl::OkStatus();
  return ErrorAt(place, SpotIn(tree, field, index),
                 StrCat("\"", field->name(),
                        "\" has control characters, or is not UTF-8"));
}

absl::Status CheckTexts(const Message& message, const ParseTree& tree,
                        std::string_view place) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* const field : fields) {
    if (!field->is_repeated()) {
      RETURN_IF_ERROR(CheckField(message, field, -1, tree, place));
      continue;
    }
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      RETURN_IF_ERROR(CheckField(message, field, i, tree, place));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ParseLocated(std::string_view text, std::string_view place,
                          int depth, Message& message, ParseTree& tree) {
  FirstError error(place);
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.SetRecursionLimit(depth);
  parser.WriteLocationsTo(&tree);
  if (!parser.ParseFromString(std::string(text), &message)) {
    return error.status().ok() ? ErrorAt(place, {}, "cannot be read")
                               : error.status();
  }
  return CheckTexts(message, tree, place);
}

}  // namespace chasqui::exporting
