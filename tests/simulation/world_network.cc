// What travels, and what the server makes of it.

#include <algorithm>
#include <utility>

#include "sync/base/check.h"
#include "sync/cursor.h"
#include "sync/pull.h"
#include "sync/survey.h"
#include "tests/simulation/world.h"

namespace chasqui::testing {

// Lost, late, twice, and out of order.
void World::Send(std::variant<Request, Response> content) {
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
  std::vector<Request> requests;
  for (auto at = network_.begin(); at != network_.end();) {
    if (at->due > step_) {
      ++at;
      continue;
    }
    if (std::holds_alternative<Response>(at->content)) {
      if (!requests.empty()) {
        ++at;
        continue;
      }
      const Response response = std::get<Response>(std::move(at->content));
      network_.erase(at);
      Receive(response);
      return;
    }
    requests.push_back(std::get<Request>(std::move(at->content)));
    at = network_.erase(at);
    if (requests.size() == most) break;
  }
  if (!requests.empty()) Serve(requests, !healed_ && random_.Chance(10));
}

void World::Serve(const std::vector<Request>& requests, bool reply_lost) {
  std::vector<Delivery> group;
  for (const Request& request : requests) {
    Batch batch = request.batch;
    ReadBatch(batch);
    group.emplace_back(std::move(batch));
  }
  const auto answers = server_.Commit(group);
  CheckState();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!answers[i].ok()) {
      Fail("a batch is refused: " + answers[i].status().ToString());
      return;
    }
    std::string text = "the server takes request " +
                       std::to_string(requests[i].id) + " of " +
                       requests[i].batch.device + ":";
    for (const ChangeAnswer& change : answers[i]->batch.changes) {
      text += " #" + std::to_string(change.number) + "@" +
              std::to_string(change.seq) + (change.duplicate ? " again" : "") +
              " " + std::string(ToText(change.outcome.kind));
    }
    Say(text + (answers[i]->batch.gap ? " gap" : ""));
    if (!reply_lost) Send(Answer(requests[i], *answers[i]));
  }
}

Response World::Answer(const Request& request, const DeliveryAnswer& taken) {
  const auto reader = server_.Read();
  const Survey& survey = reader->survey();
  Response response;
  response.id = request.id;
  response.to = request.from;
  response.log = PresentName(survey.lineage);
  response.received_ms = taken.received_ms;
  response.lineage = {survey.lineage};
  response.batch = taken.batch;
  response.durable = durable_;
  response.forms = static_cast<std::uint32_t>(survey.forms.size());
  const auto cursor = DecodeCursor(request.cursor);
  CHECK(cursor.ok());
  PullLimits limits;
  limits.items_max = request.items_max;
  const std::vector<Bucket> scope = ScopeOf(survey, request.person);
  auto pulled = Pull(*reader, request.batch.device, scope, *cursor,
                     request.batch.told, limits);
  if (!pulled.ok()) {
    Fail("a pull is refused: " + pulled.status().ToString());
    return response;
  }
  response.pulled = *std::move(pulled);
  if (!response.pulled.more) response.expected = ViewOf(*reader, scope);
  return response;
}

void World::Receive(const Response& response) {
  if (response.to >= handsets_.size()) return;
  Handset& handset = handsets_[response.to];
  if (!handset.awaits(response.id)) return;
  for (const ChangeAnswer& answer : response.batch.changes) {
    if (answer.number < handset.first()) continue;
    const Outgoing& made = handset.outbox()[answer.number - handset.first()];
    // What a restore has cut off since is no acknowledgement any more.
    if (response.log != server_.head().log &&
        CountsAs({response.log, answer.seq}, server_.lineage().names,
                 server_.head().seq, {}) != answer.seq) {
      continue;
    }
    acknowledged_[{handset.device(), answer.number, made.h}] = answer.seq;
  }
  handset.Take(response);
  Say(handset.device() + " gets the answer to request " +
      std::to_string(response.id));
  if (response.expected.has_value()) CheckView(handset, *response.expected);
  if (random_.Chance(15) && old_followers_.size() < 12) {
    old_followers_.push_back(handset.follower());
    owners_.push_back(response.to);
  }
}

}  // namespace chasqui::testing
