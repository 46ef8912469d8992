#include "client/relay.h"

#include <set>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"
#include "sync/change.h"
#include "sync/seal/envelope.h"

namespace chasqui::client {
namespace {

// What tells a unit from others.
std::string HashOf(std::string_view unit) {
  return std::string(ChainNext(ChainHash{}, unit).view());
}

struct CarriedUnit {
  std::string refused;  // why; empty: it was not
  std::string unit;
};

std::string EncodeCarried(const CarriedUnit& carried) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Bytes(carried.refused);
  out.Raw(carried.unit);
  return bytes;
}

absl::StatusOr<CarriedUnit> DecodeCarried(std::string_view bytes) {
  ByteReader in(bytes);
  CarriedUnit carried;
  carried.refused = std::string(in.Bytes());
  carried.unit = std::string(in.Raw(in.left()));
  if (!in.done() || carried.unit.empty()) {
    return absl::DataLossError("device store: a batch it carries is damaged");
  }
  return carried;
}

struct Load {
  std::size_t units = 0;
  std::size_t bytes = 0;
};

absl::StatusOr<Load> LoadOf(const DeviceStore& store) {
  Load load;
  const auto add = [&load](auto, std::string_view value) {
    ++load.units;
    load.bytes += value.size();
    return true;
  };
  RETURN_IF_ERROR(store.Scan(Table::kReceipt, "", "", add));
  load.bytes = 0;
  RETURN_IF_ERROR(store.Scan(Table::kCarried, "", "", add));
  return load;
}

// Errors that the same batch would meet again.
bool IsForGood(const absl::Status& error) {
  return absl::IsInvalidArgument(error) || absl::IsPermissionDenied(error) ||
         absl::IsNotFound(error) || absl::IsFailedPrecondition(error);
}

absl::Status AtByte(std::size_t at, const absl::Status& why) {
  return absl::Status(why.code(),
                      StrCat("at byte ", at, ": ", StdView(why.message())));
}

}  // namespace

absl::StatusOr<std::size_t> Carry(std::string_view file, DeviceStore& store) {
  ASSIGN_OR_RETURN(Load load, LoadOf(store));
  StoreBatch batch;
  std::set<std::string> fresh;
  std::string_view rest = file;
  do {
    const std::size_t at = file.size() - rest.size();
    const auto outside = seal::Inspect(rest);
    if (!outside.ok()) return AtByte(at, outside.status());
    if (outside->kind != seal::Kind::kBatch) {
      return AtByte(at, absl::InvalidArgumentError(
                            "it is a receipt: give it to its device"));
    }
    const std::string unit(rest.substr(0, outside->bytes));
    rest.remove_prefix(outside->bytes);
    std::string key = HashOf(unit);
    ASSIGN_OR_RETURN(const auto here, store.Get(Table::kCarried, key));
    if (here.has_value() || !fresh.insert(key).second) continue;
    std::string value = EncodeCarried({"", unit});
    ++load.units;
    load.bytes += value.size();
    if (load.units > kCarriedUnitsMax || load.bytes > kCarriedBytesMax) {
      return absl::ResourceExhaustedError(StrCat(
          "a device carries ", kCarriedUnitsMax, " batches and receipts of ",
          kCarriedBytesMax, " bytes at most: sync, and fetch what it brought"));
    }
    batch.Put(Table::kCarried, std::move(key), std::move(value));
  } while (!rest.empty());
  RETURN_IF_ERROR(store.Commit(batch));
  return fresh.size();
}

absl::StatusOr<std::string> NextCarried(const DeviceStore& store) {
  std::string next;
  absl::Status status;
  RETURN_IF_ERROR(
      store.Scan(Table::kCarried, "", "", [&](auto, std::string_view value) {
        absl::StatusOr<CarriedUnit> carried = DecodeCarried(value);
        status = carried.status();
        if (carried.ok() && carried->refused.empty()) {
          next = std::move(carried->unit);
        }
        return status.ok() && next.empty();
      }));
  RETURN_IF_ERROR(status);
  return next;
}

absl::StatusOr<bool> TakeCarriedNews(const std::string& unit,
                                     const CarriedNews& news,
                                     DeviceStore& store) {
  const std::string key = HashOf(unit);
  StoreBatch batch;
  if (!news.error.ok()) {
    if (!IsForGood(news.error)) return false;
    std::string why(news.error.message());
    if (why.empty()) why = "the server does not say why";
    batch.Put(Table::kCarried, key, EncodeCarried({std::move(why), unit}));
    RETURN_IF_ERROR(store.Commit(batch));
    return true;
  }
  batch.Erase(Table::kCarried, key);
  // A receipt that is none is of no use to anybody, and the batch was taken.
  const auto outside = seal::Inspect(news.receipt);
  if (outside.ok() && outside->kind == seal::Kind::kReceipt &&
      outside->bytes == news.receipt.size()) {
    batch.Put(Table::kReceipt,
              std::string(outside->to.begin(), outside->to.end()) +
                  HashOf(news.receipt),
              news.receipt);
  }
  RETURN_IF_ERROR(store.Commit(batch));
  return true;
}

absl::StatusOr<std::vector<Brought>> WhatWasBrought(const DeviceStore& store) {
  std::vector<Brought> brought;
  absl::Status status;
  RETURN_IF_ERROR(store.Scan(
      Table::kReceipt, "", "",
      [&](std::string_view key, std::string_view unit) {
        const auto outside = seal::Inspect(unit);
        status = outside.status();
        if (!outside.ok()) return false;
        brought.push_back({seal::ToText(outside->to),
                           std::string(unit),
                           "",
                           {Table::kReceipt, std::string(key), std::nullopt}});
        return true;
      }));
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(store.Scan(
      Table::kCarried, "", "",
      [&](std::string_view key, std::string_view value) {
        absl::StatusOr<CarriedUnit> carried = DecodeCarried(value);
        status = carried.status();
        if (!carried.ok()) return false;
        if (carried->refused.empty()) return true;
        const auto outside = seal::Inspect(carried->unit);
        status = outside.status();
        if (!outside.ok()) return false;
        brought.push_back({seal::ToText(outside->to),
                           std::move(carried->unit),
                           std::move(carried->refused),
                           {Table::kCarried, std::string(key), std::nullopt}});
        return true;
      }));
  RETURN_IF_ERROR(status);
  return brought;
}

}  // namespace chasqui::client
