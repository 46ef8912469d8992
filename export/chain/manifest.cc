#include "export/chain/manifest.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <utility>

#include "chasqui/exporting/v1/manifest.pb.h"
#include "export/chain/folder.h"
#include "export/chain/manifest_tables.h"
#include "export/sha256.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::uint32_t kFormatVersion = 1;
// The field with the checksum, up to its digits. It is written last, so that
// nothing that comes after it can look like it.
constexpr std::string_view kOwnHash = "\"manifest_sha256\": \"";
constexpr std::size_t kHashDigits = 64;

// Where the digits of the manifest's own checksum begin.
std::optional<std::size_t> OwnHashPlace(std::string_view text) {
  const std::size_t found = text.rfind(kOwnHash);
  if (found == text.npos) return std::nullopt;
  const std::size_t begin = found + kOwnHash.size();
  if (!IsSha256Hex(text.substr(begin, kHashDigits))) return std::nullopt;
  return begin;
}

std::string HashWithout(std::string_view text, std::size_t own_hash) {
  Sha256 hash;
  hash.Add(text.substr(0, own_hash));
  hash.Add(std::string(kHashDigits, '0'));
  hash.Add(text.substr(own_hash + kHashDigits));
  return hash.Hex();
}

void EncodeFile(const ExportedFile& file, v1::File& out) {
  out.set_name(file.name);
  out.set_table(file.table);
  out.set_rows(file.rows);
  out.set_bytes(file.bytes);
  out.set_sha256(file.sha256);
}

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(AbslView(what));
}

// Whether increment `number` could have had a file of this name.
bool CanBeOf(const v1::File& file, std::uint64_t number,
             const Manifest& manifest) {
  return file.table().empty()
             ? file.name() == IdsFileName(number)
             : file.name() ==
                   DataFileName(file.table(), number, manifest.format);
}

absl::Status AddFile(const v1::File& from, std::vector<ExportedFile>& files) {
  RETURN_IF_ERROR(CheckFileName(from.name()));
  if (!IsSha256Hex(from.sha256())) {
    return Wrong(StrCat("file ", from.name(), " has no SHA-256"));
  }
  if (!files.empty() && files.back().name >= from.name()) {
    return Wrong(StrCat("file ", from.name(), " is out of order"));
  }
  files.push_back({.name = from.name(),
                   .table = from.table(),
                   .rows = from.rows(),
                   .bytes = from.bytes(),
                   .sha256 = from.sha256()});
  return absl::OkStatus();
}

absl::Status DecodeFiles(const v1::Manifest& message, Manifest& manifest) {
  for (const v1::File& from : message.files()) {
    const bool known =
        CanBeOf(from, manifest.number, manifest) &&
        (from.table().empty() ||
         std::any_of(manifest.tables->begin(), manifest.tables->end(),
                     [&](const TableSchema& table) {
                       return table.name == from.table();
                     }));
    if (!known) {
      return Wrong(StrCat("file \"", from.name(), "\" of table \"",
                          from.table(), "\" cannot be of this increment"));
    }
    RETURN_IF_ERROR(AddFile(from, manifest.files));
  }
  if (!message.has_rewriting()) return absl::OkStatus();
  std::vector<ExportedFile>& rewritten = manifest.rewritten.emplace();
  for (const v1::File& from : message.rewriting().files()) {
    const std::uint64_t number = IncrementOf(from.name()).value_or(0);
    if (!manifest.files.empty() || from.table().empty() ||
        number >= manifest.number || !CanBeOf(from, number, manifest)) {
      return Wrong(StrCat("file \"", from.name(), "\" of table \"",
                          from.table(), "\" cannot have been rewritten"));
    }
    RETURN_IF_ERROR(AddFile(from, rewritten));
  }
  return absl::OkStatus();
}

absl::Status DecodePositions(const v1::Manifest& message, Manifest& manifest) {
  for (const v1::LogEpoch& epoch : message.lineage()) {
    const auto name = ParseLogName(epoch.log());
    if (!name.has_value() ||
        (!manifest.lineage.empty() &&
         epoch.begins() <= manifest.lineage.back().begins)) {
      return Wrong(StrCat("the lineage is none at \"", epoch.log(), "\""));
    }
    manifest.lineage.push_back({.name = *name, .begins = epoch.begins()});
  }
  if (!message.since().empty()) {
    manifest.since = ParsePosition(message.since());
    if (!manifest.since.has_value()) {
      return Wrong(StrCat("\"", message.since(), "\" is no position"));
    }
  }
  const auto to = ParsePosition(message.to());
  if (!to.has_value() || manifest.lineage.empty() ||
      to->log != PresentName(manifest.lineage) ||
      message.from_seq() > to->seq) {
    return Wrong(StrCat("\"", message.to(),
                        "\" is no position that its lineage and from_seq ",
                        message.from_seq(), " lead to"));
  }
  manifest.from = message.from_seq();
  manifest.to = *to;
  return absl::OkStatus();
}

absl::StatusOr<Manifest> Decode(const v1::Manifest& message) {
  Manifest manifest;
  manifest.survey = message.survey();
  manifest.number = message.number();
  manifest.format = message.format();
  manifest.previous_sha256 = message.previous_sha256();
  if (manifest.survey.empty()) return Wrong("it names no survey");
  if (manifest.number == 0) return Wrong("it has no number");
  if (manifest.format.empty()) return Wrong("it names no format");
  const auto personal = ParsePersonalAnswers(message.personal());
  if (!personal.has_value()) {
    return Wrong(StrCat("\"", message.personal(),
                        "\" says nothing of personal answers"));
  }
  manifest.personal = *personal;
  RETURN_IF_ERROR(DecodePositions(message, manifest));
  ASSIGN_OR_RETURN(std::vector<TableSchema> tables, DecodeTables(message));
  manifest.tables =
      std::make_shared<const std::vector<TableSchema>>(std::move(tables));
  RETURN_IF_ERROR(DecodeFiles(message, manifest));
  if (message.has_so_far()) {
    ASSIGN_OR_RETURN(manifest.so_far,
                     DecodeSoFar(message.so_far(), *manifest.tables));
  }
  return manifest;
}

}  // namespace

std::string EncodeManifest(const Manifest& manifest) {
  v1::Manifest message;
  message.set_chasqui_export(kFormatVersion);
  message.set_survey(manifest.survey);
  message.set_number(manifest.number);
  message.set_format(manifest.format);
  message.set_personal(std::string(ToText(manifest.personal)));
  if (manifest.since.has_value()) message.set_since(ToText(*manifest.since));
  message.set_from_seq(manifest.from);
  message.set_to(ToText(manifest.to));
  for (const LogEpoch& epoch : manifest.lineage) {
    v1::LogEpoch& out = *message.add_lineage();
    out.set_log(ToText(epoch.name));
    out.set_begins(epoch.begins);
  }
  EncodeTables(*manifest.tables, message);
  for (const ExportedFile& file : manifest.files) {
    EncodeFile(file, *message.add_files());
  }
  message.set_previous_sha256(manifest.previous_sha256);
  if (manifest.rewritten.has_value()) {
    v1::Rewriting& rewriting = *message.mutable_rewriting();
    for (const ExportedFile& file : *manifest.rewritten) {
      EncodeFile(file, *rewriting.add_files());
    }
  }
  if (manifest.so_far.has_value()) {
    EncodeSoFar(*manifest.so_far, *manifest.tables, *message.mutable_so_far());
  }
  message.set_manifest_sha256(std::string(kHashDigits, '0'));

  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string text;
  CHECK(google::protobuf::util::MessageToJsonString(message, &text, options)
            .ok());
  const auto place = OwnHashPlace(text);
  CHECK(place.has_value());
  text.replace(*place, kHashDigits, HashWithout(text, *place));
  return text;
}

absl::StatusOr<Manifest> DecodeManifest(std::string_view text,
                                        std::string_view place) {
  v1::Manifest message;
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  if (!google::protobuf::util::JsonStringToMessage(std::string(text), &message,
                                                   options)
           .ok() ||
      message.chasqui_export() == 0) {
    return absl::FailedPreconditionError(
        StrCat(place, " is no manifest of an export"));
  }
  if (message.chasqui_export() > kFormatVersion) {
    return absl::FailedPreconditionError(StrCat(
        place, " was written by a later release: its format has version ",
        message.chasqui_export(), ", this release knows ", kFormatVersion));
  }
  const auto own_hash = OwnHashPlace(text);
  if (!own_hash.has_value() ||
      HashWithout(text, *own_hash) != message.manifest_sha256()) {
    return absl::DataLossError(
        StrCat(place, " has been changed since it was written"));
  }
  absl::StatusOr<Manifest> manifest = Decode(message);
  if (!manifest.ok()) {
    return absl::DataLossError(
        StrCat(place, ": ", StdView(manifest.status().message())));
  }
  return manifest;
}

}  // namespace chasqui::exporting
