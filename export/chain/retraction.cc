#include "export/chain/retraction.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "export/chain/checked_read.h"
#include "export/chain/manifest.h"
#include "sync/base/status_macros.h"

namespace chasqui::exporting {
namespace {

class EntryReader {
 public:
  EntryReader(Seq shared, std::vector<RecordId>& records)
      : shared_(shared), records_(records) {}

  void Add(std::string_view piece) {
    rest_.append(piece);
    std::string_view left = rest_;
    for (; left.size() >= kIdsEntryBytes; left.remove_prefix(kIdsEntryBytes)) {
      Seq seq = 0;
      for (const char byte : left.substr(RecordId::kSize, sizeof(seq))) {
        seq = (seq << 8) | static_cast<unsigned char>(byte);
      }
      if (seq <= shared_) continue;
      records_.push_back(*RecordId::FromBytes(left.substr(0, RecordId::kSize)));
    }
    rest_.erase(0, rest_.size() - left.size());
  }

 private:
  const Seq shared_;
  std::vector<RecordId>& records_;
  std::string rest_;  // of an entry whose end has not come
};

}  // namespace

absl::StatusOr<std::vector<RecordId>> RecordsPast(const Chain& chain,
                                                  Seq shared,
                                                  const Folder& folder) {
  std::vector<RecordId> records;
  for (const Manifest& manifest : chain.increments) {
    // Rows are of changes up to where their increment ends.
    if (manifest.to.seq <= shared) continue;
    for (const ExportedFile& file : manifest.files) {
      if (!file.table.empty()) continue;
      EntryReader entries(shared, records);
      RETURN_IF_ERROR(
          ReadChecked(folder, file, [&entries](std::string_view piece) {
            entries.Add(piece);
            return absl::OkStatus();
          }));
    }
  }
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  return records;
}

}  // namespace chasqui::exporting
