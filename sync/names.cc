// The words for the enumerations of config.h, outcome.h, change.h, record.h.

#include <array>
#include <string>
#include <string_view>

#include "sync/base/str_cat.h"
#include "sync/change.h"
#include "sync/config.h"
#include "sync/outcome.h"
#include "sync/record.h"

namespace chasqui {
namespace {

constexpr std::array<std::string_view, 6> kStatuses = {
    "none", "assigned", "draft", "submitted", "approved", "returned"};
constexpr std::array<std::string_view, 9> kRoles = {
    "none",       "owner",    "survey_manager", "supervisor", "enumerator",
    "respondent", "register", "analyst",        "exporter"};
constexpr std::array<std::string_view, 9> kPolicies = {
    "default", "latest", "first",  "role",  "max",
    "min",     "union",  "append", "review"};
constexpr std::array<std::string_view, 6> kOutcomes = {
    "none", "applied", "merged", "superseded", "review", "quarantined"};
constexpr std::array<std::string_view, 20> kReasons = {"none",
                                                       "unreadable",
                                                       "oversized",
                                                       "unknown_form",
                                                       "unknown_field",
                                                       "wrong_type",
                                                       "unknown_person",
                                                       "out_of_scope",
                                                       "from_future",
                                                       "forbidden_step",
                                                       "after_approval",
                                                       "awaits_creation",
                                                       "too_many_branches",
                                                       "survey_closed",
                                                       "system_field",
                                                       "row_limit",
                                                       "gap",
                                                       "device_locked",
                                                       "other_person",
                                                       "record_erased"};

template <std::size_t kSize, typename Enum>
std::string_view Word(const std::array<std::string_view, kSize>& words,
                      Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < kSize ? words[index] : "unknown";
}

template <typename Enum, std::size_t kSize>
Enum Find(const std::array<std::string_view, kSize>& words,
          std::string_view text) {
  for (std::size_t i = 1; i < kSize; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return static_cast<Enum>(0);
}

}  // namespace

std::string_view ToText(RecordStatus status) { return Word(kStatuses, status); }
RecordStatus ParseRecordStatus(std::string_view text) {
  return Find<RecordStatus>(kStatuses, text);
}
std::string_view ToText(Role role) { return Word(kRoles, role); }
Role ParseRole(std::string_view text) { return Find<Role>(kRoles, text); }
std::string_view ToText(Policy policy) { return Word(kPolicies, policy); }
Policy ParsePolicy(std::string_view text) {
  return Find<Policy>(kPolicies, text);
}
std::string_view ToText(OutcomeKind kind) { return Word(kOutcomes, kind); }
std::string_view ToText(QuarantineReason reason) {
  return Word(kReasons, reason);
}

std::string ToText(const Bucket& bucket) {
  return StrCat(bucket.kind == BucketKind::kArea ? "area/" : "person/",
                bucket.name);
}

}  // namespace chasqui
