#include "tests/export/chain/small_manifest.h"

#include <cstdint>
#include <memory>
#include <vector>

#include "export/sha256.h"
#include "sync/base/check.h"

namespace chasqui::exporting {
namespace {

constexpr std::uint64_t kPresentLog = 0xAB;

}  // namespace

TableSchema SchoolsTable() {
  return {"Schools \U0001F3EB, \u05D1",
          TableKind::kRecords,
          {{"_id", ColumnType::kText, "", {}},
           {"_seq", ColumnType::kInteger, "", {}},
           {"_increment", ColumnType::kInteger, "", {}},
           {"_deleted", ColumnType::kBoolean, "", {}},
           {"a \"name\"\n", ColumnType::kChoices, "", {}}}};
}

Manifest FirstManifest() {
  Manifest manifest;
  manifest.survey = "census \"2\"";
  manifest.format = "csv";
  manifest.personal = PersonalAnswers::kPseudonyms;
  manifest.to = {LogName{kPresentLog}, 10};
  manifest.lineage = {{LogName{1}, 1}, {LogName{kPresentLog}, 5}};
  manifest.tables =
      std::make_shared<const std::vector<TableSchema>>(1, SchoolsTable());
  const std::string table = SchoolsTable().name;
  manifest.files = {
      {DataFileName(table, 1, "csv"), table, 3, 99, Sha256Hex("x")},
      {IdsFileName(1), "", 3, 72, Sha256Hex("y")}};
  return manifest;
}

Manifest ManifestAfter(const Manifest& before, std::string_view text) {
  Manifest manifest = before;
  ++manifest.number;
  manifest.since = before.to;
  manifest.from = before.to.seq;
  manifest.to.seq += 5;
  manifest.files.clear();
  manifest.previous_sha256 = Sha256Hex(text);
  return manifest;
}

std::string Resigned(std::string text, const std::string& from,
                     const std::string& to) {
  const std::size_t place = text.find(from);
  CHECK(place != std::string::npos);
  text.replace(place, from.size(), to);
  const std::size_t hash = text.rfind(": \"") + 3;
  text.replace(hash, 64, std::string(64, '0'));
  text.replace(hash, 64, Sha256Hex(text));
  return text;
}

}  // namespace chasqui::exporting
