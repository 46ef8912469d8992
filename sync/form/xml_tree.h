// An XML document as a tree of values: names resolved to their namespaces,
// each element with its line. The only place that knows the XML library.

#ifndef CHASQUI_SYNC_FORM_XML_TREE_H_
#define CHASQUI_SYNC_FORM_XML_TREE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace chasqui::xform {

// The namespaces of an XForm.
inline constexpr std::string_view kXForms = "http://www.w3.org/2002/xforms";
inline constexpr std::string_view kXhtml = "http://www.w3.org/1999/xhtml";
inline constexpr std::string_view kJavaRosa = "http://openrosa.org/javarosa";
inline constexpr std::string_view kOpenRosa = "http://openrosa.org/xforms";
inline constexpr std::string_view kOdk = "http://www.opendatakit.org/xforms";
inline constexpr std::string_view kEntities =
    "http://www.opendatakit.org/xforms/entities";

struct Attribute {
  std::string_view space;  // Namespace; empty without a prefix.
  std::string_view name;   // Without prefix.
  std::string_view value;
};

// An element, or a stretch of text among the children of one.
struct Element {
  std::string_view space;  // Namespace; empty: none.
  std::string_view name;   // Without prefix; empty for text.
  std::string_view text;   // Of text; empty for an element.
  std::uint32_t line = 0;  // From 1.
  std::vector<Attribute> attributes;
  std::vector<Element> children;

  bool IsText() const { return name.empty(); }

  // Of ODK's XForms vocabulary. Elements of no namespace count: ODK Collect
  // reads forms that forget to declare it.
  bool Is(std::string_view local_name) const;

  // The first child element of that name in the XForms vocabulary.
  const Element* Child(std::string_view local_name) const;

  // The value of an attribute without prefix, or in a namespace.
  std::optional<std::string_view> Get(std::string_view local_name) const;
  std::optional<std::string_view> Get(std::string_view in_space,
                                      std::string_view local_name) const;

  // The text of all its children that are text, without space around it.
  std::string Content() const;
};

// A parsed document. Owns what the elements' views point into.
class XmlTree {
 public:
  // Parses `bytes`. InvalidArgument, with the line, if they are not UTF-8, not
  // well-formed XML, declare a DOCTYPE, or exceed a limit of limits.h.
  // Comments, processing instructions, and white space with a line break in it
  // that is all there is between two tags are left out.
  static absl::StatusOr<XmlTree> Parse(std::string_view bytes);

  XmlTree(XmlTree&&) noexcept;
  XmlTree& operator=(XmlTree&&) noexcept;
  ~XmlTree();

  const Element& root() const { return *root_; }

 private:
  struct Document;

  XmlTree(std::unique_ptr<Document> document, std::unique_ptr<Element> root);

  std::unique_ptr<Document> document_;
  std::unique_ptr<Element> root_;  // Points into *document_.
};

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_XML_TREE_H_
