#include "sync/form/xml_tree.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "pugixml.hpp"
#include "sync/base/status_macros.h"
#include "sync/form/form_error.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"
#include "sync/form/text_check.h"

namespace chasqui::xform {
namespace {

constexpr std::string_view kXmlSpace = "http://www.w3.org/XML/1998/namespace";

// DOCTYPE is parsed to be refused; white space is kept for mixed content.
constexpr unsigned kParseOptions =
    pugi::parse_default | pugi::parse_doctype | pugi::parse_ws_pcdata;

struct QName {
  std::string_view prefix;
  std::string_view local;
};

QName Split(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos) return {{}, name};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

// Turns the library's nodes into elements, depth first.
class Converter {
 public:
  explicit Converter(const LineIndex& lines) : lines_(lines) {}

  absl::Status Convert(const pugi::xml_node& node, std::size_t depth,
                       Element& element) {
    element.line = LineOf(node, element.line);
    if (depth > kXmlDepthMax) {
      return OverLimit(element.line, "elements inside each other",
                       kXmlDepthMax);
    }
    if (++elements_ > kXmlElementsMax) {
      return OverLimit(element.line, "elements", kXmlElementsMax);
    }
    const std::size_t outer = in_scope_.size();
    RETURN_IF_ERROR(Declare(node, element.line));
    RETURN_IF_ERROR(ConvertNames(node, element));
    RETURN_IF_ERROR(ConvertChildren(node, depth, element));
    in_scope_.resize(outer);
    return absl::OkStatus();
  }

 private:
  struct Binding {
    std::string_view prefix;
    std::string_view space;
  };

  std::uint32_t LineOf(const pugi::xml_node& node, std::uint32_t otherwise) {
    const std::ptrdiff_t offset = node.offset_debug();
    if (offset < 0) return otherwise;
    return static_cast<std::uint32_t>(
        lines_.LineOf(static_cast<std::size_t>(offset)));
  }

  absl::Status Declare(const pugi::xml_node& node, std::size_t line) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const QName name = Split(attribute.name());
      if (name.prefix == "xmlns") {
        in_scope_.push_back({name.local, attribute.value()});
      } else if (name.prefix.empty() && name.local == "xmlns") {
        in_scope_.push_back({{}, attribute.value()});
      }
    }
    if (in_scope_.size() > kXmlNamespacesMax) {
      return OverLimit(line, "namespace declarations", kXmlNamespacesMax);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::string_view> Resolve(std::string_view prefix,
                                           std::size_t line) const {
    for (auto it = in_scope_.rbegin(); it != in_scope_.rend(); ++it) {
      if (it->prefix == prefix) return it->space;
    }
    if (prefix.empty()) return std::string_view();
    if (prefix == "xml") return kXmlSpace;
    return NotXml(line,
                  Concat({"the prefix \"", prefix, "\" is not declared"}));
  }

  absl::Status ConvertNames(const pugi::xml_node& node, Element& element) {
    const QName name = Split(node.name());
    if (name.local.empty()) return NotXml(element.line, "element without name");
    element.name = name.local;
    ASSIGN_OR_RETURN(element.space, Resolve(name.prefix, element.line));
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const QName key = Split(attribute.name());
      if (key.prefix == "xmlns" || attribute.name() == kXmlns) continue;
      Attribute& added = element.attributes.emplace_back();
      added.name = key.local;
      added.value = attribute.value();
      if (key.prefix.empty()) continue;
      ASSIGN_OR_RETURN(added.space, Resolve(key.prefix, element.line));
    }
    return absl::OkStatus();
  }

  absl::Status ConvertChildren(const pugi::xml_node& node, std::size_t depth,
                               Element& element) {
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_element) {
        Element& added = element.children.emplace_back();
        added.line = element.line;
        RETURN_IF_ERROR(Convert(child, depth + 1, added));
      } else if (IsContent(child)) {
        Element& added = element.children.emplace_back();
        added.text = child.value();
        added.line = element.line;
      }
    }
    return absl::OkStatus();
  }

  static bool IsContent(const pugi::xml_node& node) {
    if (node.type() == pugi::node_cdata) return true;
    if (node.type() != pugi::node_pcdata) return false;
    const std::string_view text = node.value();
    return text.find('\n') == std::string_view::npos || !Trim(text).empty();
  }

  static constexpr std::string_view kXmlns = "xmlns";

  const LineIndex& lines_;
  std::size_t elements_ = 0;
  std::vector<Binding> in_scope_;  // Innermost last.
};

// The one element of the document.
absl::StatusOr<pugi::xml_node> RootOf(const pugi::xml_document& document,
                                      const LineIndex& lines) {
  pugi::xml_node root;
  for (const pugi::xml_node& node : document.children()) {
    const std::ptrdiff_t offset = node.offset_debug();
    const std::size_t line =
        offset < 0 ? 1 : lines.LineOf(static_cast<std::size_t>(offset));
    if (node.type() == pugi::node_doctype) {
      return BreaksRule(line, "DOCTYPE",
                        "a form declares no document type and no entities");
    }
    if (node.type() != pugi::node_element) continue;
    if (root) return NotXml(line, "a second element after the first");
    root = node;
  }
  return root;
}

}  // namespace

bool Element::Is(std::string_view local_name) const {
  return name == local_name && (space == kXForms || space.empty());
}

const Element* Element::Child(std::string_view local_name) const {
  for (const Element& child : children) {
    if (child.Is(local_name)) return &child;
  }
  return nullptr;
}

std::optional<std::string_view> Element::Get(
    std::string_view local_name) const {
  return Get({}, local_name);
}

std::optional<std::string_view> Element::Get(
    std::string_view in_space, std::string_view local_name) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.name == local_name && attribute.space == in_space) {
      return attribute.value;
    }
  }
  return std::nullopt;
}

std::string Element::Content() const {
  std::string content;
  for (const Element& child : children) content.append(child.text);
  return std::string(Trim(content));
}

struct XmlTree::Document {
  pugi::xml_document xml;
};

XmlTree::XmlTree(std::unique_ptr<Document> document,
                 std::unique_ptr<Element> root)
    : document_(std::move(document)), root_(std::move(root)) {}
XmlTree::XmlTree(XmlTree&&) noexcept = default;
XmlTree& XmlTree::operator=(XmlTree&&) noexcept = default;
XmlTree::~XmlTree() = default;

absl::StatusOr<XmlTree> XmlTree::Parse(std::string_view bytes) {
  RETURN_IF_ERROR(CheckText(bytes));
  const LineIndex lines(bytes);
  auto document = std::make_unique<Document>();
  const pugi::xml_parse_result parsed = document->xml.load_buffer(
      bytes.data(), bytes.size(), kParseOptions, pugi::encoding_utf8);
  if (!parsed) {
    const auto offset = static_cast<std::size_t>(parsed.offset);
    return NotXml(lines.LineOf(offset), parsed.description());
  }
  ASSIGN_OR_RETURN(const pugi::xml_node node, RootOf(document->xml, lines));
  auto root = std::make_unique<Element>();
  RETURN_IF_ERROR(Converter(lines).Convert(node, 1, *root));
  return XmlTree(std::move(document), std::move(root));
}

}  // namespace chasqui::xform
