#include "sync/form/xform_reader.h"

#include <set>
#include <utility>

#include "absl/status/status.h"
#include "sync/base/status_macros.h"
#include "sync/form/binds.h"
#include "sync/form/body.h"
#include "sync/form/form_builder.h"
#include "sync/form/form_error.h"
#include "sync/form/form_media.h"
#include "sync/form/instance_tree.h"
#include "sync/form/itext.h"
#include "sync/form/secondary_instances.h"
#include "sync/form/strings.h"
#include "sync/form/xml_tree.h"

namespace chasqui {
namespace xform {
namespace {

// XLSForms come as zip (.xlsx) or OLE (.xls) files.
bool IsSpreadsheet(std::string_view bytes) {
  return bytes.starts_with("PK\x03\x04") ||
         bytes.starts_with("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
}

// The child element of that name in XHTML, or in no namespace.
const Element* XhtmlChild(const Element& parent, std::string_view name) {
  for (const Element& child : parent.children) {
    if (child.name == name && (child.space == kXhtml || child.space.empty())) {
      return &child;
    }
  }
  return nullptr;
}

absl::StatusOr<const Element*> ModelOf(const Element& html) {
  const bool is_html =
      html.name == "html" && (html.space == kXhtml || html.space.empty());
  if (!is_html) {
    return BreaksRule(html.line, Concat({"the root element is ", html.name}),
                      "the root element is h:html, of XHTML");
  }
  const Element* head = XhtmlChild(html, "head");
  const Element* model = head == nullptr ? nullptr : head->Child("model");
  if (model == nullptr) {
    return BreaksRule(html.line, "no model", "h:head holds one model");
  }
  return model;
}

// The element inside the primary instance, which is the first.
absl::StatusOr<const Element*> PrimaryRootOf(const Element& model) {
  const Element* instance = model.Child("instance");
  if (instance == nullptr) {
    return BreaksRule(model.line, "model without instance",
                      "the first instance of the model is the primary one");
  }
  const Element* root = nullptr;
  for (const Element& child : instance->children) {
    if (child.IsText()) continue;
    if (root != nullptr) {
      return BreaksRule(child.line, "a second node in the primary instance",
                        "the primary instance holds a single node");
    }
    root = &child;
  }
  if (root == nullptr) {
    return BreaksRule(instance->line, "empty primary instance",
                      "the primary instance holds a single node");
  }
  return root;
}

// Older forms name themselves by the namespace of the root.
absl::Status ReadIdentity(const Element& html, const Element& root,
                          Form& form) {
  form.id = std::string(Trim(root.Get("id").value_or("")));
  if (form.id.empty() && root.space != kXForms) form.id = root.space;
  if (form.id.empty()) {
    return BreaksRule(root.line, "form without id",
                      "\"id\" is required on the root of the primary instance");
  }
  auto version = root.Get("version");
  if (!version) version = root.Get(kOpenRosa, "version");
  form.version = std::string(Trim(version.value_or("")));
  const Element* title = XhtmlChild(*XhtmlChild(html, "head"), "title");
  if (title != nullptr) form.title = title->Content();
  return absl::OkStatus();
}

void ReadSubmission(const Element& model, Submission& submission) {
  const Element* element = model.Child("submission");
  if (element == nullptr) return;
  submission.action = element->Get("action").value_or("");
  submission.method = element->Get("method").value_or("");
  submission.public_key = element->Get("base64RsaPublicKey").value_or("");
  submission.auto_send = element->Get(kOpenRosa, "auto-send").value_or("");
  submission.auto_delete = element->Get(kOpenRosa, "auto-delete").value_or("");
}

// The nodes that actions fill in, anywhere in the form.
void FindActions(const Element& element, const InstanceTree& tree,
                 std::set<NodeIndex>& found) {
  for (const Element& child : element.children) {
    const bool action = child.Is("setvalue") || child.space == kOdk;
    if (const auto ref = child.Get("ref"); action && ref) {
      if (const auto node = tree.Resolve(*ref, kRootNode)) found.insert(*node);
    }
    FindActions(child, tree, found);
  }
}

absl::StatusOr<Form> Read(const Element& html, const Attachments& attachments,
                          std::vector<UnattachedList>& unattached) {
  ASSIGN_OR_RETURN(const Element* model, ModelOf(html));
  ASSIGN_OR_RETURN(const Element* root, PrimaryRootOf(*model));
  Form form;
  RETURN_IF_ERROR(ReadIdentity(html, *root, form));
  ReadSubmission(*model, form.submission);

  const Element* body_element = XhtmlChild(html, "body");
  ASSIGN_OR_RETURN(const InstanceTree tree, InstanceTree::Build(*root));
  ASSIGN_OR_RETURN(const Binds binds, Binds::Read(*model, tree));
  ASSIGN_OR_RETURN(const Body body, Body::Read(body_element, tree, binds));
  ASSIGN_OR_RETURN(const Itext itext, Itext::Read(model->Child("itext")));
  ASSIGN_OR_RETURN(const SecondaryInstances instances,
                   SecondaryInstances::Read(*model, attachments));
  std::set<NodeIndex> actions;
  FindActions(html, tree, actions);

  form.languages = itext.languages();
  form.default_language = itext.default_language();
  form.external_instances = instances.external();
  const XFormParts parts{tree, binds, body, itext, instances, actions};
  RETURN_IF_ERROR(FormBuilder(parts).Build(form, unattached));
  form.media = MediaOf(form, itext);
  return form;
}

}  // namespace
}  // namespace xform

absl::StatusOr<Form> ReadXForm(std::string_view xml,
                               const Attachments& attachments,
                               std::vector<UnattachedList>* unattached) {
  if (xform::IsSpreadsheet(xml)) {
    return absl::InvalidArgumentError(
        "a spreadsheet: make an XForm of it with pyxform "
        "(xls2xform FORM.xlsx FORM.xml)");
  }
  ASSIGN_OR_RETURN(const xform::XmlTree tree, xform::XmlTree::Parse(xml));
  std::vector<UnattachedList> found;
  ASSIGN_OR_RETURN(Form form, xform::Read(tree.root(), attachments, found));
  if (unattached != nullptr) *unattached = std::move(found);
  return form;
}

}  // namespace chasqui
