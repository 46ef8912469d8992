// Batches that travel by themselves, on memory cards: held back, brought in any
// order, more than once, after what befalls the server and the tablet.

#include <utility>

#include "sync/base/check.h"
#include "tests/simulation/world.h"

namespace chasqui::testing {
namespace {

constexpr std::size_t kCardsMax = 40;
constexpr std::size_t kHandsetsFound = 7;  // one more than clones make

}  // namespace

// Puts what the request carries on a card.
void World::Keep(const client::SurveyRequest& request) {
  Batch card = *request.batch;
  card.sealed = true;
  card.told = request.lineages;
  if (cards_.size() < kCardsMax) {
    cards_.push_back(std::move(card));
  } else {
    random_.OneOf(cards_) = std::move(card);
  }
}

// The whole outbox goes on cards, a change or a few each. Some get lost.
void World::Seal(const Handset& handset) {
  Say(handset.device() + "'s outbox goes on cards");
  for (std::uint64_t last = 0;;) {
    const auto request =
        handset.survey().NextRequest(1 + random_.Below(400), last);
    CHECK(request.ok());
    if (request->last() == 0) return;
    last = request->last();
    if (random_.Chance(70)) Keep(*request);
  }
}

void World::HandInAny() {
  if (cards_.empty()) return;
  const std::uint64_t which = random_.Below(cards_.size());
  const Batch card = cards_[static_cast<std::size_t>(which)];
  if (random_.Chance(30)) {
    cards_.erase(cards_.begin() + static_cast<std::ptrdiff_t>(which));
  }
  HandIn(card);
}

void World::HandIn(const Batch& card) {
  Batch batch = card;
  // What it made before it was let in no more is still carried in, and waits.
  batch.locked =
      locked_.contains(batch.device) || revoked_.contains(batch.device);
  ReadBatch(batch);
  SealIn(batch);
  Say("somebody brings a card of " + batch.device + ": " +
      std::to_string(batch.changes.size()) + " changes from " +
      std::to_string(batch.first) + (batch.orphan ? ", orphaned" : ""));
  std::vector<Delivery> group;
  group.emplace_back(batch);
  const auto answers = server_.Commit(group);
  if (!answers[0].ok()) {
    Fail("a card is refused: " + answers[0].status().ToString());
    return;
  }
  const BatchAnswer& answer = answers[0]->batch;
  if (answer.changes.size() != batch.changes.size()) {
    Fail("of a card only " + std::to_string(answer.changes.size()) +
         " changes are taken");
  }
  if (answer.gap) ++result_.past_gap;
  Acknowledge(batch, answer);
  CheckState();
}

// What its cards hold is all that may be left of it; its owner gets a new one.
void World::LoseSomeone() {
  const auto index = static_cast<std::size_t>(random_.Below(handsets_.size()));
  Seal(*handsets_[index]);
  Say(handsets_[index]->device() + " is lost");
  ++result_.lost;
  std::erase_if(network_, [index](const Packet& packet) {
    if (const auto* sent = std::get_if<SentRequest>(&packet.content)) {
      return sent->from == index;
    }
    return std::get<SentResponse>(packet.content).to == index;
  });
  const std::string person = handsets_[index]->person();
  lost_.push_back(std::move(handsets_[index]));
  const std::string device = "new" + std::to_string(++next_name_);
  handsets_[index] = std::make_unique<Handset>(device, person, random_.Next());
  handsets_[index]->clock().boot = std::to_string(random_.Next());
  handsets_[index]->clock().wall_ms = server_.now_ms();
}

void World::FindSomeone() {
  if (lost_.empty() || handsets_.size() >= kHandsetsFound) return;
  handsets_.push_back(std::move(lost_.back()));
  lost_.pop_back();
  handsets_.back()->Restart();
  Say(handsets_.back()->device() + " is found");
}

}  // namespace chasqui::testing
