#include "storage/memory_kv.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sync/base/check.h"
#include "sync/base/status_macros.h"

namespace chasqui::storage {
namespace {

class MemoryBatch final : public KvBatch {
 public:
  struct Write {
    Space space = Space::kMeta;
    std::string key;
    bool deleted = false;
    std::string value;
  };

  void Put(Space space, std::string_view key, std::string_view value) override {
    writes.push_back({space, std::string(key), false, std::string(value)});
  }
  void Delete(Space space, std::string_view key) override {
    writes.push_back({space, std::string(key), true, {}});
  }

  std::vector<Write> writes;
};

}  // namespace

class MemorySnapshot final : public KvReader {
 public:
  MemorySnapshot(const MemoryKv& kv, std::uint64_t commit)
      : kv_(kv), commit_(commit) {}
  ~MemorySnapshot() override { kv_.Release(commit_); }

  absl::StatusOr<bool> Get(Space space, std::string_view key,
                           std::string& value) const override {
    return kv_.GetAt(commit_, space, key, value);
  }
  absl::Status Scan(Space space, std::string_view from, std::string_view to,
                    Visit visit) const override {
    return kv_.ScanAt(commit_, space, from, to, visit);
  }

 private:
  const MemoryKv& kv_;
  const std::uint64_t commit_;
};

const MemoryKv::Version* MemoryKv::VersionAt(const Versions& versions,
                                             std::uint64_t commit) {
  for (std::size_t i = versions.size(); i-- > 0;) {
    if (versions[i].commit > commit) continue;
    return versions[i].deleted ? nullptr : &versions[i];
  }
  return nullptr;
}

bool MemoryKv::GetAt(std::uint64_t commit, Space space, std::string_view key,
                     std::string& value) const {
  const MutexLock lock(mutex_);
  const Table& table = tables_[static_cast<std::size_t>(space)];
  const auto it = table.find(key);
  if (it == table.end()) return false;
  const Version* version = VersionAt(it->second, commit);
  if (version == nullptr) return false;
  value = version->value;
  return true;
}

absl::Status MemoryKv::ScanAt(std::uint64_t commit, Space space,
                              std::string_view from, std::string_view to,
                              Visit visit) const {
  std::string next(from);
  std::string key;
  std::string value;
  // The visitor may read, so it is called without the lock, and the place is
  // looked up again after it.
  while (true) {
    {
      const MutexLock lock(mutex_);
      const Table& table = tables_[static_cast<std::size_t>(space)];
      auto it = table.lower_bound(next);
      const Version* version = nullptr;
      for (; it != table.end() && it->first < to; ++it) {
        version = VersionAt(it->second, commit);
        if (version != nullptr) break;
      }
      if (version == nullptr) return absl::OkStatus();
      key = it->first;
      value = version->value;
    }
    ASSIGN_OR_RETURN(const bool more, visit(key, value));
    if (!more) return absl::OkStatus();
    next = key;
    next.push_back('\0');
  }
}

absl::StatusOr<bool> MemoryKv::Get(Space space, std::string_view key,
                                   std::string& value) const {
  return GetAt(std::numeric_limits<std::uint64_t>::max(), space, key, value);
}

absl::Status MemoryKv::Scan(Space space, std::string_view from,
                            std::string_view to, Visit visit) const {
  return Snapshot()->Scan(space, from, to, visit);
}

std::unique_ptr<KvBatch> MemoryKv::NewBatch() const {
  return std::make_unique<MemoryBatch>();
}

absl::Status MemoryKv::Commit(std::unique_ptr<KvBatch> batch, Sync /*sync*/) {
  auto& writes = static_cast<MemoryBatch&>(*batch).writes;
  const MutexLock lock(mutex_);
  const std::uint64_t commit = ++last_;
  for (MemoryBatch::Write& write : writes) {
    Versions& versions =
        tables_[static_cast<std::size_t>(write.space)][write.key];
    if (!versions.empty() && versions.back().commit == commit) {
      versions.pop_back();
    }
    versions.push_back({commit, write.deleted, std::move(write.value)});
    if (versions.size() > 1 || write.deleted) {
      garbage_.push_back({commit, write.space, std::move(write.key)});
    }
  }
  Collect();
  return absl::OkStatus();
}

void MemoryKv::Collect() {
  const std::uint64_t oldest = in_use_.empty() ? last_ : *in_use_.begin();
  while (!garbage_.empty() && garbage_.front().commit <= oldest) {
    const Garbage& garbage = garbage_.front();
    Table& table = tables_[static_cast<std::size_t>(garbage.space)];
    if (const auto it = table.find(garbage.key); it != table.end()) {
      Versions& versions = it->second;
      // The last one not after `oldest` is still read, unless it is a delete.
      auto keep = std::find_if(
          versions.begin(), versions.end(),
          [oldest](const Version& v) { return v.commit > oldest; });
      if (keep != versions.begin() && !std::prev(keep)->deleted) --keep;
      versions.erase(versions.begin(), keep);
      if (versions.empty()) table.erase(it);
    }
    garbage_.pop_front();
  }
}

void MemoryKv::Release(std::uint64_t commit) const {
  const MutexLock lock(mutex_);
  const auto it = in_use_.find(commit);
  CHECK(it != in_use_.end());
  in_use_.erase(it);
}

std::shared_ptr<const KvReader> MemoryKv::Snapshot() const {
  const MutexLock lock(mutex_);
  in_use_.insert(last_);
  return std::make_shared<MemorySnapshot>(*this, last_);
}

std::unique_ptr<MemoryKv> MemoryKv::Copy() const {
  auto copy = std::make_unique<MemoryKv>();
  const MutexLock lock(mutex_);
  const MutexLock copy_lock(copy->mutex_);
  for (std::size_t space = 0; space < kSpaces; ++space) {
    for (const auto& [key, versions] : tables_[space]) {
      const Version* version = VersionAt(versions, last_);
      if (version == nullptr) continue;
      copy->tables_[space][key] = {{0, false, version->value}};
    }
  }
  return copy;
}

}  // namespace chasqui::storage
