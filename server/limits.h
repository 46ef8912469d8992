// Every limit of the server in one place; those of credentials are in
// access/organisation.h. What each refuses is said in the
// comments of the proto files; change both together.

#ifndef CHASQUI_SERVER_LIMITS_H_
#define CHASQUI_SERVER_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace chasqui::server {

// One message in. Larger ones are refused by gRPC before they are read.
// Devices of ours send at most 256 KiB; what others send may be up to this, so
// that an oversized change arrives and can be put before a person.
inline constexpr int kMessageBytesMax = 4 << 20;

// Headers of one call. Ours need some hundred bytes.
inline constexpr int kMetadataBytesMax = 8 << 10;

// Calls at a time on one connection. A device needs one, a dashboard a few; a
// proxy in front of many devices opens more connections.
inline constexpr int kStreamsPerConnectionMax = 100;

// What gRPC may hold for all connections together; beyond it new ones wait.
inline constexpr std::size_t kMemoryBytesMax = std::size_t{128} << 20;

// What a peer may send of one stream before we have read it. With the gRPC
// default a link of one second's delay carries 64 KB/s at most.
inline constexpr int kStreamWindowBytes = 1 << 20;

// Mobile networks forget idle connections within a minute, so clients ping; by
// default gRPC would hang up on them for it (too_many_pings).
inline constexpr int kPingIntervalMinMs = 20'000;
// How often the server asks whether a silent connection is still there, and
// how long it waits for the answer.
inline constexpr int kKeepaliveMs = 60'000;
inline constexpr int kKeepaliveTimeoutMs = 20'000;

// One exchange (sync_service.proto).
inline constexpr int kExchangeSurveysMax = 16;
inline constexpr int kExchangeLineagesMax = 16;
inline constexpr int kExchangeStartedMax = 64;
inline constexpr std::uint32_t kNewsBytesDefault = 200 << 10;
inline constexpr std::uint32_t kNewsBytesMax = 1 << 20;

// Of the buckets compared lately, records kept in memory: some 90 bytes each.
inline constexpr std::size_t kIndexedRecordsMax = 4'000'000;

// Lists that come page by page.
inline constexpr std::size_t kPageSizeDefault = 100;
inline constexpr std::size_t kPageSizeMax = 1000;

// Registers. The whole file is held while it is read and compared.
inline constexpr std::size_t kRegisterChunkBytesMax = std::size_t{256} << 10;
inline constexpr std::size_t kRegisterBytesMax = std::size_t{256} << 20;
// Entries of one delivery: small enough that devices get their turn between.
inline constexpr std::size_t kRegisterGroup = 1000;

// WatchProgress.
inline constexpr std::uint32_t kWatchIntervalDefaultMs = 1000;
inline constexpr std::uint32_t kWatchIntervalMinMs = 200;
inline constexpr std::uint32_t kWatchIntervalMaxMs = 60'000;

// What each caller may take (rate_limits.h): a second for long, and at once
// after a quiet time. A device that keeps a link of 100 Mbit/s full makes some
// 50 requests a second. 0: no limit.
inline constexpr std::int64_t kDeviceRequestsPerS = 100;
inline constexpr std::int64_t kDeviceRequestsBurst = 6'000;
inline constexpr std::int64_t kDeviceBytesPerS = std::int64_t{16} << 20;
inline constexpr std::int64_t kDeviceBytesBurst = std::int64_t{1} << 30;
// Some are of connections that broke, and are not missed yet.
inline constexpr std::int64_t kDeviceStreamsMax = 16;
inline constexpr std::int64_t kPersonRequestsPerS = 200;
inline constexpr std::int64_t kPersonRequestsBurst = 12'000;
// All devices together.
inline constexpr std::int64_t kOrganisationRequestsPerS = 50'000;
inline constexpr std::int64_t kOrganisationRequestsBurst = 500'000;
inline constexpr std::int64_t kOrganisationStreamsMax = 50'000;
// Of who is not let in: coming in, and handing in what others have sealed. A
// whole office may sit behind one address.
inline constexpr std::int64_t kAddressRequestsPerS = 20;
inline constexpr std::int64_t kAddressRequestsBurst = 1'200;
inline constexpr std::int64_t kAddressGuessesPerMinute = 20;

// A connection has so long for its handshake and first words, and so long
// without a call until it is closed.
inline constexpr int kHandshakeMs = 20'000;
inline constexpr int kConnectionIdleMs = 600'000;

// After SIGTERM calls under way have so long to finish.
inline constexpr int kDrainMs = 10'000;

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_LIMITS_H_
