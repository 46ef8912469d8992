#include "sync/wire/salt_coding.h"

#include "sync/change.h"

namespace chasqui::wire {

bool CodeSalted(EntropyCoder& coder, ContextKey what, const std::string& guise,
                bool salted, std::string& salt) {
  if (guise.size() != 1 + kSaltBytes || guise.front() != kSaltMark) {
    return false;
  }
  coder.Flag(Contexts(SymbolKind::kHead, {what}), salted);
  if (salted) salt = guise.substr(1);
  return salted;
}

}  // namespace chasqui::wire
