// The form versions a device has, by which answers are typed in and shown.

#ifndef CHASQUI_CLIENT_FORM_BOOK_H_
#define CHASQUI_CLIENT_FORM_BOOK_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/v1/survey.pb.h"
#include "sync/form/form.h"
#include "sync/value.h"

namespace chasqui::client {

// A field as the latest version that has it asks it.
struct BookField {
  std::uint32_t number = 0;
  std::string path;
  FieldType type = FieldType::kText;
  std::uint32_t repeat = 0;  // number of the repeat it stands in; 0: none
  // Of all versions: an answer of an earlier one has still to be shown.
  std::map<std::uint32_t, std::string> codes;
  std::map<std::string, std::uint32_t, std::less<>> choices;
};

struct BookRepeat {
  std::uint32_t number = 0;
  std::uint32_t parent = 0;  // 0: none
  std::string path;
};

// INVARIANT: a path means what it means in the latest version that has it; a
// number, what it has always meant.
class FormBook {
 public:
  // `versions` are FormVersion messages, as a device keeps them. DataLoss for
  // one that does not parse.
  static absl::StatusOr<FormBook> Read(
      const std::vector<std::string>& versions);

  // Number of the latest version; 0 if there is none yet.
  std::uint32_t latest() const { return latest_; }

  // Nullptr if no version has it.
  const BookField* Field(std::string_view path) const;
  const BookField* Field(std::uint32_t number) const;
  const BookRepeat* Repeat(std::string_view path) const;
  const BookRepeat* Repeat(std::uint32_t number) const;

  // The fields, in the order of their numbers.
  std::vector<const BookField*> Fields() const;

 private:
  absl::Status Add(const v1::FormVersion& version);

  std::uint32_t latest_ = 0;
  std::map<std::uint32_t, BookField> fields_;
  std::map<std::uint32_t, BookRepeat> repeats_;
  std::map<std::string, std::uint32_t, std::less<>> field_at_;
  std::map<std::string, std::uint32_t, std::less<>> repeat_at_;
};

// What `text` says, as a value of `field`, by the notations of value_text.h;
// not for a select-multiple. InvalidArgument, naming the field.
absl::StatusOr<Value> ReadAnswer(const BookField& field, std::string_view text);
// The numbers of the codes in `text`, for a select-multiple.
absl::StatusOr<std::vector<std::uint32_t>> ReadTicks(const BookField& field,
                                                     std::string_view text);
// The inverse, for one value.
std::string ShowAnswer(const BookField& field, const Value& value);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_FORM_BOOK_H_
