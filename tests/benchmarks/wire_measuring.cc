#include "tests/benchmarks/wire_measuring.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <utility>

#include "chasqui/v1/sync_service.pb.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/wire_edits.h"
#include "tests/benchmarks/wire_floor.h"
#include "tests/benchmarks/wire_rivals.h"

namespace chasqui::benchmarks {
namespace {

double AsDouble(std::size_t number) { return static_cast<double>(number); }

// Seconds of this process on a core: others that run beside it do not count.
double CpuSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

v1::ChangeBatch Envelope() {
  v1::ChangeBatch batch;
  batch.set_first(321);
  batch.set_before(std::string(ChainHash::kSize, '\x5a'));
  return batch;
}

std::string AsRows(const std::vector<std::string>& rows) {
  v1::ChangeBatch batch = Envelope();
  for (const std::string& row : rows) batch.add_changes(row);
  return batch.SerializeAsString();
}

// As columns or, of very few, as rows, whichever is less.
std::size_t OurBytes(const std::vector<std::string>& rows,
                     const std::string& columns, bool statistics) {
  v1::ChangeBatch batch = Envelope();
  batch.set_columns(columns);
  batch.set_with_statistics(statistics);
  return std::min(batch.ByteSizeLong(), AsRows(rows).size());
}

}  // namespace

void Measuring::Row(const std::string& name, const Tally& tally,
                    const std::string& how) {
  const double records = AsDouble(records_.tested.size() * kBatchRecords);
  figures_.Note(
      {name, tally.batch / records, "B", floor_.batch / records,
       StrCat("a record; alone ",
              NumberText(tally.alone / AsDouble(records_.tested.size())),
              " B; ", how)});
}

absl::Status Measuring::TrainStatistics() {
  std::vector<wire::TrainingBatch> batches;
  for (const WireBatch& batch : records_.training) {
    batches.push_back({static_cast<std::uint32_t>(batches.size()), batch.rows});
  }
  // Corrections, by the same people.
  const WireEdits edits = MakeWireEdits(records_, form_, /*texts=*/false);
  for (std::size_t i = 0; i < edits.rows.size(); ++i) {
    batches[i % records_.training.size()].changes.push_back(edits.rows[i]);
  }
  const double from = CpuSeconds();
  const std::string spelled =
      wire::Train(batches, records_.training.front().conversation).Encode();
  const double seconds = CpuSeconds() - from;
  ASSIGN_OR_RETURN(statistics_, wire::Statistics::Decode(spelled));
  figures_.Note({"statistics_bytes",
                 AsDouble(spelled.size()),
                 "B",
                 {},
                 StrCat("from ", records_.training.size(), " areas, in ",
                        NumberText(seconds), " s; once a form version")});
  return absl::OkStatus();
}

void Measuring::Rivals() {
  std::vector<std::string> samples;
  for (const WireBatch& batch : records_.training) {
    for (const Change& change : batch.changes) {
      samples.push_back(AnswersJson(change, form_));
    }
  }
  const std::string dictionary = ZstdDictionary(samples);
  Tally xml;
  Tally json;
  Tally json_gzip;
  Tally rows_gzip;
  Tally rows_zstd;
  Tally json_dictionary;
  for (const WireBatch& batch : records_.tested) {
    std::string all;
    for (const Change& change : batch.changes) {
      xml.batch += AsDouble(OpenRosaXml(change, form_).size());
      all += AnswersJson(change, form_);
    }
    const Change& first = batch.changes.front();
    const std::string one = AnswersJson(first, form_);
    const std::string rows = AsRows(batch.rows);
    const std::string row = AsRows({batch.rows.front()});
    xml.alone += AsDouble(OpenRosaXml(first, form_).size());
    json.batch += AsDouble(all.size());
    json.alone += AsDouble(one.size());
    json_gzip.batch += AsDouble(Gzip(all).size());
    json_gzip.alone += AsDouble(Gzip(one).size());
    rows_gzip.batch += AsDouble(Gzip(rows).size());
    rows_gzip.alone += AsDouble(Gzip(row).size());
    rows_zstd.batch += AsDouble(Zstd19(rows).size());
    rows_zstd.alone += AsDouble(Zstd19(row).size());
    json_dictionary.batch += AsDouble(Zstd19(all, dictionary).size());
    json_dictionary.alone += AsDouble(Zstd19(one, dictionary).size());
  }
  Row("xml", xml, "as OpenRosa sends it, a request each");
  Row("json", json, "answers by path");
  Row("json_gzip", json_gzip, "answers by path, gzip -9");
  Row("rows_gzip", rows_gzip, "ChangeBatch.changes, gzip -9");
  Row("rows_zstd", rows_zstd, "ChangeBatch.changes, zstd -19");
  Row("json_zstd_dictionary", json_dictionary,
      StrCat("answers by path, zstd -19 with a dictionary of ",
             dictionary.size() >> 10, " KiB from the training areas"));
}

void Measuring::Floors() {
  FieldModels trained(form_);
  for (const WireBatch& batch : records_.training) {
    for (const Change& change : batch.changes) trained.Tell(change);
  }
  for (const WireBatch& batch : records_.tested) {
    FieldModels models = trained;
    bool first = true;
    for (const Change& change : batch.changes) {
      const double bytes = models.Tell(change) / 8;
      floor_.batch += bytes;
      if (std::exchange(first, false)) floor_.alone += bytes;
    }
  }
}

absl::StatusOr<std::string> Measuring::There(
    const std::vector<std::string>& rows,
    const wire::Conversation& conversation, const wire::RecordNames& names) {
  const double from = CpuSeconds();
  const auto columns = wire::EncodeBatch(rows, conversation, names);
  encode_seconds_ += CpuSeconds() - from;
  if (!columns.has_value()) {
    return absl::InternalError("a batch cannot go as columns");
  }
  const double back = CpuSeconds();
  const auto read = wire::DecodeBatch(*columns, conversation, names);
  decode_seconds_ += CpuSeconds() - back;
  RETURN_IF_ERROR(read.status());
  if (*read != rows) return absl::InternalError("a batch decodes to another");
  return *columns;
}

absl::Status Measuring::Ours() {
  const wire::RecordNames names;
  for (const bool trained : {false, true}) {
    encode_seconds_ = 0;
    decode_seconds_ = 0;
    Tally ours;
    for (const WireBatch& batch : records_.tested) {
      wire::Conversation conversation = batch.conversation;
      conversation.statistics = trained ? &*statistics_ : nullptr;
      ASSIGN_OR_RETURN(const std::string columns,
                       There(batch.rows, conversation, names));
      ours.batch += AsDouble(OurBytes(batch.rows, columns, trained));
    }
    const double encode = encode_seconds_;
    const double decode = decode_seconds_;
    for (const WireBatch& batch : records_.tested) {
      wire::Conversation conversation = batch.conversation;
      conversation.statistics = trained ? &*statistics_ : nullptr;
      // Sent a minute after it was saved.
      conversation.clock = batch.changes.front().clock;
      conversation.clock.wall_ms += 60'000;
      conversation.clock.mono_ms += 60'000;
      const std::vector<std::string> row = {batch.rows.front()};
      ASSIGN_OR_RETURN(const std::string columns,
                       There(row, conversation, names));
      ours.alone += AsDouble(OurBytes(row, columns, trained));
    }
    if (!trained) {
      Row("columns", ours, "ours, without statistics");
      continue;
    }
    const double batches = AsDouble(records_.tested.size());
    const double records = batches * AsDouble(kBatchRecords);
    figures_.Add({"new_batch50_bytes", ours.batch / records, "B",
                  floor_.batch / records,
                  "a new record in a batch of 50, ours, all of it"});
    figures_.Add({"new_alone_bytes", ours.alone / batches, "B",
                  floor_.alone / batches, "a new record by itself"});
    Speed(encode, decode);
  }
  return absl::OkStatus();
}

void Measuring::Speed(double encode, double decode) {
  double json = 0;
  double rows = 0;
  double xml = 0;
  for (const WireBatch& batch : records_.tested) {
    for (const Change& change : batch.changes) {
      json += AsDouble(AnswersJson(change, form_).size());
      xml += AsDouble(OpenRosaXml(change, form_).size());
    }
    for (const std::string& row : batch.rows) rows += AsDouble(row.size());
  }
  const auto add = [&](const char* name, double seconds) {
    figures_.Add({name,
                  xml / seconds / 1e6,
                  "MB/s",
                  {},
                  StrCat("of the XML they replace, on one core; of the JSON ",
                         NumberText(json / seconds / 1e6), ", of our rows ",
                         NumberText(rows / seconds / 1e6))});
  };
  add("encode_speed", encode);
  add("decode_speed", decode);
}

absl::Status Measuring::Edits() {
  for (const bool texts : {false, true}) {
    WireEdits edits = MakeWireEdits(records_, form_, texts);
    edits.conversation.statistics = &*statistics_;
    ASSIGN_OR_RETURN(const std::string columns,
                     There(edits.rows, edits.conversation, edits.names));
    const double count = AsDouble(edits.rows.size());
    const double bytes = AsDouble(OurBytes(edits.rows, columns, true)) / count;
    // Which record, of those there are; which field; which answer.
    FieldModels models(form_);
    for (const WireBatch& batch : records_.training) {
      for (const Change& change : batch.changes) models.Tell(change);
    }
    double bits = 0;
    for (const Change& change : edits.changes) {
      const Op& op = change.ops.front();
      bits += models.TellValue(op.at.field, op.value) +
              std::log2(AsDouble(records_.columns.size())) +
              std::log2(
                  AsDouble((records_.training.size() + records_.tested.size()) *
                           kBatchRecords));
    }
    const std::string how =
        StrCat("one answer of each of ", edits.rows.size(), " known records");
    if (texts) {
      figures_.Note(
          {"edit_text_bytes", bytes, "B", bits / 8 / count, how + ", a text"});
    } else {
      figures_.Add({"edit_bulk_bytes", bytes, "B", bits / 8 / count,
                    how + ", a number or choice"});
    }
  }
  return absl::OkStatus();
}

absl::Status Measuring::All() {
  RETURN_IF_ERROR(TrainStatistics());
  Floors();
  RETURN_IF_ERROR(Ours());
  RETURN_IF_ERROR(Edits());
  Rivals();
  Row("model", floor_,
      "the floor: each field by itself, ideally, nothing else");
  return absl::OkStatus();
}

}  // namespace chasqui::benchmarks
