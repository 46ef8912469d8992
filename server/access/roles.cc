#include "server/access/roles.h"

#include <algorithm>
#include <vector>

namespace chasqui::access {
namespace {

constexpr bool IsInOrder() {
  for (std::size_t i = 0; i < kRights.size(); ++i) {
    if (static_cast<std::size_t>(kRights[i].right) != i) return false;
  }
  return true;
}
static_assert(IsInOrder());

}  // namespace

Reach ReachOf(Role role, Right right) {
  const auto at = std::find(kRolesInOrder.begin(), kRolesInOrder.end(), role);
  if (at == kRolesInOrder.end()) return Reach::kNothing;
  return kRights[static_cast<std::size_t>(right)]
      .reach[static_cast<std::size_t>(at - kRolesInOrder.begin())];
}

std::optional<Right> RightNamed(std::string_view word) {
  for (const RightRow& row : kRights) {
    if (row.word == word) return row.right;
  }
  return std::nullopt;
}

std::string Spoken(Role role) {
  std::string words(ToText(role));
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string WhoMay(Right right) {
  std::vector<std::string> roles;
  for (const Role role : kRolesInOrder) {
    if (ReachOf(role, right) != Reach::kNothing) roles.push_back(Spoken(role));
  }
  std::string list;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    if (i > 0) list += i + 1 == roles.size() ? " or " : ", ";
    list += roles[i];
  }
  return list;
}

}  // namespace chasqui::access
