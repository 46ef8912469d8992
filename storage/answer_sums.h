// What the answers of a survey come to, by its log alone: a proof that what was
// exported, loaded or converted of them is whole. It knows nothing of exports.

#ifndef CHASQUI_STORAGE_ANSWER_SUMS_H_
#define CHASQUI_STORAGE_ANSWER_SUMS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/status/statusor.h"
#include "storage/catalog.h"
#include "storage/kv.h"
#include "sync/schema.h"

namespace chasqui::storage {

// Of one field, over all that show an answer to it.
struct ColumnSums {
  std::uint64_t answers = 0;
  absl::int128 integers = 0;  // of a field of integers
  // Of each answer the first 8 bytes, big-endian, of
  //
  //     BLAKE2b-128(id 00 path 00 text)
  //
  // added up modulo 2^64. `id` is the record's UUID, of a row "RECORD/ROW";
  // `text` as value_text.h says, of a select-multiple the codes ticked, in the
  // order of their numbers, separated by spaces.
  std::uint64_t hashes = 0;
};

// The records of a form in all its versions, or the rows of a repeat in them.
struct TableSums {
  std::uint64_t rows = 0;
  std::map<std::uint32_t, ColumnSums> columns;  // by the field's number
};

struct AnswerSums {
  // (form id, number of the repeat; 0: records).
  std::map<std::pair<std::string, std::uint32_t>, TableSums> tables;
  Schema schema;
};

// Of what is not gone. Personal fields, whose answers are sealed in the log,
// are left out, and so is a field that nobody answered. NotFound: there is no
// such survey. DataLoss: its log cannot be read or applied. Holds the survey's
// state in memory.
absl::StatusOr<AnswerSums> SumAnswers(const KvReader& kv,
                                      const std::string& survey);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_ANSWER_SUMS_H_
