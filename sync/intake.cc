#include "sync/intake.h"

#include <optional>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/chain.h"
#include "sync/gap.h"

namespace chasqui {
namespace {

// The link of the device's change `number` whose hash is `h`.
absl::StatusOr<std::optional<ChainLink>> FindLink(const std::string& device,
                                                  std::uint64_t number,
                                                  const ChainHash& h,
                                                  State& state) {
  ASSIGN_OR_RETURN(const std::vector<ChainLink> links,
                   state.Links(device, number));
  for (const ChainLink& link : links) {
    if (link.h == h) return link;
  }
  return std::nullopt;
}

absl::StatusOr<ChangeAnswer> AnswerOf(std::uint64_t number, Seq seq,
                                      bool duplicate, State& state) {
  ASSIGN_OR_RETURN(const EntryInfo* const info, state.FindEntry(seq));
  if (info == nullptr) {
    return absl::DataLossError(StrCat("state: entry ", seq, " is missing"));
  }
  // What was released is in the log where its release is: a device that has
  // pulled up to where it was received has not got it by that.
  const Seq at = info->applied_at != 0 ? info->applied_at : seq;
  return ChangeAnswer{number, at, duplicate, info->time, info->outcome};
}

absl::StatusOr<std::vector<ChainEnd>> EndsOf(const std::string& device,
                                             State& state) {
  std::vector<ChainEnd> ends;
  ASSIGN_OR_RETURN(const Device* const found, state.FindDevice(device));
  if (found == nullptr) return ends;
  for (const Incarnation& line : found->incarnations) {
    ends.push_back({line.end, line.end_h});
  }
  return ends;
}

// The entry that takes change `index` of the batch into the log.
ChangeReceived EntryFor(const Batch& batch, std::size_t index, bool orphan,
                        const ChainHash& before, const Survey& survey) {
  const ReceivedChange& change = batch.changes[index];
  ChangeReceived entry;
  entry.device = batch.device;
  entry.number = batch.first + index;
  entry.before = before;
  entry.h = change.h;
  entry.orphan = orphan;
  entry.sealed = batch.sealed;
  entry.locked = batch.locked;
  entry.bytes = change.bytes;
  entry.change = change.change;
  entry.sealing = change.sealing;
  if (change.change != nullptr) {
    entry.other_person =
        !batch.person.empty() && change.change->person != batch.person;
    for (const Position& position : change.change->positions) {
      entry.counts.push_back(
          CountsAs(position, survey.lineage, survey.head, batch.told));
    }
  }
  entry.exchange = batch.exchange;
  entry.told = change.told;
  return entry;
}

}  // namespace

void ReadBatch(Batch& batch) {
  ChainHash h = batch.before;
  for (ReceivedChange& change : batch.changes) {
    h = ChainNext(h, change.bytes);
    change.h = h;
    if (absl::StatusOr<Change> decoded = DecodeChange(change.bytes);
        decoded.ok()) {
      change.change = std::make_shared<const Change>(*std::move(decoded));
    }
  }
}

absl::StatusOr<BatchAnswer> Take(const Batch& batch, State& state,
                                 Appender& log) {
  BatchAnswer answer;
  ChainHash before = batch.before;
  std::uint64_t number = batch.first - 1;
  ASSIGN_OR_RETURN(bool joined,
                   HasChainTo(batch.device, number, before, state));
  for (std::size_t i = 0; i < batch.changes.size(); ++i) {
    const ReceivedChange& change = batch.changes[i];
    ASSIGN_OR_RETURN(const auto known,
                     FindLink(batch.device, number + 1, change.h, state));
    Seq seq = known.has_value() ? known->seq : 0;
    if (known.has_value() && known->incarnation != kInGap) {
      joined = true;
    } else if (joined || batch.orphan) {
      if (known.has_value()) {
        // It waits for what, the device says, nobody will bring.
        RETURN_IF_ERROR(log.Append(QuarantineReleased{seq, ""}).status());
      } else {
        ASSIGN_OR_RETURN(seq, log.Append(EntryFor(batch, i, !joined, before,
                                                  state.survey())));
      }
      joined = true;
    } else if (!batch.sealed) {
      break;
    } else if (!known.has_value()) {
      ASSIGN_OR_RETURN(const bool has_room, HasRoomInGap(batch.device, state));
      answer.full = !has_room;
      if (answer.full) break;
      ASSIGN_OR_RETURN(
          seq, log.Append(EntryFor(batch, i, false, before, state.survey())));
    }
    ++number;
    before = change.h;
    ASSIGN_OR_RETURN(ChangeAnswer taken,
                     AnswerOf(number, seq, known.has_value(), state));
    answer.changes.push_back(std::move(taken));
  }
  answer.gap = !joined;
  if (answer.gap) {
    ASSIGN_OR_RETURN(answer.ends, EndsOf(batch.device, state));
  } else {
    answer.end = {number, before};
  }
  return answer;
}

}  // namespace chasqui
