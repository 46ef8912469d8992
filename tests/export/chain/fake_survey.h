// A survey whose log is a list: what its exports have to come to is plain to
// see.

#ifndef CHASQUI_TESTS_EXPORT_CHAIN_FAKE_SURVEY_H_
#define CHASQUI_TESTS_EXPORT_CHAIN_FAKE_SURVEY_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "export/increment_source.h"
#include "sync/ids.h"
#include "sync/lineage.h"
#include "tests/export/chain/plain_files.h"

namespace chasqui::exporting {

// Tables:
//   schools        kRecords    name
//   schools.rooms  kOfRecords  room; a school has as many as its last seq
//                              modulo 3 says
//   visits         kRecords    name; of the records whose number is odd
//   history        kLog        _id and name of each change
//   codebook       kSnapshot   what the log has come to
class FakeSurvey {
 public:
  FakeSurvey() { Restart(); }

  // Each is an entry of the log.
  void Save(unsigned record, const std::string& name);
  void Delete(unsigned record);
  // A server opens the log, which so gets another name.
  void Restart();
  // A server opens the log as a backup had it.
  void RestoreTo(Seq seq);

  const Lineage& lineage() const { return lineage_; }
  Seq head() const { return entries_.size(); }
  Position position() const { return {PresentName(lineage_), head()}; }

  // What the views of the present have to be, without _increment.
  TableRows Present() const;
  // Batches have at most `batch_rows` rows; after `fails_after` batches the
  // next is an error.
  std::unique_ptr<IncrementSource> Read(
      const IncrementRequest& request, std::size_t batch_rows = 2,
      std::optional<std::size_t> fails_after = std::nullopt) const;

  static RecordId IdOf(unsigned record);
  static const std::vector<TableSchema>& Tables();

 private:
  friend class FakeSource;
  struct Entry {
    LogName log;
    std::optional<unsigned> record;   // none: the log's new name
    std::optional<std::string> name;  // none: gone
  };
  struct Last {
    Seq seq = 0;
    std::optional<std::string> name;
  };

  std::map<unsigned, Last> Records() const;

  std::vector<Entry> entries_;
  Lineage lineage_;
  std::uint64_t names_given_ = 0;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_CHAIN_FAKE_SURVEY_H_
