// Starting files: made at any time, begun with at any later one, whole or in
// parts, after what befalls the server and between a device's exchanges.

#include <algorithm>
#include <utility>

#include "sync/base/check.h"
#include "sync/pull.h"
#include "sync/survey.h"
#include "tests/simulation/news_of.h"
#include "tests/simulation/world.h"

namespace chasqui::testing {
namespace {

constexpr std::size_t kStartsMax = 6;

}  // namespace

// Puts one down, as server/starting_file.cc makes it.
void World::MakeStart() {
  const auto reader = server_.Read();
  const Survey& survey = reader->survey();
  const std::vector<Bucket> scope = ScopeOf(survey, AnyHandset().person());
  if (scope.empty()) return;
  seal::StartingName name;
  name.survey = Handset::kSurvey;
  name.bucket = random_.OneOf(scope);
  name.at = {PresentName(survey.lineage), reader->head()};
  PullTerms terms;
  terms.items_max = 1 + random_.Below(4);
  Start start{name, {}};
  Cursor cursor;
  for (bool more = true; more;) {
    auto pulled = Pull(*reader, "", {name.bucket}, cursor, {}, terms);
    CHECK(pulled.ok());
    cursor = pulled->cursor;
    more = pulled->more;
    client::SurveyNews news;
    news.survey = name.survey;
    news.log = name.at.log;
    news.head = name.at.seq;
    news.lineage = survey.lineage;
    for (const BucketPage& page : pulled->pages) {
      news.buckets.push_back(NewsOf(page, keys_));
    }
    news.cursor = EncodeCursor(cursor);
    const auto number = static_cast<std::uint32_t>(start.chunks.size());
    news.starting = {name, number, !more};
    start.chunks.push_back(std::move(news));
  }
  Say("a starting file of " + ToText(name.bucket) + " is made, in " +
      std::to_string(start.chunks.size()) + " chunks");
  if (starts_.size() < kStartsMax) {
    starts_.push_back(std::move(start));
  } else {
    random_.OneOf(starts_) = std::move(start);
  }
}

// Some chunks of one, in their order, by somebody who may see the bucket.
void World::BeginSomewhere() {
  if (starts_.empty()) return;
  Handset& handset = AnyHandset();
  const Start& start = random_.OneOf(starts_);
  const auto reader = server_.Read();
  const std::vector<Bucket> scope = ScopeOf(reader->survey(), handset.person());
  if (!std::binary_search(scope.begin(), scope.end(), start.name.bucket)) {
    return;
  }
  const auto next = handset.survey().NextChunkOf(start.name);
  std::string said = handset.device() + " takes of " +
                     ToText(start.name.bucket) + "'s starting file";
  if (next.ok()) {
    const std::size_t end = std::min<std::size_t>(start.chunks.size(),
                                                  *next + 1 + random_.Below(6));
    for (std::size_t chunk = *next; chunk < end; ++chunk) {
      const absl::Status taken =
          handset.survey().TakeStarting(start.chunks[chunk]);
      said += taken.ok() ? " chunk " + std::to_string(chunk)
                         : ": " + taken.ToString();
      if (!taken.ok() && !absl::IsFailedPrecondition(taken) &&
          !absl::IsResourceExhausted(taken) && !handset.store().ended()) {
        Fail(said);
      }
      if (!taken.ok()) break;
      ++result_.begun;
    }
    Say(said);
  }
  Break(handset);
}

}  // namespace chasqui::testing
