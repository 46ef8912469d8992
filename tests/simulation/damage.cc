// What becomes of a handset's memory.

#include <string>
#include <utility>
#include <vector>

#include "client/local_state.h"
#include "sync/base/check.h"
#include "tests/simulation/handset.h"

namespace chasqui::testing {
namespace {

using client::Table;

void LoseCursor(client::MemoryStore& store) {
  const auto bytes = store.Get(Table::kSurvey, Handset::kSurvey);
  CHECK(bytes.ok() && bytes->has_value());
  auto state = client::DecodeState(**bytes);
  CHECK(state.ok());
  state->cursor.clear();
  client::StoreBatch batch;
  batch.Put(Table::kSurvey, Handset::kSurvey, client::EncodeState(*state));
  CHECK(store.Commit(batch).ok());
}

// Key and bytes of one of the copies; empty if there are none.
std::pair<std::string, std::string> AnyCopy(const client::MemoryStore& store,
                                            Random& random) {
  std::vector<std::pair<std::string, std::string>> copies;
  const absl::Status scanned =
      store.Scan(Table::kRecord, client::SurveyPrefix(Handset::kSurvey), "",
                 [&copies](std::string_view key, std::string_view value) {
                   copies.emplace_back(key, value);
                   return true;
                 });
  CHECK(scanned.ok());
  if (copies.empty()) return {};
  return random.OneOf(copies);
}

}  // namespace

std::string Handset::Damage() {
  Memory memory = Remembered();
  const std::uint64_t what = random_.Below(100);
  std::string story = " loses everything it has";
  bool joins = false;
  if (what < 30) {
    LoseCursor(memory.store);
    story = " loses its cursor";
  } else if (what < 85) {
    auto [key, bytes] = AnyCopy(memory.store, random_);
    if (key.empty()) return " is spared";
    client::StoreBatch batch;
    if (what < 70) {
      const std::uint64_t bit = random_.Below(8 * bytes.size());
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      batch.Put(Table::kRecord, key, bytes);
      story = "'s copy of a record is damaged";
    } else {
      batch.Erase(Table::kRecord, key);
      story = " loses a copy";
    }
    CHECK(memory.store.Commit(batch).ok());
  } else {
    memory = {};
    joins = true;
  }
  RestoreFrom(memory);
  if (joins) CHECK(app_->Join(kSurvey, person_).ok());
  return story;
}

}  // namespace chasqui::testing
