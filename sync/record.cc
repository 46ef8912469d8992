#include "sync/record.h"

#include <algorithm>
#include <utility>

namespace chasqui {
namespace {

struct ByNumber {
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  bool operator()(const FieldState& field, const Key& key) const {
    return Key(field.field, field.choice) < key;
  }
};

std::string ShownText(const Holder& holder, std::uint32_t field) {
  const FieldState* const state = holder.Find(field);
  if (state == nullptr || state->value().kind != ValueKind::kText) return {};
  return state->value().payload;
}

}  // namespace

bool FieldState::IsConflict() const {
  return std::any_of(live.begin(), live.end(), [this](const LiveWrite& write) {
    return write.value != live.front().value;
  });
}

const FieldState* Holder::Find(std::uint32_t field,
                               std::uint32_t choice) const {
  const auto at = std::lower_bound(fields.begin(), fields.end(),
                                   ByNumber::Key(field, choice), ByNumber());
  if (at == fields.end() || at->field != field || at->choice != choice) {
    return nullptr;
  }
  return &*at;
}

FieldState& Holder::At(std::uint32_t field, std::uint32_t choice) {
  const auto at = std::lower_bound(fields.begin(), fields.end(),
                                   ByNumber::Key(field, choice), ByNumber());
  if (at != fields.end() && at->field == field && at->choice == choice) {
    return *at;
  }
  FieldState fresh;
  fresh.field = field;
  fresh.choice = choice;
  return *fields.insert(at, std::move(fresh));
}

RecordStatus Record::status() const {
  const FieldState* const state = Find(kStatusField);
  if (state == nullptr || state->value().kind != ValueKind::kChoice) {
    return RecordStatus::kNone;
  }
  return static_cast<RecordStatus>(ChoiceOf(state->value()));
}

std::string Record::area() const { return ShownText(*this, kAreaField); }
std::string Record::assignee() const {
  return ShownText(*this, kAssigneeField);
}

}  // namespace chasqui
