#include "export/chain/sql_dialect.h"

#include "absl/strings/ascii.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::size_t kPostgreSqlNameMax = 63;

bool UsesBackticks(SqlDialect dialect) {
  return dialect == SqlDialect::kBigQuery || dialect == SqlDialect::kSpark;
}

// Puts `escape` before each character of `text` that is one of `special`.
std::string Escaped(std::string_view text, std::string_view special,
                    char escape) {
  std::string escaped;
  for (const char c : text) {
    if (special.find(c) != special.npos) escaped += escape;
    escaped += c;
  }
  return escaped;
}

bool IsNameByte(SqlDialect dialect, char byte) {
  const auto c = static_cast<unsigned char>(byte);
  if (absl::ascii_isalnum(c) || c == '_') return true;
  if (dialect == SqlDialect::kBigQuery) {
    return c == '-' || c == ' ' || c >= 0x80;
  }
  return false;
}

// So that no character is left in halves.
std::string_view CutUtf8(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 &&
         (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) {
    --bytes;
  }
  return text.substr(0, bytes);
}

}  // namespace

std::string_view ToText(SqlDialect dialect) {
  switch (dialect) {
    case SqlDialect::kDuckDb:
      return "duckdb";
    case SqlDialect::kPostgreSql:
      return "postgresql";
    case SqlDialect::kBigQuery:
      return "bigquery";
    case SqlDialect::kSpark:
      return "spark";
  }
  return "unknown";
}

std::string QuotedName(SqlDialect dialect, std::string_view name) {
  if (!UsesBackticks(dialect)) {
    return StrCat("\"", Escaped(name, "\"", '"'), "\"");
  }
  return dialect == SqlDialect::kBigQuery
             ? StrCat("`", Escaped(name, "`\\", '\\'), "`")
             : StrCat("`", Escaped(name, "`", '`'), "`");
}

std::string QuotedText(SqlDialect dialect, std::string_view text) {
  return UsesBackticks(dialect) ? StrCat("'", Escaped(text, "'\\", '\\'), "'")
                                : StrCat("'", Escaped(text, "'", '\''), "'");
}

std::string QuotedPath(SqlDialect dialect, std::string_view path,
                       std::string_view pattern) {
  if (dialect == SqlDialect::kSpark) {
    // Spark reads S3 by the name of the connector that does.
    constexpr std::string_view kS3 = "s3://";
    std::string spark(path);
    if (path.starts_with(kS3)) spark.insert(2, "a");
    return QuotedText(dialect,
                      StrCat(Escaped(spark, "*?[]{}\\", '\\'), pattern));
  }
  CHECK(dialect == SqlDialect::kDuckDb);
  std::string escaped;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[') {
      escaped.append({'[', c, ']'});
    } else {
      escaped += c;
    }
  }
  return QuotedText(dialect, StrCat(escaped, pattern));
}

std::string_view TypeName(SqlDialect dialect, ColumnType type) {
  const bool duck = dialect == SqlDialect::kDuckDb;
  CHECK(duck || dialect == SqlDialect::kSpark);
  switch (type) {
    case ColumnType::kInteger:
      return "BIGINT";
    case ColumnType::kBoolean:
      return "BOOLEAN";
    case ColumnType::kDecimal:
      return "DECIMAL(38, 18)";
    case ColumnType::kDate:
      return "DATE";
    case ColumnType::kTime:
      return duck ? "TIME" : "INT";  // ms: Spark has no time of the day
    case ColumnType::kDateTime:
      return duck ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
    case ColumnType::kPoint:
    case ColumnType::kLine:
    case ColumnType::kArea:
      return duck ? "BLOB" : "BINARY";
    case ColumnType::kChoices:
      return duck ? "VARCHAR[]" : "ARRAY<STRING>";
    case ColumnType::kText:
    case ColumnType::kChoice:
    case ColumnType::kAttachment:
      break;
  }
  return duck ? "VARCHAR" : "STRING";
}

std::string SqlNames::Fitting(std::string_view wanted,
                              std::string_view suffix) const {
  if (dialect_ == SqlDialect::kDuckDb) return StrCat(wanted, suffix);
  if (dialect_ == SqlDialect::kPostgreSql) {
    return StrCat(CutUtf8(wanted, kPostgreSqlNameMax - suffix.size()), suffix);
  }
  std::string name;
  for (const char c : wanted) {
    // One for each character, however many bytes it has.
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80 &&
        dialect_ == SqlDialect::kSpark) {
      continue;
    }
    name += IsNameByte(dialect_, c) ? c : '_';
  }
  return StrCat(name, suffix);
}

std::string SqlNames::Add(std::string_view wanted) {
  std::string name = Fitting(wanted, "");
  for (int n = 2; !taken_.insert(absl::AsciiStrToLower(name)).second; ++n) {
    name = Fitting(wanted, StrCat("_", n));
  }
  return name;
}

}  // namespace chasqui::exporting
