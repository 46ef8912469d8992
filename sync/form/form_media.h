// The files a form refers to, besides its secondary instances.

#ifndef CHASQUI_SYNC_FORM_FORM_MEDIA_H_
#define CHASQUI_SYNC_FORM_FORM_MEDIA_H_

#include <string>
#include <vector>

#include "sync/form/form.h"
#include "sync/form/itext.h"

namespace chasqui::xform {

// What the texts show, what calculates pull from (pulldata('fruits', …)) and
// what selects search (search('fruits', …)): names of files, sorted, each once.
// The last two name CSV files without their ending.
std::vector<std::string> MediaOf(const Form& form, const Itext& itext);

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_FORM_MEDIA_H_
