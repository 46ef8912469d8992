// Administrative log entries as messages of chasqui.storage.v1.

#ifndef CHASQUI_STORAGE_ADMIN_CODEC_H_
#define CHASQUI_STORAGE_ADMIN_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/entry.h"

namespace chasqui::storage {

// Deterministic: the messages have no map.
std::string EncodeAdministrative(const SurveyCreated& body);
std::string EncodeAdministrative(const LogOpened& body);
std::string EncodeAdministrative(const ConfigChanged& body);
std::string EncodeAdministrative(const FormPublished& body);

// DataLoss for bytes that are no such message. For the four types above.
template <typename Body>
absl::StatusOr<Body> DecodeAdministrative(std::string_view bytes);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_ADMIN_CODEC_H_
