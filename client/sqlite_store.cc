#include "client/sqlite_store.h"

#include <sqlite3.h>

#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

// Written into the file's header: "this is a device store, layout 1".
constexpr int kApplicationId = 0x43685171;
constexpr int kLayout = 1;
constexpr int kBusyMs = 2'000;

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
  }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

absl::Status ErrorOf(int code, sqlite3* database) {
  const std::string message =
      StrCat("device store: ", sqlite3_errmsg(database));
  switch (code & 0xff) {
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(message);
    case SQLITE_CORRUPT:
      return absl::DataLossError(message);
    case SQLITE_NOTADB:
      return absl::InvalidArgumentError(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(
          "device store: another program has it open");
    default:
      return absl::UnavailableError(message);
  }
}

absl::Status Execute(sqlite3* database, const char* sql) {
  const int code = sqlite3_exec(database, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : ErrorOf(code, database);
}

absl::StatusOr<Statement> Prepare(sqlite3* database, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(
      database, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return ErrorOf(code, database);
  return Statement(statement);
}

void Bind(sqlite3_stmt* statement, int index, std::string_view bytes) {
  // Empty bytes are a value, a null pointer is none.
  const char* const data = bytes.empty() ? "" : bytes.data();
  sqlite3_bind_blob64(statement, index, data, bytes.size(), SQLITE_STATIC);
}

std::string_view Column(sqlite3_stmt* statement, int index) {
  const auto* const data =
      static_cast<const char*>(sqlite3_column_blob(statement, index));
  const auto size =
      static_cast<std::size_t>(sqlite3_column_bytes(statement, index));
  return data == nullptr ? std::string_view() : std::string_view(data, size);
}

// Back to its start at the end of a use, whatever came of it.
class Use {
 public:
  explicit Use(const Statement& statement) : statement_(statement.get()) {}
  ~Use() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  sqlite3_stmt* get() const { return statement_; }

 private:
  sqlite3_stmt* const statement_;
};

class SqliteStore final : public DeviceStore {
 public:
  explicit SqliteStore(Database database) : database_(std::move(database)) {}

  absl::Status Begin();
  absl::StatusOr<std::optional<std::string>> Get(
      Table table, std::string_view key) const override;
  absl::Status Scan(Table table, std::string_view prefix,
                    std::string_view after, Visitor visit) const override;
  absl::Status Commit(const StoreBatch& batch) override;

 private:
  absl::Status Write(const StoreBatch::Write& write);
  absl::Status SetLasting(bool lasting);
  absl::Status Error(int code) const { return ErrorOf(code, database_.get()); }

  const Database database_;
  Statement get_;
  Statement scan_;
  Statement put_;
  Statement erase_;
  bool lasting_ = true;  // how commits are made now
};

absl::Status SqliteStore::Begin() {
  ASSIGN_OR_RETURN(
      get_, Prepare(database_.get(), "SELECT v FROM entry WHERE t=? AND k=?"));
  ASSIGN_OR_RETURN(
      scan_, Prepare(database_.get(),
                     "SELECT k,v FROM entry WHERE t=? AND k>=? ORDER BY k"));
  ASSIGN_OR_RETURN(put_, Prepare(database_.get(),
                                 "INSERT INTO entry(t,k,v) VALUES(?,?,?) ON "
                                 "CONFLICT(t,k) DO UPDATE SET v=excluded.v"));
  ASSIGN_OR_RETURN(
      erase_, Prepare(database_.get(), "DELETE FROM entry WHERE t=? AND k=?"));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> SqliteStore::Get(
    Table table, std::string_view key) const {
  const Use use(get_);
  sqlite3_bind_int(use.get(), 1, static_cast<int>(table));
  Bind(use.get(), 2, key);
  const int code = sqlite3_step(use.get());
  if (code == SQLITE_DONE) return std::nullopt;
  if (code != SQLITE_ROW) return Error(code);
  return std::string(Column(use.get(), 0));
}

absl::Status SqliteStore::Scan(Table table, std::string_view prefix,
                               std::string_view after, Visitor visit) const {
  const Use use(scan_);
  const std::string_view from = after > prefix ? after : prefix;
  sqlite3_bind_int(use.get(), 1, static_cast<int>(table));
  Bind(use.get(), 2, from);
  while (true) {
    const int code = sqlite3_step(use.get());
    if (code == SQLITE_DONE) return absl::OkStatus();
    if (code != SQLITE_ROW) return Error(code);
    const std::string_view key = Column(use.get(), 0);
    if (!key.starts_with(prefix)) return absl::OkStatus();
    if (!after.empty() && key <= after) continue;
    if (!visit(key, Column(use.get(), 1))) return absl::OkStatus();
  }
}

absl::Status SqliteStore::Write(const StoreBatch::Write& write) {
  const Use use(write.value.has_value() ? put_ : erase_);
  sqlite3_bind_int(use.get(), 1, static_cast<int>(write.table));
  Bind(use.get(), 2, write.key);
  if (write.value.has_value()) Bind(use.get(), 3, *write.value);
  const int code = sqlite3_step(use.get());
  return code == SQLITE_DONE ? absl::OkStatus() : Error(code);
}

absl::Status SqliteStore::SetLasting(bool lasting) {
  if (lasting == lasting_) return absl::OkStatus();
  RETURN_IF_ERROR(Execute(database_.get(), lasting
                                               ? "PRAGMA synchronous=FULL"
                                               : "PRAGMA synchronous=NORMAL"));
  lasting_ = lasting;
  return absl::OkStatus();
}

absl::Status SqliteStore::Commit(const StoreBatch& batch) {
  if (batch.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(SetLasting(batch.lasting()));
  RETURN_IF_ERROR(Execute(database_.get(), "BEGIN IMMEDIATE"));
  absl::Status status;
  for (const StoreBatch::Write& write : batch.writes()) {
    status = Write(write);
    if (!status.ok()) break;
  }
  if (status.ok()) status = Execute(database_.get(), "COMMIT");
  if (!status.ok() && sqlite3_get_autocommit(database_.get()) == 0) {
    // What a failed transaction leaves open must not swallow the next one.
    Execute(database_.get(), "ROLLBACK").IgnoreError();
  }
  return status;
}

absl::StatusOr<int> Pragma(sqlite3* database, const char* sql) {
  ASSIGN_OR_RETURN(const Statement statement, Prepare(database, sql));
  const int code = sqlite3_step(statement.get());
  if (code != SQLITE_ROW) return ErrorOf(code, database);
  return sqlite3_column_int(statement.get(), 0);
}

// An empty file becomes a device store; any other must be one already.
absl::Status CheckLayout(sqlite3* database) {
  ASSIGN_OR_RETURN(const int schema, Pragma(database, "PRAGMA schema_version"));
  if (schema == 0) {
    return Execute(database,
                   "PRAGMA application_id=1130910065;"
                   "PRAGMA user_version=1;"
                   "CREATE TABLE entry(t INTEGER NOT NULL, k BLOB NOT NULL, "
                   "v BLOB NOT NULL, PRIMARY KEY(t,k)) WITHOUT ROWID");
  }
  ASSIGN_OR_RETURN(const int id, Pragma(database, "PRAGMA application_id"));
  ASSIGN_OR_RETURN(const int layout, Pragma(database, "PRAGMA user_version"));
  if (id != kApplicationId) {
    return absl::InvalidArgumentError("the file is no device store");
  }
  if (layout != kLayout) {
    return absl::InvalidArgumentError(
        StrCat("the device store has layout ", layout,
               "; this program knows layout ", kLayout));
  }
  return absl::OkStatus();
}

// Takes the lock, which is kept until the database is closed, and looks at what
// is in the file.
absl::Status TakeHold(sqlite3* database) {
  RETURN_IF_ERROR(Execute(database, "BEGIN IMMEDIATE"));
  absl::Status status = CheckLayout(database);
  if (status.ok()) return Execute(database, "COMMIT");
  Execute(database, "ROLLBACK").IgnoreError();
  return status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DeviceStore>> OpenSqliteStore(
    const std::string& path) {
  static_assert(kApplicationId == 1130910065);
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &opened,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
      nullptr);
  Database database(opened);
  if (code != SQLITE_OK) {
    return absl::UnavailableError(
        StrCat("device store ", path, ": ", sqlite3_errstr(code)));
  }
  sqlite3_busy_timeout(database.get(), kBusyMs);
  // Exclusive: what the core remembers must not change behind its back. A first
  // pull writes to pages all over the file: 16 MiB of them are written back at
  // a time rather than after nearly every commit.
  absl::Status status = Execute(database.get(),
                                "PRAGMA locking_mode=EXCLUSIVE;"
                                "PRAGMA journal_mode=WAL;"
                                "PRAGMA synchronous=FULL;"
                                "PRAGMA wal_autocheckpoint=4096;"
                                "PRAGMA cache_size=-16384");
  if (status.ok()) status = TakeHold(database.get());
  if (!status.ok()) {
    return absl::Status(status.code(),
                        StrCat(path, ": ", StdView(status.message())));
  }
  auto store = std::make_unique<SqliteStore>(std::move(database));
  RETURN_IF_ERROR(store->Begin());
  return store;
}

}  // namespace chasqui::client
