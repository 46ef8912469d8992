// Whether who answers by TLS is the server.

#include "client/server_tls.h"

#include <ctime>
#include <string>
#include <tuple>
#include <vector>

#include "client/invitation.h"
#include "client/memory_store.h"
#include "client/server_address.h"
#include "client/trust.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/authority.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::Authority;
using ::chasqui::testing::Issued;
using ::chasqui::testing::StatusIs;
using ::testing::_;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kHost[] = "field.example.org";
constexpr std::int64_t kHourMs = 3'600'000;
constexpr absl::StatusCode kRefused = absl::StatusCode::kFailedPrecondition;

std::int64_t NowMs() { return std::int64_t{std::time(nullptr)} * 1'000; }

Trust Pinned(const std::string& pem) {
  Trust trust;
  trust.pins.push_back(*PinOfLast(pem));
  return trust;
}
Trust Trusting(const Authority& authority) {
  Trust trust;
  trust.authorities = authority.certificate();
  return trust;
}

class ServerTlsTest : public ::testing::Test {
 protected:
  absl::Status Check(ServerTls& tls, const std::string& chain,
                     const std::string& host = kHost) {
    return tls.Check(CertificatesIn(chain), host);
  }
  absl::Status Check(const Trust& trust, const std::string& chain,
                     const std::string& host = kHost, std::int64_t told = 0) {
    ServerTls tls(trust, told);
    return Check(tls, chain, host);
  }

  const Authority ours_;
  const Authority other_;
  const Issued issued_ = ours_.Issue(kHost);
  const std::string chain_ = issued_.certificate + ours_.certificate();
};

TEST_F(ServerTlsTest, TrustsAnAuthorityForTheNamesItSigned) {
  for (const Trust& trust : {Trusting(ours_), Pinned(ours_.certificate())}) {
    EXPECT_OK(Check(trust, chain_));
    EXPECT_THAT(Check(trust, chain_, "other.example.org"),
                StatusIs(kRefused, HasSubstr("Nothing was sent")));
    const std::string foreign = other_.Issue(kHost).certificate;
    EXPECT_THAT(Check(trust, foreign + other_.certificate()),
                StatusIs(kRefused, HasSubstr("Nothing was sent")));
    // An authority's certificate beside one that it has not signed.
    EXPECT_THAT(Check(trust, foreign + ours_.certificate()),
                StatusIs(kRefused, HasSubstr("Nothing was sent")));
  }
}

TEST_F(ServerTlsTest, TrustsARenewedCertificateOfAPinnedAuthority) {
  const Trust trust = Pinned(ours_.certificate());
  EXPECT_OK(Check(trust, ours_.Issue(kHost).certificate + ours_.certificate()));
}

TEST_F(ServerTlsTest, TrustsAPinnedKeyWhateverItsName) {
  const Trust trust = Pinned(issued_.certificate);
  EXPECT_OK(Check(trust, issued_.certificate, "127.0.0.1"));
  EXPECT_THAT(Check(trust, ours_.Issue(kHost).certificate),
              StatusIs(kRefused, HasSubstr("come in again with a new code")));
}

TEST_F(ServerTlsTest, ACertificateThatIsNoAuthoritysSignsNothing) {
  // issued_ is pinned, and has signed nothing.
  const std::string foreign = other_.Issue(kHost).certificate;
  EXPECT_THAT(Check(Pinned(issued_.certificate), foreign + issued_.certificate),
              StatusIs(kRefused, _));
}

TEST_F(ServerTlsTest, TrustsNobodyByAFileWithoutCertificates) {
  Trust trust;
  trust.authorities = "none";
  EXPECT_THAT(Check(trust, chain_), StatusIs(kRefused, _));
  EXPECT_THAT(Check(Trusting(ours_), ""), StatusIs(kRefused, _));
}

TEST_F(ServerTlsTest, ExpiresByWhatTheServerToldAndNotByThisClock) {
  const std::int64_t now_s = std::time(nullptr);
  const std::string past =
      ours_.Issue(kHost, {now_s - 7'200, now_s - 3'600}).certificate +
      ours_.certificate();
  const std::string future =
      ours_.Issue(kHost, {now_s + 3'600, now_s + 7'200}).certificate +
      ours_.certificate();
  const Trust pinned = Pinned(ours_.certificate());
  // Nothing is known of the time.
  EXPECT_OK(Check(pinned, past));
  EXPECT_OK(Check(pinned, future));
  EXPECT_THAT(Check(Trusting(ours_), past),
              StatusIs(kRefused, HasSubstr("expired")));
  EXPECT_THAT(Check(Trusting(ours_), future), StatusIs(kRefused, _));
  // It was later than that, certainly.
  for (const Trust& trust : {pinned, Trusting(ours_)}) {
    EXPECT_OK(Check(trust, past, kHost, NowMs() - 2 * kHourMs));
    EXPECT_THAT(Check(trust, past, kHost, NowMs()),
                StatusIs(kRefused, AllOf(HasSubstr("has expired at"),
                                         HasSubstr("nothing is lost"))));
    // Renewed since the device last heard of the server.
    EXPECT_OK(Check(trust, future, kHost, NowMs()));
  }
}

TEST_F(ServerTlsTest, KnowsAgainWhoResumesASession) {
  ServerTls tls(Pinned(ours_.certificate()), 0);
  EXPECT_THAT(Check(tls, issued_.certificate), StatusIs(kRefused, _));
  EXPECT_THAT(tls.refusal(), StatusIs(kRefused, _));
  EXPECT_OK(Check(tls, chain_));
  EXPECT_OK(tls.refusal());
  EXPECT_OK(Check(tls, issued_.certificate));
  EXPECT_THAT(Check(tls, issued_.certificate, "other.example.org"),
              StatusIs(kRefused, _));
}

TEST_F(ServerTlsTest, KeepsASessionForOneServerAndOneTrust) {
  const Trust trust = Pinned(ours_.certificate());
  ServerTls first(trust, 0);
  ASSERT_OK(Check(first, chain_));
  first.set_session("session");
  const std::string kept = first.Keep("field.example.org:443");

  ServerTls again(trust, NowMs());
  again.TakeBack(kept, "field.example.org:443");
  EXPECT_EQ(again.session(), "session");
  EXPECT_OK(Check(again, issued_.certificate));

  for (const auto& [bytes, address, by] :
       {std::tuple(kept, "field.example.org:444", trust),
        std::tuple(kept, "field.example.org:443", Trusting(ours_)),
        std::tuple(kept + "x", "field.example.org:443", trust),
        std::tuple(std::string(), "field.example.org:443", trust)}) {
    ServerTls other(by, 0);
    other.TakeBack(bytes, address);
    EXPECT_THAT(other.session(), IsEmpty());
  }
  // Its certificate has expired.
  ServerTls late(trust, NowMs() + 48 * kHourMs);
  late.TakeBack(kept, "field.example.org:443");
  EXPECT_THAT(late.session(), IsEmpty());
}

TEST_F(ServerTlsTest, ForgetsTheSessionOfWhoIsNotTheServer) {
  ServerTls tls(Pinned(ours_.certificate()), 0);
  tls.set_session("of a stranger");
  EXPECT_FALSE(Check(tls, other_.certificate()).ok());
  EXPECT_THAT(tls.session(), IsEmpty());
  tls.set_session(std::string((16 << 10) + 1, 'x'));
  EXPECT_THAT(tls.session(), IsEmpty());
}

TEST(TrustTest, IsKeptAsItIs) {
  Trust trust;
  trust.pins = {std::string(32, 'a'), std::string(32, 'b')};
  trust.authorities = "PEM";
  MemoryStore store;
  EXPECT_FALSE(LoadTrust(store)->has_value());
  StoreBatch batch;
  PutTrust(trust, batch);
  ASSERT_OK(store.Commit(batch));
  EXPECT_EQ((*LoadTrust(store))->pins, trust.pins);
  EXPECT_EQ((*LoadTrust(store))->authorities, "PEM");
  for (const std::string& damaged :
       {std::string(), trust.Encode() + "x", "x" + trust.Encode()}) {
    EXPECT_THAT(Trust::Decode(damaged),
                StatusIs(absl::StatusCode::kDataLoss, _));
  }
}

TEST(TrustTest, PinsAreText) {
  const std::string pin(32, '\xfb');
  EXPECT_EQ(*PinFromText(PinText(pin)), pin);
  for (const char* const wrong :
       {"", "sha256:", "sha256:QUJD", "sha1:QUJD",
        "sha256:????????????????????????????????????????????"}) {
    EXPECT_THAT(PinFromText(wrong), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr("43 characters")));
  }
  EXPECT_THAT(TrustOf(std::vector<std::string>(9, PinText(pin)), ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("8")));
  EXPECT_OK(TrustOf(std::vector<std::string>(8, PinText(pin)), ""));
}

TEST(InvitationTest, SaysCodeServerAndPins) {
  const std::string pin = PinText(std::string(32, 'p'));
  const std::string text = InvitationText({"A-B", "grpcs://a:1", {pin}});
  const auto read = ReadInvitation(text);
  ASSERT_OK(read);
  EXPECT_EQ(read->code, "A-B");
  EXPECT_EQ(read->server, "grpcs://a:1");
  EXPECT_THAT(read->pins, ElementsAre(pin));
  EXPECT_EQ(ReadInvitation("k7qp 2mxv")->code, "k7qp 2mxv");
  EXPECT_EQ(ReadInvitation("chasqui-enrol A-B")->code, "A-B");
  for (const std::string& wrong :
       {std::string("chasqui-enrol"), std::string("chasqui-enrol A b pin"),
        std::string(kInvitationBytesMax + 1, 'x')}) {
    EXPECT_THAT(ReadInvitation(wrong),
                StatusIs(absl::StatusCode::kInvalidArgument, Not(IsEmpty())));
  }
  EXPECT_OK(ReadInvitation(std::string(kInvitationBytesMax, 'x')));
}

TEST(ServerAddressTest, GoesByTheScheme) {
  const auto ways = [](const char* server, const char* http) {
    const auto found = WaysTo(server, http);
    if (!found.ok()) return std::string(found.status().message());
    return found->grpc + "|" + found->http + (found->tls ? "|tls" : "");
  };
  EXPECT_EQ(ways("a:1", ""), "a:1|");
  EXPECT_EQ(ways("a:1", "a:2"), "a:1|a:2");
  EXPECT_EQ(ways("a:1", "http://a:2"), "a:1|a:2");
  EXPECT_EQ(ways("http://a:2", ""), "|a:2");
  EXPECT_EQ(ways("grpcs://a", ""), "a:443|a:443|tls");
  EXPECT_EQ(ways("grpcs://a:1/", "a:2"), "a:1|a:2|tls");
  EXPECT_EQ(ways("grpcs://[::1]", "https://[::1]:2"), "[::1]:443|[::1]:2|tls");
  EXPECT_EQ(ways("https://a:2", ""), "|a:2|tls");
  EXPECT_THAT(ways("grpcs://a:1", "http://a:2"), HasSubstr("one is encrypted"));
  EXPECT_THAT(ways("a:1", "https://a:2"), HasSubstr("one is encrypted"));
}

}  // namespace
}  // namespace chasqui::client
