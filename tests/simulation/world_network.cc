// What travels.

#include <algorithm>
#include <utility>

#include "tests/simulation/world.h"

namespace chasqui::testing {

// Lost, late, twice, and out of order.
void World::Send(std::variant<SentRequest, SentResponse> content) {
  if (healed_) {
    network_.push_back({step_, std::move(content)});
    return;
  }
  if (random_.Chance(12)) return;
  const std::size_t copies = random_.Chance(12) ? 2 : 1;
  for (std::size_t i = 0; i < copies; ++i) {
    const std::uint64_t late = random_.Chance(10) ? 60 : 6;
    const Packet packet{step_ + random_.Below(late), content};
    const auto place =
        network_.begin() +
        static_cast<std::ptrdiff_t>(random_.Below(network_.size() + 1));
    network_.insert(place, packet);
  }
}

// Takes the first packet that is due; and, where it is a request, perhaps the
// next ones with it: a group is committed at once.
void World::Deliver() {
  const std::size_t most = healed_ ? 1 : 1 + random_.Below(3);
  std::vector<SentRequest> requests;
  for (auto at = network_.begin(); at != network_.end();) {
    if (at->due > step_) {
      ++at;
      continue;
    }
    if (std::holds_alternative<SentResponse>(at->content)) {
      if (!requests.empty()) {
        ++at;
        continue;
      }
      const SentResponse response =
          std::get<SentResponse>(std::move(at->content));
      network_.erase(at);
      Receive(response);
      return;
    }
    requests.push_back(std::get<SentRequest>(std::move(at->content)));
    at = network_.erase(at);
    if (requests.size() == most) break;
  }
  if (requests.empty()) return;
  const bool reply_lost = !healed_ && random_.Chance(10);
  Serve(requests, reply_lost);
}

void World::Receive(const SentResponse& sent) {
  if (sent.to >= handsets_.size()) return;
  Handset& handset = *handsets_[sent.to];
  if (handset.link_state == LinkState::kNothingIn && !healed_) return;
  // What arrived before it may put an end to what it answers.
  const bool awaited =
      handset.Awaits(sent.id) && handset.link().arrived.empty();
  handset.store().TakeStruck();
  handset.link().arrived.push_back({sent.id, sent.response});
  const std::size_t ends = result_.ends;
  StepHandset(sent.to);
  if (!awaited) return;
  Say(handset.device() + " gets its answer");
  if (handset.store().TakeStruck() || result_.ends != ends) return;
  if (sent.expected.has_value())
    CheckView(handset, *sent.expected, sent.members);
  if (random_.Chance(15) && old_cursors_.size() < 12) {
    old_cursors_.push_back(
        {handset.device(), handset.person(), handset.Remembered()});
  }
}

}  // namespace chasqui::testing
