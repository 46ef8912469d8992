#include "client/grpc_tls.h"

#include <functional>
#include <string_view>
#include <utility>

#include "grpc/grpc_security.h"
#include "grpcpp/security/tls_certificate_verifier.h"
#include "grpcpp/security/tls_credentials_options.h"

namespace chasqui::client {
namespace {

using grpc::experimental::TlsCustomVerificationCheckRequest;

class ServerVerifier final
    : public grpc::experimental::ExternalCertificateVerifier {
 public:
  ServerVerifier(std::shared_ptr<ServerTls> tls, std::string host)
      : tls_(std::move(tls)), host_(std::move(host)) {}

  bool Verify(TlsCustomVerificationCheckRequest* request,
              std::function<void(grpc::Status)>,
              grpc::Status* sync_status) override {
    const grpc::string_ref own = request->peer_cert();
    Certificates chain = CertificatesIn({own.data(), own.size()});
    // Its own is the first of these, too. There are none where a session is
    // resumed.
    const grpc::string_ref all = request->peer_cert_full_chain();
    Certificates shown = CertificatesIn({all.data(), all.size()});
    for (std::size_t i = 1; i < shown.size(); ++i) {
      chain.push_back(std::move(shown[i]));
    }
    const absl::Status status = tls_->Check(chain, host_);
    *sync_status = status.ok() ? grpc::Status::OK
                               : grpc::Status(grpc::StatusCode::UNAUTHENTICATED,
                                              std::string(status.message()));
    return true;
  }

  // Nothing is ever under way.
  void Cancel(TlsCustomVerificationCheckRequest*) override {}

 private:
  const std::shared_ptr<ServerTls> tls_;
  const std::string host_;
};

}  // namespace

std::shared_ptr<grpc::Channel> EncryptedChannel(
    const std::string& address, const std::shared_ptr<ServerTls>& tls,
    grpc::ChannelArguments arguments) {
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_verify_server_certs(false);  // ServerVerifier does
  options.set_check_call_host(false);
  options.set_certificate_verifier(
      grpc::experimental::ExternalCertificateVerifier::Create<ServerVerifier>(
          tls, HostOf(address)));
  grpc_ssl_session_cache* const sessions = grpc_ssl_session_cache_create_lru(1);
  const grpc_arg shared = grpc_ssl_session_cache_create_channel_arg(sessions);
  arguments.SetPointerWithVtable(shared.key, shared.value.pointer.p,
                                 shared.value.pointer.vtable);
  auto channel = grpc::CreateCustomChannel(
      address, grpc::experimental::TlsCredentials(options), arguments);
  grpc_ssl_session_cache_destroy(sessions);  // the channel has its own share
  return channel;
}

}  // namespace chasqui::client
