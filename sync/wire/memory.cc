#include "sync/wire/memory.h"

#include <algorithm>

namespace chasqui::wire {
namespace {

// Longer ones say little of the next.
constexpr std::size_t kRememberedBytes = 256;

ContextKey KeyOf(const Value& value) {
  ContextKey key = static_cast<ContextKey>(value.kind);
  const std::size_t bytes = std::min(value.payload.size(), kRememberedBytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    key = Mix(key, static_cast<std::uint8_t>(value.payload[i]));
  }
  return key;
}

}  // namespace

void Memory::BeginRecord() {
  answers_ = {};
  numbers_ = {};
}

void Memory::Note(std::uint32_t field, const Value& value) {
  const ContextKey key = KeyOf(value);
  if (value.payload.size() <= kRememberedBytes) {
    Last& last = last_[field];
    last.value = value;
    last.key = key;
  }
  answers_ = {key, answers_[0]};
  if (value.kind == ValueKind::kInteger) {
    numbers_ = {IntegerOf(value), numbers_[0]};
  }
}

const Value* Memory::LastOf(std::uint32_t field) const {
  const auto found = last_.find(field);
  return found == last_.end() ? nullptr : &found->second.value;
}

ContextKey Memory::LastKeyOf(std::uint32_t field) const {
  const auto found = last_.find(field);
  return found == last_.end() ? 0 : found->second.key;
}

bool Memory::Spend(std::size_t bytes) {
  if (bytes > left_) {
    left_ = 0;
    return false;
  }
  left_ -= bytes;
  return true;
}

}  // namespace chasqui::wire
