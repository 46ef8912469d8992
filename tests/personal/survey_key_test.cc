#include "sync/personal/survey_key.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::personal {
namespace {

using chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

SurveyKey Key() { return *SurveyKey::FromHex(std::string(64, 'a')); }

RecordId Id(std::uint8_t number) {
  RecordId id;
  id.bytes[15] = number;
  return id;
}

TEST(SurveyKeyTest, AWrappedKeyOpensForItsRecordOfItsSurvey) {
  const RecordKey key = RecordKey::Draw();
  const std::string wrapped = Key().Wrap("census", Id(1), key);
  EXPECT_THAT(wrapped, Not(HasSubstr(std::string(key.view()))));
  const auto opened = Key().Unwrap("census", Id(1), wrapped);
  ASSERT_OK(opened);
  EXPECT_EQ(opened->view(), key.view());
  const auto refused = StatusIs(absl::StatusCode::kDataLoss);
  EXPECT_THAT(Key().Unwrap("census", Id(2), wrapped), refused);
  EXPECT_THAT(Key().Unwrap("other", Id(1), wrapped), refused);
  EXPECT_THAT(SurveyKey::Draw().Unwrap("census", Id(1), wrapped), refused);
  EXPECT_THAT(Key().Unwrap("census", Id(1), wrapped.substr(1)), refused);
  EXPECT_THAT(Key().Unwrap("census", Id(1), ""), refused);
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    std::string damaged = wrapped;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_THAT(Key().Unwrap("census", Id(1), damaged), refused) << i;
  }
}

TEST(SurveyKeyTest, IsWrittenDownInOneWay) {
  EXPECT_EQ(Key().ToHex(), std::string(64, 'a'));
  for (const std::string& wrong :
       {std::string(), std::string(63, 'a'), std::string(65, 'a'),
        std::string(64, 'g'), std::string(63, 'a') + "\n"}) {
    const auto key = SurveyKey::FromHex(wrong);
    EXPECT_THAT(key, StatusIs(absl::StatusCode::kInvalidArgument,
                              HasSubstr("64 hexadecimal")));
    if (wrong.size() > 60) {
      EXPECT_THAT(std::string(key.status().message()),
                  Not(HasSubstr(wrong.substr(0, 60))));
    }
  }
}

TEST(SurveyKeyTest, APseudonymIsOfAnAnswerToAField) {
  const std::string name = Key().Pseudonym(33, Value::Text("Ada"));
  EXPECT_EQ(name.size(), 32U);
  EXPECT_EQ(name, Key().Pseudonym(33, Value::Text("Ada")));
  EXPECT_NE(name, Key().Pseudonym(34, Value::Text("Ada")));
  EXPECT_NE(name, Key().Pseudonym(33, Value::Text("Ade")));
  EXPECT_NE(name, SurveyKey::Draw().Pseudonym(33, Value::Text("Ada")));
}

}  // namespace
}  // namespace chasqui::personal
