// Every key this server keeps, in one place.
//
//   key := organisation:be32 survey:be32 tag:u8 rest
//
//   space    tag  rest                      value
//   meta     'V'  – (organisation 0)        layout version
//            'O'  name (organisation 0)     number of an organisation
//            'S'  name (survey 0)           number of a survey
//            'H'  –                         head of the survey's log
//            'A'  seq:be64                  none: the entry is administrative
//            'D'  device                    device
//            'C'  counter                   counter
//            'Q'  seq:be64                  held: a change in quarantine
//            'W'  record:16                 seqs of the changes held about it
//            'X'  record:16                 none: the record has conflicts
//            'B'  kind:u8 name              digest of a bucket
//            'P'  device 0 h:16             seqs of the changes in gap behind h
//            'K'  name (survey 0)           what is noted under it (kv_notes.h)
//   log      'G'  seq:be64                  log entry
//   records  'R'  record:16                 record
//            'r'  record:16 row:16          row
//   changes  'E'  seq:be64                  entry info
//            'L'  device 0 block:be64       chain links of 32 numbers
//   feeds    'F'  kind:u8 name 0 seq:be64   feed entry
//            'N'  device 0 at:be64 change:be64
//                                           none: a notice of that change
//
// Integers are big-endian, so that the order of bytes is that of numbers. Names
// hold no zero byte (IsName), so that no name's keys lie among another's. A
// tag, once released, is never given a second meaning.

#ifndef CHASQUI_STORAGE_KEYS_H_
#define CHASQUI_STORAGE_KEYS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "sync/ids.h"
#include "sync/record.h"

namespace chasqui::storage {

// A set of keys kept and tuned together; in RocksDB a column family.
enum class Space : std::uint8_t {
  kMeta = 0,
  kLog = 1,
  kRecords = 2,
  kChanges = 3,
  kFeeds = 4,
};
inline constexpr std::size_t kSpaces = 5;
std::string_view ToText(Space space);

enum class Tag : char {
  kLayout = 'V',
  kOrganisation = 'O',
  kSurvey = 'S',
  kHead = 'H',
  kAdministrative = 'A',
  kDevice = 'D',
  kCounter = 'C',
  kHeld = 'Q',
  kWaiting = 'W',
  kConflicted = 'X',
  kDigest = 'B',
  kGap = 'P',
  kNote = 'K',
  kLog = 'G',
  kRecord = 'R',
  kRow = 'r',
  kEntry = 'E',
  kLinks = 'L',
  kFeed = 'F',
  kNotice = 'N',
};

// Bytes of a key, on the stack as long as names keep to their limit.
class Key {
 public:
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  // Wherever bytes are wanted, a key is good.
  operator std::string_view() const { return view(); }

  Key& Byte(std::uint8_t value);
  Key& Be32(std::uint32_t value);
  Key& Be64(std::uint64_t value);
  Key& Raw(std::string_view bytes);
  // With the zero byte that ends it.
  Key& Name(std::string_view name);

 private:
  absl::InlinedVector<char, 96> bytes_;
};

// The first key after all that begin with `prefix`. REQUIRES: it has a byte
// other than 0xff.
std::string PrefixEnd(std::string_view prefix);

Key LayoutKey();
Key OrganisationKey(std::string_view name);
Key SurveyKey(std::uint32_t organisation, std::string_view name);
// What all keys of SurveyKey() begin with.
Key SurveyKeys(std::uint32_t organisation);

// The keys of one survey.
class Keys {
 public:
  Keys(std::uint32_t organisation, std::uint32_t survey)
      : organisation_(organisation), survey_(survey) {}

  // What all keys with `tag` begin with.
  Key All(Tag tag) const;

  Key Head() const { return All(Tag::kHead); }
  Key Administrative(Seq seq) const { return Of(Tag::kAdministrative, seq); }
  Key Device(std::string_view name) const { return Of(Tag::kDevice, name); }
  Key Counter(std::string_view name) const { return Of(Tag::kCounter, name); }
  Key Held(Seq change) const { return Of(Tag::kHeld, change); }
  Key Waiting(const RecordId& id) const { return Of(Tag::kWaiting, id.view()); }
  Key Conflicted(const RecordId& id) const {
    return Of(Tag::kConflicted, id.view());
  }
  Key Digest(const Bucket& bucket) const;
  Key Gap(std::string_view device, const ChainHash& before) const {
    return All(Tag::kGap).Name(device).Raw(before.view());
  }
  Key Note(std::string_view name) const { return Of(Tag::kNote, name); }
  Key Log(Seq seq) const { return Of(Tag::kLog, seq); }
  Key Record(const RecordId& id) const { return Of(Tag::kRecord, id.view()); }
  Key Rows(const RecordId& id) const { return Of(Tag::kRow, id.view()); }
  Key Row(const RecordId& id, const RowId& row) const {
    return Rows(id).Raw(row.view());
  }
  Key Entry(Seq seq) const { return Of(Tag::kEntry, seq); }
  Key Links(std::string_view device, std::uint64_t block) const {
    return All(Tag::kLinks).Name(device).Be64(block);
  }
  Key Feed(const Bucket& bucket) const;  // all of the bucket's entries
  Key Feed(const Bucket& bucket, Seq seq) const {
    return Feed(bucket).Be64(seq);
  }
  Key Notices(std::string_view device) const {
    return All(Tag::kNotice).Name(device);
  }
  Key Notice(std::string_view device, Seq at, Seq change) const {
    return Notices(device).Be64(at).Be64(change);
  }

 private:
  Key Of(Tag tag, Seq seq) const { return All(tag).Be64(seq); }
  Key Of(Tag tag, std::string_view rest) const { return All(tag).Raw(rest); }

  std::uint32_t organisation_;
  std::uint32_t survey_;
};

// A key taken apart. Which members count is said by `tag`.
struct ParsedKey {
  Space space = Space::kMeta;
  std::uint32_t organisation = 0;
  std::uint32_t survey = 0;
  Tag tag = Tag::kLayout;
  Seq seq = 0;               // also the `at` of a notice
  Seq change = 0;            // kNotice
  std::uint64_t number = 0;  // kLinks: of the block
  std::string name;          // organisation, survey, device, counter, note
  Bucket bucket;             // kFeed, kDigest
  RecordId record;
  RowId row;
  ChainHash h;  // kGap
};
// Nullopt for anything that the functions above do not make.
std::optional<ParsedKey> ParseKey(std::string_view key);

// Any key, for people: "1/2 record 0f8fad5b-…", "1/2 feed area/KW-03 @117".
// What is no key of ours is printed in hexadecimal.
std::string PrintKey(std::string_view key);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_KEYS_H_
