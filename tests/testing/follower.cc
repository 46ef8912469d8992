#include "tests/testing/follower.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sync/base/check.h"
#include "sync/lineage.h"

namespace chasqui::testing {

void Follower::Leave(const RecordId& id, const Bucket& bucket) {
  const auto held = copies_.find(id);
  if (held != copies_.end()) held->second.buckets.erase(bucket);
}

void Follower::Take(const BucketPage& page, LogName log) {
  std::set<RecordId>& unconfirmed = unconfirmed_[page.bucket];
  if (page.restarts) {
    unconfirmed.clear();
    for (const auto& [id, copy] : copies_) {
      if (copy.buckets.contains(page.bucket)) unconfirmed.insert(id);
    }
  }
  for (const PageItem& item : page.items) {
    unconfirmed.erase(item.record.id);
    if (item.left) {
      Leave(item.record.id, page.bucket);
      continue;
    }
    const bool known = copies_.contains(item.record.id);
    CHECK(known || item.record.whole || item.record.gone);
    Copy& copy = copies_[item.record.id];
    Merge(item.record, copy.record);
    copy.log = log;
    copy.buckets.insert(page.bucket);
  }
  if (!page.last) return;
  for (const RecordId& id : unconfirmed) Leave(id, page.bucket);
  unconfirmed_.erase(page.bucket);
}

void Follower::Take(const Pulled& pulled, LogName log,
                    const std::set<RecordId>& keep) {
  for (const BucketPage& page : pulled.pages) Take(page, log);
  for (const Bucket& bucket : pulled.lost) {
    unconfirmed_.erase(bucket);
    for (auto& [id, copy] : copies_) copy.buckets.erase(bucket);
  }
  std::erase_if(copies_, [&keep](const auto& entry) {
    return entry.second.buckets.empty() && !keep.contains(entry.first);
  });
  cursor_ = pulled.cursor;
}

Position Follower::CompleteOf(const Bucket& bucket) const {
  const auto found = cursor_.buckets.find(bucket);
  return found == cursor_.buckets.end() ? Position{} : found->second.complete;
}

View Follower::view() const {
  View view;
  for (const auto& [id, copy] : copies_) {
    if (copy.buckets.empty()) continue;
    PulledRecord record = copy.record;
    record.whole = false;
    for (PulledRow& row : record.rows) row.whole = false;
    view[id] = std::move(record);
  }
  return view;
}

View ViewOf(const Reader& reader, const std::vector<Bucket>& scope) {
  View view;
  const auto records = reader.Records(RecordId{}, 100'000);
  CHECK(records.ok());
  for (const Record& record : *records) {
    for (const Membership& member : record.memberships) {
      if (member.left != 0) continue;
      if (!std::binary_search(scope.begin(), scope.end(), member.bucket)) {
        continue;
      }
      const auto rows = reader.RowsOf(record.id);
      CHECK(rows.ok());
      PulledRecord shown = Newer(record, *rows, member, 0);
      // From zero, everything is new: the copy of a device that had nothing.
      PulledRecord copy;
      Merge(shown, copy);
      copy.whole = false;
      for (PulledRow& row : copy.rows) row.whole = false;
      view[record.id] = std::move(copy);
      break;
    }
  }
  return view;
}

void PullAll(const Reader& reader, const std::string& device,
             const std::vector<Bucket>& scope,
             const std::vector<ToldLineage>& told, std::size_t items,
             Follower& follower) {
  PullTerms terms;
  terms.items_max = items;
  const LogName log = PresentName(reader.survey().lineage);
  for (bool more = true; more;) {
    const auto pulled =
        Pull(reader, device, scope, follower.cursor(), told, terms);
    CHECK(pulled.ok());
    follower.Take(*pulled, log, {});
    more = pulled->more;
  }
}

}  // namespace chasqui::testing
