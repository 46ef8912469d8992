#include "export/indicators/duckdb.h"

#include <dlfcn.h>

#include <cstdint>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

// What we use of DuckDB's C interface, which later versions keep.
struct ResultParts {
  std::uint64_t counts[3];
  void* parts[3];
};
// A text: its length, then itself if it is short, or where it is.
struct TextPart {
  std::uint32_t length;
  char begin[4];
  const char* bytes;
};
constexpr std::uint32_t kShortTextMax = 12;
constexpr std::uint32_t kVarchar = 17;

struct Functions {
  int (*open)(const char* path, void** database) = nullptr;
  void (*close)(void** database) = nullptr;
  int (*connect)(void* database, void** connection) = nullptr;
  void (*disconnect)(void** connection) = nullptr;
  int (*query)(void* connection, const char* sql, ResultParts* out) = nullptr;
  void (*destroy_result)(ResultParts* result) = nullptr;
  const char* (*result_error)(ResultParts* result) = nullptr;
  std::uint64_t (*column_count)(ResultParts* result) = nullptr;
  std::uint32_t (*column_type)(ResultParts* result,
                               std::uint64_t column) = nullptr;
  void* (*fetch_chunk)(ResultParts result) = nullptr;
  void (*destroy_data_chunk)(void** chunk) = nullptr;
  std::uint64_t (*data_chunk_get_size)(void* chunk) = nullptr;
  void* (*data_chunk_get_vector)(void* chunk, std::uint64_t column) = nullptr;
  void* (*vector_get_data)(void* vector) = nullptr;
  std::uint64_t* (*vector_get_validity)(void* vector) = nullptr;
};

// Sets each function by its name; false, and the name, if there is none.
class Loader {
 public:
  explicit Loader(void* library) : library_(library) {}

  template <typename Function>
  Loader& Load(const char* name, Function& function) {
    void* const found = dlsym(library_, name);
    if (found == nullptr && missing_.empty()) missing_ = name;
    function = reinterpret_cast<Function>(found);
    return *this;
  }
  const std::string& missing() const { return missing_; }

 private:
  void* const library_;
  std::string missing_;
};

absl::StatusOr<Functions> LoadFunctions(const std::string& library) {
  // Never unloaded: it has threads and storage of its own.
  void* const loaded = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (loaded == nullptr) {
    return absl::FailedPreconditionError(
        StrCat("DuckDB cannot be loaded: ", dlerror()));
  }
  Functions f;
  Loader loader(loaded);
  loader.Load("duckdb_open", f.open)
      .Load("duckdb_close", f.close)
      .Load("duckdb_connect", f.connect)
      .Load("duckdb_disconnect", f.disconnect)
      .Load("duckdb_query", f.query)
      .Load("duckdb_destroy_result", f.destroy_result)
      .Load("duckdb_result_error", f.result_error)
      .Load("duckdb_column_count", f.column_count)
      .Load("duckdb_column_type", f.column_type)
      .Load("duckdb_fetch_chunk", f.fetch_chunk)
      .Load("duckdb_destroy_data_chunk", f.destroy_data_chunk)
      .Load("duckdb_data_chunk_get_size", f.data_chunk_get_size)
      .Load("duckdb_data_chunk_get_vector", f.data_chunk_get_vector)
      .Load("duckdb_vector_get_data", f.vector_get_data)
      .Load("duckdb_vector_get_validity", f.vector_get_validity);
  if (loader.missing().empty()) return f;
  return absl::FailedPreconditionError(
      StrCat(library, " has no ", loader.missing(),
             ": it is not DuckDB, or too old a version"));
}

std::string TextOf(const TextPart& text) {
  return text.length <= kShortTextMax ? std::string(text.begin, text.length)
                                      : std::string(text.bytes, text.length);
}

class LoadedDuckDb final : public DuckDb {
 public:
  explicit LoadedDuckDb(const Functions& functions) : f_(functions) {}
  ~LoadedDuckDb() override {
    if (connection_ != nullptr) f_.disconnect(&connection_);
    if (database_ != nullptr) f_.close(&database_);
  }
  LoadedDuckDb(const LoadedDuckDb&) = delete;
  LoadedDuckDb& operator=(const LoadedDuckDb&) = delete;

  absl::Status Connect() {
    if (f_.open(nullptr, &database_) != 0 ||
        f_.connect(database_, &connection_) != 0) {
      return absl::FailedPreconditionError("DuckDB cannot be opened");
    }
    return Run(
        "SET autoinstall_known_extensions = false;"
        "SET autoload_known_extensions = false;"
        "SET TimeZone = 'UTC'");
  }

  absl::Status Run(const std::string& sql) override {
    ResultParts result = {};
    const absl::Cleanup destroy = [&] { f_.destroy_result(&result); };
    return Query(sql, result);
  }

  absl::StatusOr<std::vector<Row>> Rows(const std::string& sql) override {
    ResultParts result = {};
    const absl::Cleanup destroy = [&] { f_.destroy_result(&result); };
    RETURN_IF_ERROR(Query(sql, result));
    std::vector<Row> rows;
    while (void* chunk = f_.fetch_chunk(result)) {
      const absl::Cleanup drop = [&] { f_.destroy_data_chunk(&chunk); };
      AddRows(result, chunk, rows);
    }
    return rows;
  }

 private:
  absl::Status Query(const std::string& sql, ResultParts& result) {
    if (f_.query(connection_, sql.c_str(), &result) == 0) {
      return absl::OkStatus();
    }
    const char* const error = f_.result_error(&result);
    return absl::InvalidArgumentError(
        StrCat("DuckDB: ", error == nullptr ? "no reason" : error));
  }

  void AddRows(ResultParts& result, void* chunk, std::vector<Row>& rows) {
    const std::uint64_t columns = f_.column_count(&result);
    const std::uint64_t count = f_.data_chunk_get_size(chunk);
    const std::size_t before = rows.size();
    rows.resize(before + count, Row(columns));
    for (std::uint64_t column = 0; column < columns; ++column) {
      CHECK(f_.column_type(&result, column) == kVarchar);
      void* const vector = f_.data_chunk_get_vector(chunk, column);
      const auto* const texts =
          static_cast<const TextPart*>(f_.vector_get_data(vector));
      // Null: all are valid.
      const std::uint64_t* const valid = f_.vector_get_validity(vector);
      for (std::uint64_t i = 0; i < count; ++i) {
        if (valid != nullptr && (valid[i / 64] >> (i % 64) & 1) == 0) continue;
        rows[before + i][column] = TextOf(texts[i]);
      }
    }
  }

  const Functions f_;
  void* database_ = nullptr;
  void* connection_ = nullptr;
};

}  // namespace

absl::StatusOr<std::unique_ptr<DuckDb>> DuckDb::Open(
    const std::string& library) {
  ASSIGN_OR_RETURN(const Functions functions, LoadFunctions(library));
  auto database = std::make_unique<LoadedDuckDb>(functions);
  RETURN_IF_ERROR(database->Connect());
  return std::unique_ptr<DuckDb>(std::move(database));
}

}  // namespace chasqui::exporting
