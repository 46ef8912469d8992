// Two network namespaces with nothing between them but what this program
// carries: whatever leaves one by its TUN device is a packet of real TCP.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_TWO_PLACES_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_TWO_PLACES_H_

#include <memory>

#include "absl/status/statusor.h"

namespace chasqui::benchmarks {

// Where the server is, seen from the client's place.
inline constexpr char kServerHost[] = "10.77.0.1";

class TwoPlaces {
 public:
  // Makes them. The calling thread, and all that it starts, are in the server's
  // place from then on, which has a loopback of its own. Asks for a user
  // namespace where it must.
  //
  // Unavailable, with what it was that failed: the right to make them is
  // missing, or there are no TUN devices; where the thread is by then is not
  // known. REQUIRES: no other thread has been started.
  static absl::StatusOr<std::unique_ptr<TwoPlaces>> Make();
  ~TwoPlaces();

  TwoPlaces(const TwoPlaces&) = delete;
  TwoPlaces& operator=(const TwoPlaces&) = delete;

  // The far ends of the devices: reading gives the packets that leave a place,
  // writing puts packets into it. They never block.
  int client_tun() const { return client_tun_; }
  int server_tun() const { return server_tun_; }
  // Takes the calling process into the client's place. Safe after fork. False
  // if it cannot.
  bool EnterClient() const;

 private:
  TwoPlaces() = default;

  int client_ = -1;  // its network namespace
  int client_tun_ = -1;
  int server_tun_ = -1;
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_TWO_PLACES_H_
