// view = confirmed ⊕ pending, for one record.

#ifndef CHASQUI_CLIENT_OVERLAY_H_
#define CHASQUI_CLIENT_OVERLAY_H_

#include "sync/change.h"
#include "sync/page.h"

namespace chasqui::client {

// Writes a pending change over `record`, as its author sees it: what it writes
// is shown, alone, with seq 0.
void Overlay(const Change& change, PulledRecord& record);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_OVERLAY_H_
