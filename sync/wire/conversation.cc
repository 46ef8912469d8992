#include "sync/wire/conversation.h"

namespace chasqui::wire {

const Layout& Conversation::LayoutOf(std::uint32_t number) const {
  static const Layout kNone;
  if (layouts == nullptr) return kNone;
  const auto found = layouts->find(number);
  return found == layouts->end() ? kNone : found->second;
}

}  // namespace chasqui::wire
