// What a device tells of itself with an exchange, as it is noted and as it is
// told again.

#ifndef CHASQUI_SERVER_HEARTBEAT_H_
#define CHASQUI_SERVER_HEARTBEAT_H_

#include "chasqui/access/v1/contact.pb.h"
#include "chasqui/v1/access_service.pb.h"
#include "chasqui/v1/sync_service.pb.h"
#include "server/access/grant.h"
#include "server/surroundings.h"

namespace chasqui::server {

// With the surveys that were not refused. REQUIRES: `response` says when
// `request` was received, and has a part for each survey.
access::v1::Contact ContactOf(const v1::SyncRequest& request,
                              const v1::SyncResponse& response);

// Notes that `device` has called. A name that is only believed counts where it
// calls in a survey. REQUIRES: as ContactOf().
void NoteContact(const Surroundings& around,
                 const access::CallingDevice& device,
                 const v1::SyncRequest& request,
                 const v1::SyncResponse& response);

// Nothing where nothing was said.
void LinkToWire(const access::v1::Contact& contact, v1::LinkEstimate& wire);
// Without what is published in its surveys.
void ContactToWire(const access::v1::Contact& contact, v1::Device& wire);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_HEARTBEAT_H_
