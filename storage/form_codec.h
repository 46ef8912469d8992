#ifndef CHASQUI_STORAGE_FORM_CODEC_H_
#define CHASQUI_STORAGE_FORM_CODEC_H_

#include "absl/status/statusor.h"
#include "chasqui/storage/v1/form.pb.h"
#include "sync/form/form.h"

namespace chasqui::storage {

void ToProto(const Form& form, v1::Form& out);

// DataLoss if a place in it leads nowhere.
absl::StatusOr<Form> FromProto(const v1::Form& in);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_FORM_CODEC_H_
