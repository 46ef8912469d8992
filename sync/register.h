// Registers: lists of what is to be visited (schools, clinics, households),
// as CSV, loaded as assigned records.
//
//   file + options + survey    ->  RegisterFile        ReadRegister
//   a line of it + what the    ->  a change, or none   ChangeOf
//   register wrote before
//
// A register is an author like any other, of the lowest rank, whose word is in
// the log. Loading it again writes only what differs from what it wrote last,
// and its base is that last change: what people have answered since, it has
// not seen.

#ifndef CHASQUI_SYNC_REGISTER_H_
#define CHASQUI_SYNC_REGISTER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "sync/entry.h"
#include "sync/ids.h"
#include "sync/reader.h"
#include "sync/survey.h"
#include "sync/value.h"

namespace chasqui {

// What to do with different lines under one key.
enum class Duplicates { kRefuse, kFirst, kLast };

struct RegisterOptions {
  std::string id_column;
  std::string area_column;
  std::string assignee_column;       // empty: assigned to nobody
  std::vector<std::string> ignored;  // columns that are not read
  Duplicates duplicates = Duplicates::kRefuse;
};

// All of a record's fields that a register says something about: answers, and
// the system fields for area and assignee. An empty cell says nothing.
using RegisterValues = std::map<FieldAddress, Value>;

struct RegisterRecord {
  std::uint64_t line = 0;  // in the file, from 1
  RecordId id;
  RegisterValues values;
};

struct RegisterFile {
  std::vector<RegisterRecord> records;  // each id once, in order of the file
  std::uint64_t rows = 0;               // lines of data
  std::uint64_t duplicates = 0;         // lines left out for another
};

// At most so many errors are told of a file; how many more there are is said.
inline constexpr std::size_t kRegisterErrorsMax = 20;

// Reads a register for the survey's newest form.
//
// Every column must be one of the options' or stand for a field outside
// repeats, by its path or, if that is unique, by the last part of it. Columns
// of the options may stand for a field too, and then fill it.
//
// InvalidArgument names line, column and value of everything that is wrong: no
// such column, an empty or repeated id, an unknown area or person, a value of
// the wrong type, lines with too few or too many cells, broken CSV.
// FailedPrecondition: no form is published yet.
absl::StatusOr<RegisterFile> ReadRegister(std::string_view csv,
                                          const RegisterOptions& options,
                                          const Survey& survey);

// The key's UUID if it is one; else the name-based one (version 5) of the key
// in the name space that is the name-based one of the survey's name in ISO
// OIDs' (6ba7b812-9dad-11d1-80b4-00c04fd430c8).
RecordId RecordIdOf(std::string_view survey, std::string_view key);

// What a register wrote into a record, all its loads together.
struct RegisterWrites {
  Seq last = 0;  // its latest change; 0: it never wrote there
  RegisterValues values;
  bool exists = false;  // there is a record, whoever made it
};
absl::StatusOr<RegisterWrites> WrittenByRegister(const RecordId& id,
                                                 const Reader& reader);

// The change by which `wanted` comes about; nullopt if it is there already. A
// value that the register wrote once and no longer has is cleared.
std::optional<ChangeReceived> ChangeOf(const RegisterRecord& wanted,
                                       const RegisterWrites& before,
                                       const Survey& survey,
                                       std::int64_t now_ms);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_REGISTER_H_
