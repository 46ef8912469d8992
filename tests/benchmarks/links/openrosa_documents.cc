#include "tests/benchmarks/links/openrosa_documents.h"

#include <optional>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "pugixml.hpp"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/change.h"
#include "sync/register_csv.h"

namespace chasqui::benchmarks {
namespace {

constexpr char kMeta[] = "orx:meta";

absl::Status NotThis(std::string_view what) {
  return absl::InvalidArgumentError(std::string(what));
}

absl::StatusOr<RecordId> IdFrom(std::string_view text) {
  const auto bytes = ParseUuid(text);
  if (!bytes.has_value()) return NotThis(StrCat("\"", text, "\" is no UUID"));
  RecordId id;
  id.bytes = *bytes;
  return id;
}

// The node at `path` below `root`, made if it is not there.
pugi::xml_node NodeAt(pugi::xml_node root, std::string_view path) {
  for (const absl::string_view step : absl::StrSplit(AbslView(path), '/')) {
    const std::string name(step);
    const pugi::xml_node child = root.child(name.c_str());
    root = child ? child : root.append_child(name.c_str());
  }
  return root;
}

void ReadAnswers(const pugi::xml_node& node, const std::string& above,
                 AnswersByPath& answers) {
  for (const pugi::xml_node child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    const std::string path = above + child.name();
    if (path == kMeta) continue;
    const bool leaf = child.first_child().type() != pugi::node_element;
    if (leaf) answers[path] = child.text().get();
    if (!leaf) ReadAnswers(child, path + "/", answers);
  }
}

std::string Cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

std::string WriteSubmission(const Submission& submission,
                            std::string_view form_version) {
  pugi::xml_document document;
  pugi::xml_node data = document.append_child("data");
  data.append_attribute("xmlns:jr") = "http://openrosa.org/javarosa";
  data.append_attribute("xmlns:orx") = "http://openrosa.org/xforms";
  data.append_attribute("xmlns:entities") =
      "http://www.opendatakit.org/xforms/entities";
  data.append_attribute("id") = "nmis_education";
  data.append_attribute("version") = std::string(form_version).c_str();
  for (const auto& [path, text] : submission.answers) {
    NodeAt(data, path).text() = text.c_str();
  }
  pugi::xml_node meta = data.append_child(kMeta);
  meta.append_child("orx:instanceID").text() =
      StrCat("uuid:", ToText(submission.instance)).c_str();
  pugi::xml_node entity = meta.append_child("entity");
  entity.append_attribute("dataset") = kDayArea;
  entity.append_attribute("id") = ToText(submission.record).c_str();
  entity.append_attribute(submission.creates ? "create" : "update") = "1";
  if (!submission.creates) {
    entity.append_attribute("baseVersion") =
        StrCat(submission.base_version).c_str();
  }
  std::ostringstream out;
  document.save(out, "", pugi::format_raw);
  return out.str();
}

absl::StatusOr<Submission> ReadSubmission(std::string_view xml) {
  pugi::xml_document document;
  if (!document.load_buffer(xml.data(), xml.size())) {
    return NotThis("a submission that is no XML");
  }
  const pugi::xml_node data = document.child("data");
  const pugi::xml_node meta = data.child(kMeta);
  const pugi::xml_node entity = meta.child("entity");
  Submission submission;
  ASSIGN_OR_RETURN(submission.instance,
                   IdFrom(meta.child("orx:instanceID").text().get()));
  ASSIGN_OR_RETURN(submission.record, IdFrom(entity.attribute("id").value()));
  submission.creates = !entity.attribute("create").empty();
  submission.base_version = entity.attribute("baseVersion").as_ullong();
  ReadAnswers(data, "", submission.answers);
  return submission;
}

std::string WriteList(const ListedRecords& records) {
  std::set<std::string> columns;
  for (const auto& [id, record] : records) {
    for (const auto& [path, text] : record.answers) columns.insert(path);
  }
  std::string csv = "name,label,__version";
  for (const std::string& column : columns) csv += "," + Cell(column);
  csv += "\n";
  for (const auto& [id, record] : records) {
    const auto label = record.answers.find("school_name");
    csv += StrCat(
        ToText(id), ",",
        Cell(label == record.answers.end() ? std::string() : label->second),
        ",", record.version);
    for (const std::string& column : columns) {
      const auto found = record.answers.find(column);
      csv += ",";
      if (found != record.answers.end()) csv += Cell(found->second);
    }
    csv += "\n";
  }
  return csv;
}

absl::StatusOr<ListedRecords> ReadList(std::string_view csv) {
  constexpr std::size_t kOwnColumns = 3;
  CsvReader reader(csv);
  std::vector<std::string> columns;
  ListedRecords records;
  for (;;) {
    ASSIGN_OR_RETURN(std::optional<CsvLine> line, reader.Next());
    if (!line.has_value()) return records;
    std::vector<std::string>& cells = line->cells;
    if (columns.empty()) {
      columns = std::move(cells);
      continue;
    }
    if (cells.size() != columns.size() || cells.size() < kOwnColumns) {
      return NotThis(StrCat("line ", line->number, " of a list has ",
                            cells.size(), " cells"));
    }
    ASSIGN_OR_RETURN(const RecordId id, IdFrom(cells[0]));
    ListedRecord& record = records[id];
    if (!absl::SimpleAtoi(cells[2], &record.version)) {
      return NotThis(StrCat("\"", cells[2], "\" is no version"));
    }
    for (std::size_t i = kOwnColumns; i < cells.size(); ++i) {
      if (!cells[i].empty()) record.answers[columns[i]] = std::move(cells[i]);
    }
  }
}

std::string HashText(std::string_view bytes) {
  return absl::BytesToHexString(AbslView(ChainNext(ChainHash{}, bytes).view()));
}

std::string VersionOf(std::string_view xform) {
  constexpr std::string_view kBefore = " version=\"";
  const std::size_t data = xform.find("<data ");
  const std::size_t at = xform.find(kBefore, data);
  if (data == std::string_view::npos || at == std::string_view::npos) return "";
  const std::size_t from = at + kBefore.size();
  return std::string(xform.substr(from, xform.find('"', from) - from));
}

std::string ElementText(std::string_view xml, std::string_view name) {
  const std::string opening = StrCat("<", name, ">");
  const std::size_t at = xml.find(opening);
  if (at == std::string_view::npos) return "";
  const std::size_t from = at + opening.size();
  return std::string(xml.substr(from, xml.find('<', from) - from));
}

}  // namespace chasqui::benchmarks
