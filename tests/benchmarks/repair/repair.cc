// What does it cost to find out where a device's copy differs from what the
// server has, of a million records in scope?
//
// The device's comparison (client/comparing.h) asks, in the messages that
// travel, and the server's repair (sync/repair.h) answers. Counted are the
// bytes of questions and answers both ways, without the records that then
// travel as usual, and without the framing of HTTP/2; and the processor time
// that the server takes for one repair, once the index of the bucket is there.
// The device's copies of as many records as differ, scattered, are of an
// earlier seq: each of them differs on both sides.
//
//     repair [--records N] [--buckets N] [--json]
//
// Exits with 1 if a repair does not end in agreement. Never for being dear.

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "chasqui/v1/sync_service.pb.h"
#include "client/comparing.h"
#include "client/repair_wire.h"
#include "server/bucket_indexes.h"
#include "server/repair_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"
#include "tests/benchmarks/figures.h"
#include "tests/benchmarks/repair/census_feed.h"

namespace chasqui::benchmarks {
namespace {

struct RepairOptions {
  std::size_t records = 1'000'000;
  std::size_t buckets = 1;
  bool json = false;
};

double ProcessorMs() {
  std::timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 +
         static_cast<double>(time.tv_nsec) / 1e6;
}

// What a device has of the census: of some records an earlier state.
class Copies {
 public:
  Copies(const CensusFeed& census, std::size_t differing) : census_(census) {
    const std::size_t step = census.records() / (differing + 1);
    for (std::size_t i = 1; i <= differing; ++i) outdated_.insert(i * step);
    for (std::size_t i = 0; i < census.buckets().size(); ++i) {
      client::FollowedBucket followed;
      followed.bucket = census.buckets()[i];
      followed.id = static_cast<std::uint32_t>(i + 1);
      state_.buckets.push_back(std::move(followed));
    }
    Read();
  }

  const client::SurveyState& state() const { return state_; }
  const client::Comparing::Held& held() const { return held_; }

  // The server's record has come.
  void Take(const PulledRecord& record) {
    outdated_.erase(static_cast<std::size_t>(record.seq - 1));
  }
  void Read() {
    held_.clear();
    std::vector<DigestKey> keys;
    for (const Bucket& bucket : census_.buckets()) {
      keys.emplace_back(census_.survey().name,
                        PresentName(census_.survey().lineage), bucket);
    }
    for (std::size_t i = 0; i < census_.records(); ++i) {
      const std::size_t place = i % keys.size();
      const ContentHash content =
          outdated_.contains(i)
              ? HashContent(EncodeWhole(
                    CensusFeed::RecordAt(i, census_.BucketOf(i), i), {}))
              : census_.ContentOf(i);
      const absl::uint128 element = keys[place].ElementOf(content);
      client::HeldBucket& bucket = held_[static_cast<std::uint32_t>(place + 1)];
      bucket.digest.Add(element);
      bucket.words.emplace_back(WordOfElement(element), CensusFeed::IdOf(i));
    }
    for (auto& [id, bucket] : held_) {
      std::sort(bucket.words.begin(), bucket.words.end());
    }
  }

 private:
  const CensusFeed& census_;
  client::SurveyState state_;
  std::set<std::size_t> outdated_;
  client::Comparing::Held held_;
};

struct Cost {
  std::size_t bytes = 0;
  std::size_t round_trips = 0;
  double server_ms = 0;
};

// One round trip of a repair, by way of the messages.
absl::Status ExchangeOnce(const CensusFeed& census,
                          server::BucketIndexes& indexes, Copies& copies,
                          client::Comparing& comparing, Cost& cost) {
  client::SurveyRequest request;
  request.compares = true;
  request.questions = comparing.Questions();
  v1::SurveyExchange up;
  QuestionsToWire(request, up);

  const double before_ms = ProcessorMs();
  ASSIGN_OR_RETURN(const auto questions, server::QuestionsFromWire(up));
  const auto use_index =
      [&](const Bucket& bucket,
          absl::FunctionRef<absl::Status(BucketIndex&)> use) {
        return indexes.Use(census, bucket, use);
      };
  ASSIGN_OR_RETURN(Repaired repaired, Repair(census, census.buckets(),
                                             questions, use_index, 200 << 10));
  const std::vector<RepairPage> pages = std::exchange(repaired.pages, {});
  v1::SurveyNews down;
  server::RepairedToWire(repaired, down);
  cost.server_ms += ProcessorMs() - before_ms;
  ++cost.round_trips;
  cost.bytes += up.ByteSizeLong() + down.ByteSizeLong();

  client::SurveyNews news;
  RETURN_IF_ERROR(client::AddAnswers(down, news));
  for (const RepairPage& page : pages) {
    client::BucketNews& bucket = news.buckets.emplace_back();
    bucket.bucket = page.bucket;
    for (const PulledRecord& record : page.records) {
      copies.Take(record);
      bucket.repairs.push_back({false, record.seq, record.id, {}, {}});
    }
  }
  if (!pages.empty()) copies.Read();
  return comparing.Take(news, copies.state(), copies.held());
}

absl::StatusOr<Cost> RepairOf(const CensusFeed& census, std::size_t differing,
                              server::BucketIndexes& indexes) {
  Cost cost;
  Copies copies(census, differing);
  client::Comparing comparing(copies.state(), copies.held());
  while (!comparing.done()) {
    RETURN_IF_ERROR(ExchangeOnce(census, indexes, copies, comparing, cost));
  }
  for (const client::FollowedBucket& followed : copies.state().buckets) {
    ASSIGN_OR_RETURN(const BucketDigest digest,
                     census.DigestOf(followed.bucket));
    if (copies.held().at(followed.id).digest != digest) {
      return absl::InternalError(StrCat("after the repair of ", differing,
                                        " records ", ToText(followed.bucket),
                                        " still differs"));
    }
  }
  return cost;
}

absl::Status Measure(const RepairOptions& options, Figures& figures) {
  const CensusFeed census(options.records, options.buckets);
  server::BucketIndexes indexes(options.records);
  const double before_ms = ProcessorMs();
  for (const Bucket& bucket : census.buckets()) {
    RETURN_IF_ERROR(indexes.Use(census, bucket, [](BucketIndex& index) {
      index.AnswerTo({{}, reconcile::Asked::kSymbols, 0, 1});
      return absl::OkStatus();
    }));
  }
  figures.Note({"index_ms", ProcessorMs() - before_ms, "ms", std::nullopt,
                "all buckets' indexes made, once, from feeds in memory"});
  v1::SurveyNews proof;
  proof.set_digest(DigestBytes(1));
  figures.Add({"proof_bytes", static_cast<double>(proof.digest().size()), "B",
               std::nullopt, "the digest of the scope, beside each last page"});
  figures.Note({"proof_field_bytes", static_cast<double>(proof.ByteSizeLong()),
                "B", std::nullopt, "with the field's tag and length"});
  double dearest_ms = 0;
  for (const std::size_t differing :
       {std::size_t{1}, std::size_t{100}, std::size_t{1000}}) {
    ASSIGN_OR_RETURN(const Cost cost, RepairOf(census, differing, indexes));
    figures.Add({StrCat("repair_", differing, "_bytes"),
                 static_cast<double>(cost.bytes), "B", std::nullopt,
                 StrCat(differing, " of ", options.records,
                        " records are of an earlier seq, in ", options.buckets,
                        " buckets; ", cost.round_trips, " round trips")});
    figures.Note({StrCat("repair_", differing, "_server_ms"), cost.server_ms,
                  "ms", std::nullopt, "processor time of the server"});
    dearest_ms = std::max(dearest_ms, cost.server_ms);
  }
  figures.Add({"repair_server_ms", dearest_ms, "ms", std::nullopt,
               "processor time of the server, for the dearest of these"});
  return absl::OkStatus();
}

int RunRepair(const RepairOptions& options) {
  Figures figures;
  const absl::Status status = Measure(options, figures);
  figures.PrintTable(options.json ? stderr : stdout);
  if (options.json) figures.PrintJson(stdout);
  if (status.ok()) return 0;
  std::fprintf(stderr, "repair: %s\n", status.ToString().c_str());
  return 1;
}

}  // namespace
}  // namespace chasqui::benchmarks

int main(int argc, char** argv) {
  constexpr std::size_t kRecordsLeast = 2'000;
  constexpr std::size_t kRecordsMost = 4'000'000;
  constexpr std::size_t kBucketsMost = 200;
  chasqui::benchmarks::RepairOptions options;
  CLI::App app("Prints what it costs to find where a copy differs.");
  app.add_option("--records", options.records, "In scope")
      ->capture_default_str()
      ->check(CLI::Range(kRecordsLeast, kRecordsMost));
  app.add_option("--buckets", options.buckets, "That the scope consists of")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, kBucketsMost));
  app.add_flag("--json", options.json,
               "A line of JSON for each figure; the table goes to stderr");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return chasqui::benchmarks::RunRepair(options);
}
