#include "client/edit_file.h"

#include <algorithm>
#include <array>
#include <utility>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

using google::protobuf::Struct;
using JsonValue = google::protobuf::Value;

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(std::string(what));
}

const JsonValue* Member(const Struct& object, const std::string& name) {
  const auto found = object.fields().find(name);
  return found == object.fields().end() ? nullptr : &found->second;
}

absl::StatusOr<std::string> TextMember(const Struct& object,
                                       const std::string& name) {
  const JsonValue* const value = Member(object, name);
  if (value == nullptr) return std::string();
  if (value->kind_case() != JsonValue::kStringValue) {
    return Wrong(StrCat("\"", name, "\" is no text"));
  }
  return value->string_value();
}

absl::StatusOr<WrittenAnswers> ReadSet(const Struct& object) {
  WrittenAnswers answers;
  const JsonValue* const set = Member(object, "set");
  if (set == nullptr) return answers;
  if (set->kind_case() != JsonValue::kStructValue) {
    return Wrong("\"set\" is no object");
  }
  for (const auto& [path, value] : set->struct_value().fields()) {
    if (value.kind_case() == JsonValue::kNullValue) {
      answers.emplace_back(path, std::nullopt);
    } else if (value.kind_case() == JsonValue::kStringValue) {
      answers.emplace_back(path, value.string_value());
    } else {
      return Wrong(StrCat("\"", path, "\" is neither text nor null"));
    }
  }
  // The parser's map has no order; what is saved must.
  std::sort(answers.begin(), answers.end());
  return answers;
}

// What an object is about: the one member of `kinds` that it has, a UUID; or,
// of what it makes, null for one that the device is to name.
template <typename Kind>
struct About {
  Kind kind;
  std::array<std::uint8_t, 16> id{};
  bool unnamed = false;
};
template <typename Kind>
using Kinds = std::array<std::pair<const char*, Kind>, 3>;

constexpr Kinds<SaveKind> kSaveKinds = {{{"edit", SaveKind::kEdit},
                                         {"create", SaveKind::kCreate},
                                         {"delete", SaveKind::kDelete}}};
constexpr Kinds<RowSaveKind> kRowKinds = {{{"add", RowSaveKind::kAdd},
                                           {"edit", RowSaveKind::kEdit},
                                           {"delete", RowSaveKind::kDelete}}};

template <typename Kind>
absl::StatusOr<About<Kind>> ReadAbout(const Struct& object,
                                      std::string_view what,
                                      const Kinds<Kind>& kinds, Kind makes) {
  const auto has = [&object](const auto& named) {
    return Member(object, named.first) != nullptr;
  };
  if (std::count_if(kinds.begin(), kinds.end(), has) != 1) {
    return Wrong(StrCat(what, " has one of \"", kinds[0].first, "\", \"",
                        kinds[1].first, "\" and \"", kinds[2].first, "\""));
  }
  const auto& [name, kind] = *std::find_if(kinds.begin(), kinds.end(), has);
  if (kind == makes &&
      Member(object, name)->kind_case() == JsonValue::kNullValue) {
    return About<Kind>{kind, {}, /*unnamed=*/true};
  }
  ASSIGN_OR_RETURN(const std::string id, TextMember(object, name));
  const auto uuid = ParseUuid(id);
  if (!uuid.has_value()) return Wrong(StrCat("\"", id, "\" is no UUID"));
  return About<Kind>{kind, *uuid};
}

// A member that is not known is a slip: what it says would not be done.
absl::Status CheckMembers(const Struct& object, RowSaveKind kind) {
  for (const auto& [name, value] : object.fields()) {
    const bool known =
        name == kRowKinds[0].first || name == kRowKinds[1].first ||
        name == kRowKinds[2].first ||
        (name == "set" && kind != RowSaveKind::kDelete) ||
        ((name == "repeat" || name == "in") && kind == RowSaveKind::kAdd);
    if (!known) {
      return Wrong(StrCat("a row with \"",
                          kind == RowSaveKind::kAdd    ? "add"
                          : kind == RowSaveKind::kEdit ? "edit"
                                                       : "delete",
                          "\" has no \"", name, "\""));
    }
  }
  return absl::OkStatus();
}

absl::Status FillRow(const Struct& object, WrittenRow& row) {
  RETURN_IF_ERROR(CheckMembers(object, row.kind));
  ASSIGN_OR_RETURN(row.set, ReadSet(object));
  if (row.kind != RowSaveKind::kAdd) return absl::OkStatus();
  ASSIGN_OR_RETURN(row.repeat, TextMember(object, "repeat"));
  if (row.repeat.empty()) return Wrong("\"repeat\" is missing");
  if (Member(object, "in") == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string parent, TextMember(object, "in"));
  const auto uuid = ParseUuid(parent);
  if (!uuid.has_value()) {
    return Wrong(StrCat("\"in\": \"", parent, "\" is no UUID"));
  }
  row.parent.bytes = *uuid;
  return row.parent.empty() ? Wrong("\"in\": no row has the UUID of zeros")
                            : absl::OkStatus();
}

absl::StatusOr<WrittenRow> ReadRow(const JsonValue& value) {
  if (value.kind_case() != JsonValue::kStructValue) {
    return Wrong("it is no object");
  }
  const Struct& object = value.struct_value();
  ASSIGN_OR_RETURN(const auto about,
                   ReadAbout(object, "a row", kRowKinds, RowSaveKind::kAdd));
  WrittenRow row;
  row.kind = about.kind;
  row.row.bytes = about.id;
  if (row.row.empty() && !about.unnamed) {
    return Wrong("no row has the UUID of zeros");
  }
  if (const absl::Status status = FillRow(object, row); !status.ok()) {
    return Wrong(StrCat(ToText(row.row), ": ", StdView(status.message())));
  }
  return row;
}

absl::Status ReadRows(const Struct& object, WrittenSave& save) {
  const JsonValue* const rows = Member(object, "rows");
  if (rows == nullptr) return absl::OkStatus();
  if (rows->kind_case() != JsonValue::kListValue) {
    return Wrong("\"rows\" is no list");
  }
  if (save.kind == SaveKind::kDelete) {
    return Wrong("a deleted record has no \"rows\"");
  }
  std::size_t number = 0;
  for (const JsonValue& value : rows->list_value().values()) {
    ++number;
    absl::StatusOr<WrittenRow> row = ReadRow(value);
    if (!row.ok()) {
      return Wrong(StrCat("row ", number,
                          " of \"rows\": ", StdView(row.status().message())));
    }
    save.rows.push_back(*std::move(row));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<WrittenSave> ReadSave(std::string_view line) {
  Struct object;
  const auto parsed =
      google::protobuf::util::JsonStringToMessage(std::string(line), &object);
  if (!parsed.ok()) {
    return Wrong(StrCat("no JSON object: ", std::string(parsed.message())));
  }
  ASSIGN_OR_RETURN(const auto about,
                   ReadAbout(object, "a line", kSaveKinds, SaveKind::kCreate));
  WrittenSave save;
  save.kind = about.kind;
  save.record.bytes = about.id;
  ASSIGN_OR_RETURN(save.area, TextMember(object, "area"));
  ASSIGN_OR_RETURN(save.status, TextMember(object, "status"));
  ASSIGN_OR_RETURN(save.set, ReadSet(object));
  RETURN_IF_ERROR(ReadRows(object, save));
  return save;
}

}  // namespace chasqui::client
