// XForms for tests, with only what matters to the test written out.

#ifndef CHASQUI_TESTS_FORM_XFORM_TEXT_H_
#define CHASQUI_TESTS_FORM_XFORM_TEXT_H_

#include <string>

#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/form/form.h"
#include "sync/form/xform_reader.h"

namespace chasqui::testing {

// The parts of an XForm, in the order in which they stand. The root of the
// primary instance is `data`.
struct XFormText {
  std::string instance;  // What is in data.
  std::string model;     // What follows the primary instance in the model.
  std::string body;

  // `instance` stands on line 4, `model` on 6 and `body` on 9, if each is one
  // line.
  std::string ToXml() const {
    return "<h:html xmlns=\"http://www.w3.org/2002/xforms\""
           " xmlns:h=\"http://www.w3.org/1999/xhtml\""
           " xmlns:jr=\"http://openrosa.org/javarosa\""
           " xmlns:orx=\"http://openrosa.org/xforms\""
           " xmlns:odk=\"http://www.opendatakit.org/xforms\""
           " xmlns:e=\"http://www.opendatakit.org/xforms/entities\">\n"
           "<h:head><h:title>Census</h:title><model><instance>\n"
           "<data id=\"census\" version=\"7\">\n" +
           instance + "\n</data></instance>\n" + model +
           "\n</model></h:head>\n<h:body>\n" + body + "\n</h:body></h:html>\n";
  }
};

// The form that `text` is read as. Fails the test, and stops, if it is none.
inline Form MustRead(const XFormText& text,
                     const Attachments& attachments = {}) {
  auto form = ReadXForm(text.ToXml(), attachments);
  if (!form.ok()) ADD_FAILURE() << form.status() << "\n" << text.ToXml();
  CHECK(form.ok());
  return *std::move(form);
}

// The field at `path`, which must be there.
inline const Field& FieldAt(const Form& form, const std::string& path) {
  const auto index = FindField(form, path);
  if (!index) ADD_FAILURE() << "no field " << path;
  CHECK(index);
  return form.fields[*index];
}

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_FORM_XFORM_TEXT_H_
