#include "sync/form/binds.h"

#include <array>
#include <cstddef>

#include "sync/base/status_macros.h"
#include "sync/form/form_error.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"

namespace chasqui::xform {
namespace {

// An attribute of bind, and where it goes.
struct BindAttribute {
  std::string_view space;
  std::string_view name;
  std::string_view Bind::*member;
};

constexpr std::array<BindAttribute, 11> kBindAttributes = {{
    {"", "type", &Bind::type},
    {"", "relevant", &Bind::relevant},
    {"", "required", &Bind::required},
    {"", "readonly", &Bind::readonly},
    {"", "constraint", &Bind::constraint},
    {"", "calculate", &Bind::calculate},
    {kJavaRosa, "constraintMsg", &Bind::constraint_message},
    {kJavaRosa, "requiredMsg", &Bind::required_message},
    {kJavaRosa, "preload", &Bind::preload},
    {kJavaRosa, "preloadParams", &Bind::preload_parameter},
    {kEntities, "saveto", &Bind::saveto},
}};

struct TypeName {
  std::string_view name;
  FieldType type;
};

// ODK's types, and those of XML Schema that JavaRosa reads as one of them.
constexpr std::array<TypeName, 15> kTypeNames = {{
    {"int", FieldType::kInteger},
    {"integer", FieldType::kInteger},
    {"long", FieldType::kInteger},
    {"short", FieldType::kInteger},
    {"byte", FieldType::kInteger},
    {"decimal", FieldType::kDecimal},
    {"double", FieldType::kDecimal},
    {"float", FieldType::kDecimal},
    {"date", FieldType::kDate},
    {"time", FieldType::kTime},
    {"dateTime", FieldType::kDateTime},
    {"geopoint", FieldType::kPoint},
    {"geotrace", FieldType::kLine},
    {"geoshape", FieldType::kArea},
    {"binary", FieldType::kAttachment},
}};

}  // namespace

FieldType TypeOf(std::string_view bind_type) {
  const std::string_view name = WithoutPrefix(Trim(bind_type));
  for (const TypeName& known : kTypeNames) {
    if (known.name == name) return known.type;
  }
  return FieldType::kText;
}

absl::StatusOr<Binds> Binds::Read(const Element& model,
                                  const InstanceTree& tree) {
  Binds binds;
  for (const Element& child : model.children) {
    if (child.Is("bind")) RETURN_IF_ERROR(binds.ReadOne(child, tree));
  }
  return binds;
}

absl::Status Binds::ReadOne(const Element& element, const InstanceTree& tree) {
  const std::string_view nodeset = Trim(element.Get("nodeset").value_or(""));
  if (nodeset.empty()) {
    return BreaksRule(element.line, "bind without nodeset",
                      "\"nodeset\" is required on bind");
  }
  const std::size_t at = nodeset.find("/@");
  const auto node = tree.Resolve(nodeset.substr(0, at), kRootNode);
  if (!node) {
    return BreaksRule(element.line, Concat({"bind for \"", nodeset, "\""}),
                      "\"nodeset\" is the path of a node of the primary "
                      "instance, and there is none");
  }
  for (const Attribute& attribute : element.attributes) {
    if (attribute.value.size() > kExpressionBytesMax) {
      return OverLimit(element.line, "bytes in an expression",
                       kExpressionBytesMax);
    }
  }
  if (at != std::string_view::npos) {
    attribute_calculates_[{*node, WithoutPrefix(nodeset.substr(at + 2))}] =
        Trim(element.Get("calculate").value_or(""));
    return absl::OkStatus();
  }
  Bind& bind = binds_[*node];
  for (const BindAttribute& known : kBindAttributes) {
    std::string_view& member = bind.*known.member;
    if (!member.empty()) continue;
    member = Trim(element.Get(known.space, known.name).value_or(""));
  }
  if (const auto id = element.Get("id")) ids_.try_emplace(*id, *node);
  return absl::OkStatus();
}

const Bind& Binds::Of(NodeIndex node) const {
  static const Bind kNone;
  const auto found = binds_.find(node);
  return found == binds_.end() ? kNone : found->second;
}

std::string_view Binds::CalculateOf(NodeIndex node,
                                    std::string_view attribute) const {
  const auto found = attribute_calculates_.find({node, attribute});
  return found == attribute_calculates_.end() ? "" : found->second;
}

std::optional<NodeIndex> Binds::NodeOfId(std::string_view id) const {
  const auto found = ids_.find(id);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace chasqui::xform
