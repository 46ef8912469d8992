// What is in an organisation's journal, in words.

#ifndef CHASQUI_SERVER_ACCESS_AUDIT_TEXT_H_
#define CHASQUI_SERVER_ACCESS_AUDIT_TEXT_H_

#include <string>

#include "chasqui/access/v1/access_entry.pb.h"

namespace chasqui::access {

struct AuditText {
  std::string what;    // "GetRecord", "device locked"
  std::string survey;  // empty: of none
  std::string record;  // 16 bytes; empty: of none, or of more than one
  std::string about;   // whom or what else; no secret, nor a hash of one
};

AuditText TextOf(const v1::AccessEntry& entry);

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_AUDIT_TEXT_H_
