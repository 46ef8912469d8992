#include "tests/benchmarks/links/office.h"

#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/links/openrosa_server.h"

namespace chasqui::benchmarks {
namespace {

void Find(std::string what, Verdict& verdict) {
  constexpr std::size_t kFindingsMax = 5;
  if (verdict.findings.size() < kFindingsMax) {
    verdict.findings.push_back(std::move(what));
  }
}

class OpenRosaOffice final : public Office {
 public:
  OpenRosaOffice(const Day& day, std::unique_ptr<OpenRosaServer> server)
      : day_(day), server_(std::move(server)) {}

  std::uint16_t port() const override { return server_->port(); }
  absl::Status PublishLaterForm() override {
    server_->Publish(day_.later_xform);
    return absl::OkStatus();
  }
  absl::StatusOr<Verdict> Check() override;

 private:
  const Day& day_;
  std::unique_ptr<OpenRosaServer> server_;
};

absl::StatusOr<Verdict> OpenRosaOffice::Check() {
  Verdict verdict;
  const ListedRecords records = server_->Records();
  const auto outcome = day_.Outcome();
  for (const auto& [id, answers] : outcome) {
    const auto found = records.find(id);
    if (found == records.end()) {
      verdict.Lost(StrCat("record ", ToText(id)));
    } else if (found->second.answers != answers) {
      verdict.Lost(StrCat("answers of ", ToText(id)));
    }
  }
  for (const auto& [id, record] : records) {
    if (!outcome.contains(id)) verdict.Duplicated(ToText(id));
  }
  std::size_t saves = 0;
  for (const auto& work : day_.work) saves += work.size();
  for (std::size_t i = server_->CountSubmissions(); i < saves; ++i) {
    verdict.Lost("a filled form");
  }
  for (std::size_t i = saves; i < server_->CountSubmissions(); ++i) {
    verdict.Duplicated("a filled form");
  }
  return verdict;
}

}  // namespace

void Verdict::Lost(std::string what) {
  ++lost;
  Find("lost: " + std::move(what), *this);
}
void Verdict::Duplicated(std::string what) {
  ++duplicated;
  Find("there twice: " + std::move(what), *this);
}

absl::StatusOr<std::unique_ptr<Office>> OpenOpenRosaOffice(const Day& day) {
  ListedRecords records;
  for (const client::WrittenSave& save : day.scope) {
    for (const auto& [path, text] : save.set) {
      records[save.record].answers[path] = text.value_or("");
    }
  }
  ASSIGN_OR_RETURN(auto server,
                   OpenRosaServer::Start(day.xform, std::move(records)));
  return std::make_unique<OpenRosaOffice>(day, std::move(server));
}

}  // namespace chasqui::benchmarks
