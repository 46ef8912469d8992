// What the server makes of a request: as server/exchange.cc does, without
// threads and messages.

#include <algorithm>
#include <utility>

#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/cursor.h"
#include "sync/pull.h"
#include "sync/repair.h"
#include "sync/survey.h"
#include "tests/simulation/news_of.h"
#include "tests/simulation/world.h"

namespace chasqui::testing {
namespace {

// Empty where the record's is destroyed.
std::string KeyTold(const PulledRecord& record,
                    const personal::SurveyKeys& keys) {
  if (!HoldsSealed(record)) return {};
  const auto key = keys.Find(record.id);
  CHECK(key.ok());
  return key->has_value() ? std::string((*key)->view()) : std::string();
}

}  // namespace

client::BucketNews NewsOf(const BucketPage& page,
                          const personal::SurveyKeys& keys) {
  client::BucketNews news;
  news.bucket = page.bucket;
  news.restarts = page.restarts;
  news.last = page.last;
  news.complete = page.complete;
  news.jumps = page.jumps;
  for (const PageItem& item : page.items) {
    client::NewsItem said;
    said.left = item.left;
    said.seq = item.record.seq;
    said.record = item.record.id;
    if (!item.left) {
      said.bytes = EncodePulled(item.record);
      said.key = KeyTold(item.record, keys);
    }
    news.items.push_back(std::move(said));
  }
  return news;
}

namespace {

// Of records, in one answer: few, so that it takes several.
constexpr std::size_t kRepairBytes = 300;

// A bucket's index made anew each time: what the server keeps of it must come
// to the same.
absl::Status AddRepaired(const Reader& reader, const personal::SurveyKeys& keys,
                         const std::vector<Bucket>& scope,
                         const client::SurveyRequest& request,
                         client::SurveyNews& news) {
  RETURN_IF_ERROR(CheckRepair(request.questions));
  const auto use_index =
      [&reader](const Bucket& bucket,
                absl::FunctionRef<absl::Status(BucketIndex&)> use) {
        BucketIndex index(reader.survey().name,
                          PresentName(reader.survey().lineage), bucket);
        RETURN_IF_ERROR(index.Advance(reader));
        return use(index);
      };
  ASSIGN_OR_RETURN(Repaired repaired, Repair(reader, scope, request.questions,
                                             use_index, kRepairBytes));
  news.answers = std::move(repaired.answers);
  for (const RepairPage& page : repaired.pages) {
    client::BucketNews bucket;
    bucket.bucket = page.bucket;
    for (const PulledRecord& record : page.records) {
      bucket.repairs.push_back({false, record.seq, record.id,
                                EncodePulled(record), KeyTold(record, keys)});
    }
    news.buckets.push_back(std::move(bucket));
  }
  return absl::OkStatus();
}

absl::Status AddPulled(const Reader& reader, const personal::SurveyKeys& keys,
                       const std::string& device,
                       const client::SurveyRequest& request,
                       std::size_t items_max, client::SurveyNews& news) {
  const Survey& survey = reader.survey();
  const Member* const member = survey.FindMember(request.person);
  if (member == nullptr || member->left != 0) {
    return absl::PermissionDeniedError("not of the survey");
  }
  ASSIGN_OR_RETURN(Cursor cursor, DecodeCursor(request.cursor));
  for (const std::string& bytes : request.started) {
    ASSIGN_OR_RETURN(const Cursor started, DecodeCursor(bytes));
    Adopt(started, cursor);
  }
  const std::vector<Bucket> scope = ScopeOf(survey, request.person);
  PullTerms terms;
  terms.items_max = items_max;
  terms.compares = request.compares;
  ASSIGN_OR_RETURN(Pulled pulled, Pull(reader, device, scope, cursor,
                                       request.lineages, terms));
  for (const BucketPage& page : pulled.pages) {
    news.buckets.push_back(NewsOf(page, keys));
  }
  news.lost = std::move(pulled.lost);
  news.notices = std::move(pulled.notices);
  news.cursor = EncodeCursor(pulled.cursor);
  news.more = pulled.more;
  news.digest = pulled.digest;
  if (!request.batch.has_value()) {
    ASSIGN_OR_RETURN(news.latest, LastChangeOf(reader, device));
  }
  for (std::size_t form = request.forms + 1; form <= survey.forms.size();
       ++form) {
    news.forms.push_back({static_cast<std::uint32_t>(form), "form"});
  }
  return news.more ? absl::OkStatus()
                   : AddRepaired(reader, keys, scope, request, news);
}

Members MembersOf(const Reader& reader, const std::vector<Bucket>& scope) {
  Members members;
  const auto records = reader.Records(RecordId{}, 100'000);
  CHECK(records.ok());
  for (const Record& record : *records) {
    for (const Membership& member : record.memberships) {
      if (member.left == 0 &&
          std::binary_search(scope.begin(), scope.end(), member.bucket)) {
        members[member.bucket].insert(record.id);
      }
    }
  }
  return members;
}

}  // namespace

client::SurveyNews World::NewsFor(const std::string& device,
                                  const client::SurveyRequest& request,
                                  std::size_t items_max) {
  const auto reader = server_.Read();
  client::SurveyNews news;
  news.survey = request.survey;
  news.log = PresentName(reader->survey().lineage);
  news.head = reader->head();
  if (request.log != news.log) news.lineage = reader->survey().lineage;
  news.durable = durable_;
  if (!request.pull) return news;
  news.error =
      locked_.contains(device)
          ? absl::PermissionDeniedError("the device is locked")
          : AddPulled(*reader, keys_, device, request, items_max, news);
  if (!news.error.ok() && !absl::IsPermissionDenied(news.error)) {
    Fail("a pull is refused: " + news.error.ToString());
  }
  return news;
}

// Most are of whoever works on them; some the server has let in as another's.
std::string World::WhoseItIs(const std::string& person) const {
  constexpr std::size_t kEach = 31;
  return step_ % kEach == 0 ? "somebody-else" : person;
}

void World::Serve(std::vector<SentRequest> requests, bool reply_lost) {
  // Whoever is let in no more brings nothing and hears nothing.
  std::erase_if(requests, [this](const SentRequest& sent) {
    return revoked_.contains(sent.request.device);
  });
  std::vector<Delivery> group;
  for (const SentRequest& sent : requests) {
    const client::SurveyRequest& part = sent.request.surveys.at(0);
    if (!part.batch.has_value()) continue;
    Batch batch = *part.batch;
    batch.told = part.lineages;
    batch.locked = locked_.contains(batch.device);
    batch.person = WhoseItIs(part.person);
    ReadBatch(batch);
    SealIn(batch);
    group.emplace_back(std::move(batch));
  }
  const auto answers = server_.Commit(group);
  std::vector<SentResponse> replies;
  std::size_t next = 0;
  for (const SentRequest& sent : requests) {
    const BatchAnswer* taken = nullptr;
    if (sent.request.surveys.at(0).batch.has_value()) {
      if (!answers[next].ok()) {
        Fail("a batch is refused: " + answers[next].status().ToString());
        return;
      }
      taken = &answers[next]->batch;
      Acknowledge(std::get<Batch>(group[next]), *taken);
      ++next;
    }
    if (reply_lost) continue;
    replies.push_back(Answer(sent, taken, server_.now_ms()));
  }
  CheckState();
  for (SentResponse& reply : replies) Send(std::move(reply));
}

// From here on it may not get lost.
void World::Acknowledge(const Batch& batch, const BatchAnswer& answer) {
  std::string text = "the server takes of " + batch.device + ":";
  for (const ChangeAnswer& change : answer.changes) {
    const ReceivedChange& made = batch.changes[change.number - batch.first];
    acknowledged_[{batch.device, change.number, made.h}] = change.seq;
    text += " #" + std::to_string(change.number) + "@" +
            std::to_string(change.seq) + (change.duplicate ? " again" : "") +
            " " + std::string(ToText(change.outcome.kind));
    if (change.outcome.reason != QuarantineReason::kNone) {
      text += ": " + std::string(ToText(change.outcome.reason));
    }
  }
  Say(text + (answer.gap ? " gap" : ""));
}

SentResponse World::Answer(const SentRequest& sent, const BatchAnswer* taken,
                           std::int64_t received_ms) {
  const client::SurveyRequest& part = sent.request.surveys.at(0);
  const std::size_t items_max = healed_ ? 50 : 1 + random_.Below(6);
  SentResponse answer;
  answer.to = sent.from;
  answer.id = sent.id;
  answer.response.received_ms = received_ms;
  client::SurveyNews news = NewsFor(sent.request.device, part, items_max);
  if (!news.answers.empty()) ++result_.comparisons;
  if (taken != nullptr) news.answer = *taken;
  if (part.pull && news.error.ok() && !news.more) {
    const auto reader = server_.Read();
    answer.members = MembersOf(*reader, ScopeOf(reader->survey(), part.person));
    answer.expected = ViewOf(*reader, ScopeOf(reader->survey(), part.person));
  }
  answer.response.surveys.push_back(std::move(news));
  return answer;
}

}  // namespace chasqui::testing
