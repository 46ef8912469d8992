// Reads ODK XForms: https://getodk.github.io/xforms-spec.

#ifndef CHASQUI_SYNC_FORM_XFORM_READER_H_
#define CHASQUI_SYNC_FORM_XFORM_READER_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/form/form.h"

namespace chasqui {

// The files that come with a form, by name, without folder: the CSV, GeoJSON
// and XML lists it chooses from. Others (images, sounds) do no harm.
using Attachments = std::map<std::string, std::string, std::less<>>;

// A select whose choices are in a file that was not attached.
struct UnattachedList {
  std::string path;  // of the field
  std::string file;  // name to attach it by

  friend bool operator==(const UnattachedList&,
                         const UnattachedList&) = default;
};

// Reads one XForm. Pure: the same bytes give the same Form, or the same error,
// and no bytes do harm.
//
// A select over an external list that is not in `attachments` is read as an
// open choice (Field::open_choice), so that a form can be looked at alone. Any
// text is an answer then: `unattached`, unless null, is told of these selects,
// in the order of the form, so that people can be.
//
// Errors, always InvalidArgument. They name the line, what is there, and the
// rule it breaks, such as
//
//   line 12: bind without nodeset (ODK XForms: "nodeset" is required on bind)
//
//   a rule of the ODK XForms specification broken
//   a limit of limits.h exceeded; the error says the limit
//   not XML, not UTF-8, or with a DOCTYPE, which no form needs
//   a spreadsheet: pyxform makes an XForm of it
//   an attached list that cannot be read; the error begins with its name
absl::StatusOr<Form> ReadXForm(
    std::string_view xml, const Attachments& attachments,
    std::vector<UnattachedList>* unattached = nullptr);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_FORM_XFORM_READER_H_
