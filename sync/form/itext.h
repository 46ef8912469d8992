// The texts of a form for people: itext, and the labels that use it.

#ifndef CHASQUI_SYNC_FORM_ITEXT_H_
#define CHASQUI_SYNC_FORM_ITEXT_H_

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/form/form.h"
#include "sync/form/xml_tree.h"

namespace chasqui::xform {

// The itext of one form; that of a form without it has no languages.
class Itext {
 public:
  // `itext` is the element of that name; nullptr if there is none.
  static absl::StatusOr<Itext> Read(const Element* itext);

  const std::vector<std::string>& languages() const { return languages_; }
  const std::string& default_language() const { return default_language_; }

  // Names of the images, sounds and films that its texts show.
  const std::set<std::string>& media() const { return media_; }

  // The text of that id, in each language that has it. Unknown: empty.
  Text Get(std::string_view id) const;

  // What a `label` or `hint` says: its itext, or what is written in it.
  // Empty for nullptr.
  Text TextOf(const Element* label) const;

  // What an attribute such as jr:constraintMsg says: an itext reference, or
  // the message itself.
  Text TextOf(std::string_view attribute) const;

 private:
  absl::Status ReadTranslation(const Element& translation);
  void ReadText(const Element& text, const std::string& language);

  std::vector<std::string> languages_;
  std::string default_language_;
  std::map<std::string, Text, std::less<>> texts_;
  std::set<std::string> media_;
};

// The argument of "jr:itext('id')", quotes removed; empty if `ref` is no such
// call. Any prefix is understood.
std::string_view ItextArgument(std::string_view ref);

// The last part of "jr://images/school.jpg".
std::string_view FileName(std::string_view uri);

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_ITEXT_H_
