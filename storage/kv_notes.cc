#include "storage/kv_notes.h"

#include <utility>

#include "storage/kv_journal.h"
#include "sync/base/status_macros.h"

namespace chasqui::storage {
namespace {

class KvNotes final : public Notes {
 public:
  KvNotes(Kv& kv, const Keys& keys) : kv_(kv), keys_(keys) {}

  absl::Status Keep(const std::map<std::string, std::string>& values) override {
    auto batch = kv_.NewBatch();
    for (const auto& [name, value] : values) {
      batch->Put(Space::kMeta, keys_.Note(name), value);
    }
    RETURN_IF_ERROR(kv_.CheckRoom());
    return kv_.Commit(std::move(batch), Sync::kNo);
  }

  absl::Status Read(Visit visit) const override {
    const Key all = keys_.All(Tag::kNote);
    return kv_.Scan(Space::kMeta, all, PrefixEnd(all),
                    [&](std::string_view key, std::string_view value) {
                      return visit(key.substr(all.view().size()), value);
                    });
  }

 private:
  Kv& kv_;
  const Keys keys_;
};

}  // namespace

std::unique_ptr<Notes> OpenNotes(Kv& kv, std::uint32_t organisation) {
  return std::make_unique<KvNotes>(kv, JournalKeys(organisation));
}

absl::Status CopyNotes(const KvReader& from, std::uint32_t organisation,
                       Kv& to) {
  const Key all = JournalKeys(organisation).All(Tag::kNote);
  auto batch = to.NewBatch();
  absl::Status read =
      from.Scan(Space::kMeta, all, PrefixEnd(all),
                [&batch](std::string_view key, std::string_view value) {
                  batch->Put(Space::kMeta, key, value);
                  return true;
                });
  RETURN_IF_ERROR(to.Commit(std::move(batch), Sync::kYes));
  return read;
}

}  // namespace chasqui::storage
