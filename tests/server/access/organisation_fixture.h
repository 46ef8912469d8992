// An organisation over a journal in memory, and a device's key.

#ifndef CHASQUI_TESTS_SERVER_ACCESS_ORGANISATION_FIXTURE_H_
#define CHASQUI_TESTS_SERVER_ACCESS_ORGANISATION_FIXTURE_H_

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "server/access/organisation.h"
#include "storage/catalog.h"
#include "storage/kv_journal.h"
#include "storage/memory_kv.h"
#include "sync/base/check.h"
#include "sync/seal/proof.h"

namespace chasqui::access {

inline constexpr std::int64_t kHourMs = 3'600'000;

class StandingClock final : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixMillis(now_ms); }
  std::int64_t MonotonicMillis() override { return now_ms; }
  std::string BootId() override { return "boot"; }

  std::int64_t now_ms = 1'700'000'000'000;
};

class OrganisationFixture : public ::testing::Test {
 protected:
  OrganisationFixture() { Open(); }

  // The server starts again.
  void Open() {
    organisation_.reset();
    journal_ = *storage::OpenJournal(kv_, storage::kOrganisationNumber);
    organisation_ = *Organisation::Open(*journal_, server_, clock_);
  }
  std::string Code(const std::string& person = "amina") {
    auto code = organisation_->Invite("olu", person, kCodeDefaultMs);
    CHECK(code.ok());
    return *code;
  }
  Admission Enrol(const std::string& device,
                  const std::string& person = "amina") {
    auto admission =
        organisation_->Enrol(Code(person), device, key_.public_key());
    CHECK(admission.ok());
    return *admission;
  }
  std::string Prove(const std::string& token) {
    return seal::MakeProof(key_, token, clock_.now_ms);
  }
  absl::Status Change(const std::string& device, v1::DeviceState state) {
    return organisation_->ChangeDevice("olu", device, state);
  }

  StandingClock clock_;
  storage::MemoryKv kv_;
  const seal::KeyPair server_ = seal::KeyPair::Draw();
  const seal::KeyPair key_ = seal::KeyPair::Draw();
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<Organisation> organisation_;
};

}  // namespace chasqui::access

#endif  // CHASQUI_TESTS_SERVER_ACCESS_ORGANISATION_FIXTURE_H_
