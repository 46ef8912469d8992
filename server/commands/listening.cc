#include "server/commands/listening.h"

namespace chasqui::commands {

void AddListening(CLI::App& serve, server::ServerOptions& options,
                  bool& trust_names) {
  serve
      .add_option("--listen", options.listen,
                  "Where to listen; port 0 takes a free one")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  serve
      .add_option("--http-listen", options.http_listen,
                  "Where to serve the same over HTTP/1.1 (Connect), as well")
      ->type_name("HOST:PORT");
  serve
      .add_option("--tls-cert", options.tls.certificate,
                  "Encrypt both, by this certificate and what it is signed by; "
                  "a renewed one is taken while the server runs")
      ->type_name("FILE");
  serve
      .add_option("--tls-key", options.tls.key, "The certificate's private key")
      ->type_name("FILE");
  serve.add_flag("--behind-proxy", options.behind_proxy,
                 "Listen also where other machines can reach it: a proxy "
                 "encrypts, and nobody else comes through");
  serve.add_flag("--trust-names", trust_names,
                 "Believe whoever calls that they are who they say they are: "
                 "for training and tests");
}

}  // namespace chasqui::commands
