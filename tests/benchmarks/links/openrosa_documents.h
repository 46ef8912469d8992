// What OpenRosa peers hand each other: form lists, manifests, submissions
// (https://docs.getodk.org/openrosa/) and lists of entities as CSV
// (https://getodk.github.io/xforms-spec/entities).

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_OPENROSA_DOCUMENTS_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_OPENROSA_DOCUMENTS_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/ids.h"
#include "tests/benchmarks/links/day.h"

namespace chasqui::benchmarks {

// A record as an entity.
struct ListedRecord {
  std::uint64_t version = 1;
  AnswersByPath answers;
};
using ListedRecords = std::map<RecordId, ListedRecord>;

// One filled form, which makes an entity or writes one that was at a version.
struct Submission {
  RecordId instance;
  RecordId record;
  bool creates = false;
  std::uint64_t base_version = 0;  // of an update
  AnswersByPath answers;
};

// As a client writes it. Questions without an answer are left out, which
// flatters it: a real one names those that are relevant.
std::string WriteSubmission(const Submission& submission,
                            std::string_view form_version);
absl::StatusOr<Submission> ReadSubmission(std::string_view xml);

// Every record with every answer; a column for each question anybody answered.
std::string WriteList(const ListedRecords& records);
absl::StatusOr<ListedRecords> ReadList(std::string_view csv);

// A hash in 32 digits, as those of form lists and manifests are.
std::string HashText(std::string_view bytes);
// The version an XForm says it has; empty if it says none.
std::string VersionOf(std::string_view xform);

// What is in the first element of that name; empty if there is none.
std::string ElementText(std::string_view xml, std::string_view name);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_OPENROSA_DOCUMENTS_H_
