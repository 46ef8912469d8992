// What a device carries for others (rules 10): batches that they have sealed,
// to the server; and back, what the server has sealed for them. It can neither
// read nor alter either.
//
//   Table::kCarried   h:16 of the unit    why it was refused:bytes unit
//   Table::kReceipt   to:8 h:16           unit
//
// A batch goes with the device's own syncs, after all that the device has to
// say itself: one with each exchange that brings no changes, so that a message
// is no larger for it; until the server has taken it, or refuses it for good.
// Receipts and what was refused stay until they are fetched.

#ifndef CHASQUI_CLIENT_RELAY_H_
#define CHASQUI_CLIENT_RELAY_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/device_store.h"
#include "client/exchange.h"

namespace chasqui::client {

// What one device carries, both ways together, and how much of it up.
inline constexpr std::size_t kCarriedUnitsMax = 1'000;
inline constexpr std::size_t kCarriedBytesMax = std::size_t{64} << 20;

// Takes the batches of `file`, one sealed unit after another, all or none.
// Returns how many of them are new here. InvalidArgument: what is no batch, at
// which byte; ResourceExhausted, with the limit: more than it carries.
absl::StatusOr<std::size_t> Carry(std::string_view file, DeviceStore& store);

// The next to be handed in; empty if there is none.
absl::StatusOr<std::string> NextCarried(const DeviceStore& store);

// Takes in what became of `unit`. Returns whether it is done with: else it is
// to be tried again another time.
absl::StatusOr<bool> TakeCarriedNews(const std::string& unit,
                                     const CarriedNews& news,
                                     DeviceStore& store);

// What lies there to be fetched.
struct Brought {
  // For whom: the fingerprint of a key. Of a batch that was refused, the
  // server's.
  std::string to;
  std::string unit;
  std::string refused;     // why; empty: it is a receipt
  StoreBatch::Write kept;  // erases it
};
absl::StatusOr<std::vector<Brought>> WhatWasBrought(const DeviceStore& store);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_RELAY_H_
