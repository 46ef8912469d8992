// A device's confirmed copy of its scope: what pulls have brought (rules 7).

#ifndef CHASQUI_TESTS_TESTING_FOLLOWER_H_
#define CHASQUI_TESTS_TESTING_FOLLOWER_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "sync/cursor.h"
#include "sync/ids.h"
#include "sync/page.h"
#include "sync/pull.h"
#include "sync/reader.h"

namespace chasqui::testing {

struct Copy {
  PulledRecord record;
  LogName log = LogName::kNone;  // under which `record.seq` counts
  std::set<Bucket> buckets;      // that hold it

  friend bool operator==(const Copy&, const Copy&) = default;
};

// What a device shows of a record it has a copy of. Only what both a copy and
// the server's state can say.
using View = std::map<RecordId, PulledRecord>;

// A value: a copy of it is a device restored from an old copy of its store.
class Follower {
 public:
  // Takes one answer to a pull. `keep` are records not to be dropped although
  // no bucket holds them.
  void Take(const Pulled& pulled, LogName log, const std::set<RecordId>& keep);

  const Cursor& cursor() const { return cursor_; }
  const std::map<RecordId, Copy>& copies() const { return copies_; }
  // Up to where everything in `bucket` has arrived.
  Position CompleteOf(const Bucket& bucket) const;

  View view() const;

 private:
  void Take(const BucketPage& page, LogName log);
  void Leave(const RecordId& id, const Bucket& bucket);

  Cursor cursor_;
  std::map<RecordId, Copy> copies_;
  // Of a bucket pulled from zero: what has not come again yet.
  std::map<Bucket, std::set<RecordId>> unconfirmed_;
};

// What a device in `scope` must see of the state.
View ViewOf(const Reader& reader, const std::vector<Bucket>& scope);

// Pulls to the head, `items` at a time.
void PullAll(const Reader& reader, const std::string& device,
             const std::vector<Bucket>& scope,
             const std::vector<ToldLineage>& told, std::size_t items,
             Follower& follower);

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_TESTING_FOLLOWER_H_
