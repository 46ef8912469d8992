#include "storage/keys.h"

#include "absl/strings/escaping.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

// What follows a tag.
enum class Shape {
  kNothing,
  kName,
  kSeq,
  kRecord,
  kRow,
  kGap,
  kLinks,
  kBucket,
  kFeed,
  kNotice,
};

struct TagInfo {
  Tag tag;
  Space space;
  Shape shape;
  std::string_view text;
};

constexpr TagInfo kTags[] = {
    {Tag::kLayout, Space::kMeta, Shape::kNothing, "layout"},
    {Tag::kOrganisation, Space::kMeta, Shape::kName, "organisation"},
    {Tag::kSurvey, Space::kMeta, Shape::kName, "survey"},
    {Tag::kHead, Space::kMeta, Shape::kNothing, "head"},
    {Tag::kAdministrative, Space::kMeta, Shape::kSeq, "administrative"},
    {Tag::kDevice, Space::kMeta, Shape::kName, "device"},
    {Tag::kCounter, Space::kMeta, Shape::kName, "counter"},
    {Tag::kHeld, Space::kMeta, Shape::kSeq, "held"},
    {Tag::kWaiting, Space::kMeta, Shape::kRecord, "waiting"},
    {Tag::kConflicted, Space::kMeta, Shape::kRecord, "conflicted"},
    {Tag::kDigest, Space::kMeta, Shape::kBucket, "digest"},
    {Tag::kGap, Space::kMeta, Shape::kGap, "gap"},
    {Tag::kNote, Space::kMeta, Shape::kName, "note"},
    {Tag::kLog, Space::kLog, Shape::kSeq, "log"},
    {Tag::kRecord, Space::kRecords, Shape::kRecord, "record"},
    {Tag::kRow, Space::kRecords, Shape::kRow, "row"},
    {Tag::kEntry, Space::kChanges, Shape::kSeq, "entry"},
    {Tag::kLinks, Space::kChanges, Shape::kLinks, "links"},
    {Tag::kFeed, Space::kFeeds, Shape::kFeed, "feed"},
    {Tag::kNotice, Space::kFeeds, Shape::kNotice, "notice"},
};

const TagInfo* InfoOf(char tag) {
  for (const TagInfo& info : kTags) {
    if (static_cast<char>(info.tag) == tag) return &info;
  }
  return nullptr;
}

// Takes a key apart from the left. Fails like ByteReader does.
class KeyReader {
 public:
  explicit KeyReader(std::string_view key) : rest_(key) {}

  std::uint64_t BigEndian(std::size_t size) {
    std::uint64_t value = 0;
    for (const char byte : Take(size)) {
      value = (value << 8) | static_cast<unsigned char>(byte);
    }
    return value;
  }
  std::string_view Take(std::size_t size) {
    if (size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  template <typename Name>
  void Take(Name& name) {
    name = Name::FromBytes(Take(Name::kSize)).value_or(Name{});
  }
  // Up to the zero byte that ends it.
  std::string_view Name() {
    const std::size_t end = rest_.find('\0');
    if (end == std::string_view::npos) {
      failed_ = true;
      return {};
    }
    const std::string_view name = Take(end);
    Take(1);
    return name;
  }
  std::string_view Rest() { return Take(rest_.size()); }
  bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

void ReadRest(KeyReader& reader, Shape shape, ParsedKey& parsed) {
  switch (shape) {
    case Shape::kNothing:
      break;
    case Shape::kName:
      parsed.name = reader.Rest();
      break;
    case Shape::kSeq:
      parsed.seq = reader.BigEndian(8);
      break;
    case Shape::kRow:
      reader.Take(parsed.record);
      reader.Take(parsed.row);
      break;
    case Shape::kRecord:
      reader.Take(parsed.record);
      break;
    case Shape::kGap:
      parsed.name = reader.Name();
      reader.Take(parsed.h);
      break;
    case Shape::kLinks:
      parsed.name = reader.Name();
      parsed.number = reader.BigEndian(8);
      break;
    case Shape::kBucket:
      parsed.bucket.kind = static_cast<BucketKind>(reader.BigEndian(1));
      parsed.bucket.name = reader.Rest();
      break;
    case Shape::kFeed:
      parsed.bucket.kind = static_cast<BucketKind>(reader.BigEndian(1));
      parsed.bucket.name = reader.Name();
      parsed.seq = reader.BigEndian(8);
      break;
    case Shape::kNotice:
      parsed.name = reader.Name();
      parsed.seq = reader.BigEndian(8);
      parsed.change = reader.BigEndian(8);
      break;
  }
}

std::string PrintRest(Shape shape, const ParsedKey& key) {
  switch (shape) {
    case Shape::kNothing:
      return "";
    case Shape::kName:
      return StrCat(" ", key.name);
    case Shape::kSeq:
      return StrCat(" @", key.seq);
    case Shape::kRecord:
      return StrCat(" ", ToText(key.record));
    case Shape::kRow:
      return StrCat(" ", ToText(key.record), " ", ToText(key.row));
    case Shape::kGap:
      return StrCat(" ", key.name, " behind ",
                    absl::BytesToHexString(AbslView(key.h.view())));
    case Shape::kLinks:
      return StrCat(" ", key.name, " #", key.number);
    case Shape::kBucket:
      return StrCat(" ", ToText(key.bucket));
    case Shape::kFeed:
      return StrCat(" ", ToText(key.bucket), " @", key.seq);
    case Shape::kNotice:
      return StrCat(" ", key.name, " @", key.seq, " of @", key.change);
  }
  return "";
}

Key KeyOf(std::uint32_t organisation, std::uint32_t survey, Tag tag) {
  Key key;
  key.Be32(organisation).Be32(survey).Byte(static_cast<std::uint8_t>(tag));
  return key;
}

}  // namespace

std::string_view ToText(Space space) {
  switch (space) {
    case Space::kMeta:
      return "meta";
    case Space::kLog:
      return "log";
    case Space::kRecords:
      return "records";
    case Space::kChanges:
      return "changes";
    case Space::kFeeds:
      return "feeds";
  }
  return "unknown";
}

Key& Key::Byte(std::uint8_t value) {
  bytes_.push_back(static_cast<char>(value));
  return *this;
}

Key& Key::Be32(std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes_.push_back(static_cast<char>((value >> shift) & 0xff));
  }
  return *this;
}

Key& Key::Be64(std::uint64_t value) {
  return Be32(static_cast<std::uint32_t>(value >> 32))
      .Be32(static_cast<std::uint32_t>(value));
}

Key& Key::Raw(std::string_view bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return *this;
}

Key& Key::Name(std::string_view name) { return Raw(name).Byte(0); }

std::string PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && end.back() == '\xff') end.pop_back();
  CHECK(!end.empty());
  ++end.back();
  return end;
}

Key LayoutKey() { return KeyOf(0, 0, Tag::kLayout); }

Key OrganisationKey(std::string_view name) {
  return KeyOf(0, 0, Tag::kOrganisation).Raw(name);
}

Key SurveyKey(std::uint32_t organisation, std::string_view name) {
  return SurveyKeys(organisation).Raw(name);
}

Key SurveyKeys(std::uint32_t organisation) {
  return KeyOf(organisation, 0, Tag::kSurvey);
}

Key Keys::All(Tag tag) const { return KeyOf(organisation_, survey_, tag); }

Key Keys::Digest(const Bucket& bucket) const {
  return All(Tag::kDigest)
      .Byte(static_cast<std::uint8_t>(bucket.kind))
      .Raw(bucket.name);
}

Key Keys::Feed(const Bucket& bucket) const {
  return All(Tag::kFeed)
      .Byte(static_cast<std::uint8_t>(bucket.kind))
      .Name(bucket.name);
}

std::optional<ParsedKey> ParseKey(std::string_view key) {
  KeyReader reader(key);
  ParsedKey parsed;
  parsed.organisation = static_cast<std::uint32_t>(reader.BigEndian(4));
  parsed.survey = static_cast<std::uint32_t>(reader.BigEndian(4));
  const std::string_view tag = reader.Take(1);
  const TagInfo* info = tag.empty() ? nullptr : InfoOf(tag.front());
  if (info == nullptr) return std::nullopt;
  parsed.tag = info->tag;
  parsed.space = info->space;
  ReadRest(reader, info->shape, parsed);
  if (!reader.done()) return std::nullopt;
  return parsed;
}

std::string PrintKey(std::string_view key) {
  const std::optional<ParsedKey> parsed = ParseKey(key);
  if (!parsed.has_value()) {
    return StrCat("0x", absl::BytesToHexString(AbslView(key)));
  }
  const TagInfo* info = InfoOf(static_cast<char>(parsed->tag));
  return StrCat(parsed->organisation, "/", parsed->survey, " ", info->text,
                PrintRest(info->shape, *parsed));
}

}  // namespace chasqui::storage
