// What is made for each organisation that a server serves, and the services of
// them all.

#ifndef CHASQUI_SERVER_PLACE_H_
#define CHASQUI_SERVER_PLACE_H_

#include <cstddef>
#include <memory>
#include <vector>

#include "grpcpp/server_builder.h"
#include "server/access/contacts.h"
#include "server/access_service.h"
#include "server/authenticator.h"
#include "server/bucket_indexes.h"
#include "server/byte_budget.h"
#include "server/event_log.h"
#include "server/export_service.h"
#include "server/limited_authenticator.h"
#include "server/organisations.h"
#include "server/progress_service.h"
#include "server/rate_limits.h"
#include "server/record_service.h"
#include "server/server.h"
#include "server/statistics_shelf.h"
#include "server/surroundings.h"
#include "server/survey_service.h"
#include "server/sync_service.h"
#include "server/workers.h"
#include "sync/base/clock.h"

namespace chasqui::server {

// One of each service. They share no state, so there may be several.
class Services {
 public:
  Services(const Organisations& organisations, bool have_members)
      : have_members_(have_members),
        sync_(organisations),
        surveys_(organisations),
        records_(organisations),
        progress_(organisations),
        export_(organisations),
        access_(organisations) {}

  void RegisterWith(grpc::ServerBuilder& builder) {
    if (have_members_) builder.RegisterService(&access_);
    builder.RegisterService(&sync_);
    builder.RegisterService(&surveys_);
    builder.RegisterService(&records_);
    builder.RegisterService(&progress_);
    builder.RegisterService(&export_);
  }

  // Ends the streams that wait for their devices.
  void Drain() { sync_.Drain(); }

 private:
  const bool have_members_;
  SyncService sync_;
  SurveyService surveys_;
  RecordService records_;
  ProgressService progress_;
  ExportService export_;
  AccessService access_;
};

// What all organisations share.
struct Machine {
  Clock& clock;
  EventLog& log;
  Workers& workers;
  ByteBudget& budget;
  RateLimitOptions limits;
  bool behind_proxy = false;
};

// One organisation, as its callers find it and as its operator does.
class Place {
 public:
  Place(const Hosted& hosted, std::size_t indexed_records,
        const Machine& machine)
      : statistics_(machine.workers),
        indexes_(indexed_records),
        limits_(machine.limits),
        limited_(*hosted.authenticator, limits_, machine.clock),
        around_(Of(hosted, limited_, machine, &limits_)),
        operating_(Of(hosted, names_, machine, nullptr)),
        operators_({&operating_}),
        services_(operators_, hosted.organisation != nullptr) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  const Surroundings& around() const { return around_; }
  Services& operator_services() { return services_; }

 private:
  Surroundings Of(const Hosted& hosted, const Authenticator& authenticator,
                  const Machine& machine, RateLimits* limits) {
    return {*hosted.catalog,
            authenticator,
            machine.clock,
            machine.log,
            hosted.contacts == nullptr ? contacts_ : *hosted.contacts,
            machine.workers,
            machine.budget,
            statistics_,
            indexes_,
            hosted.keyring,
            hosted.organisation,
            hosted.name,
            limits,
            machine.behind_proxy,
            hosted.personal};
  }

  const MetadataAuthenticator names_;
  access::Contacts contacts_;
  StatisticsShelf statistics_;
  BucketIndexes indexes_;
  RateLimits limits_;
  const LimitedAuthenticator limited_;
  const Surroundings around_;
  const Surroundings operating_;
  const Organisations operators_;
  Services services_;
};

using Places = std::vector<std::unique_ptr<Place>>;

// All that `all` and `machine` name must outlive them.
Places PlacesOf(const std::vector<Hosted>& all, const Machine& machine);
// `places` must outlive it.
Organisations OrganisationsIn(const Places& places);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_PLACE_H_
