// Sealed answers and salts in the canonical form of a change.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/change.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

Change Answering(Value value) {
  Change change;
  change.record = *RecordId::FromBytes(std::string(16, 'r'));
  Op op;
  op.at.field = 32;
  op.value = std::move(value);
  change.ops = {op};
  return change;
}

TEST(ChangeSealingTest, ASealedAnswerIsNotForSending) {
  const Change change = Answering({ValueKind::kSealed, std::string(30, 's')});
  const std::string bytes = EncodeChange(change);
  EXPECT_THAT(DecodeChange(bytes),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("write 1: a sealed answer")));
  EXPECT_THAT(DecodeSealedChange(bytes), IsOkAndHolds(change));
}

TEST(ChangeSealingTest, ASaltIsOfOneLength) {
  Change change = Answering(Value::Text("a"));
  const std::string without = EncodeChange(change);
  change.salt.assign(kSaltBytes, '\x5a');
  const std::string bytes = EncodeChange(change);
  EXPECT_THAT(DecodeChange(bytes), IsOkAndHolds(change));
  EXPECT_EQ(without.size() + kSaltBytes, bytes.size());
}

}  // namespace
}  // namespace chasqui
