#ifndef CHASQUI_CLIENT_FALLBACK_TRANSPORT_H_
#define CHASQUI_CLIENT_FALLBACK_TRANSPORT_H_

#include <memory>

#include "client/network_transport.h"

namespace chasqui::client {

// After so many failures in a row the other way is tried. One alone happens to
// every link.
inline constexpr int kFailuresBeforeFallback = 2;

// Two ways to one server. Goes on with the one that works:
//
//     first ──── kFailuresBeforeFallback in a row ────► second
//       ▲                                                  │
//       └──────────── as many in a row ────────────────────┘
//
// A failure is an answer of Unavailable or DeadlineExceeded: any other comes
// from the server, which has been reached. Requests that were under way
// together and fail are one. It changes only while nothing is under way, so
// that requests keep their order.
std::unique_ptr<NetworkTransport> NewFallbackTransport(
    std::unique_ptr<NetworkTransport> first,
    std::unique_ptr<NetworkTransport> second);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_FALLBACK_TRANSPORT_H_
