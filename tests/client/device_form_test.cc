#include "client/device_form.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/census_form.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsNull;
using ::testing::NotNull;
using ::testing::Pair;

TEST(DeviceFormTest, FindsFieldsByPathAndByNumber) {
  const auto form = DeviceForm::Read(CensusForm().SerializeAsString());
  ASSERT_OK(form);
  EXPECT_EQ(form->number(), 3U);
  const DeviceField* const pupils = form->Find("school/pupils");
  ASSERT_THAT(pupils, NotNull());
  EXPECT_EQ(pupils->number, kPupilsField);
  EXPECT_EQ(pupils->type, FieldType::kInteger);
  EXPECT_EQ(form->Find(kPupilsField), pupils);
  EXPECT_EQ(form->Find("teacher/name")->repeat, 1U);
}

TEST(DeviceFormTest, HasNoFieldWhereTheFormHasNone) {
  const auto form = DeviceForm::Read(CensusForm().SerializeAsString());
  ASSERT_OK(form);
  EXPECT_THAT(form->Find("school"), IsNull());
  EXPECT_THAT(form->Find(kRoomField + 1), IsNull());
}

TEST(DeviceFormTest, FindsRepeatsByPathAndByNumber) {
  const auto form = DeviceForm::Read(CensusForm().SerializeAsString());
  ASSERT_OK(form);
  const DeviceRepeat* const classes = form->FindRepeat("teacher/class");
  ASSERT_THAT(classes, NotNull());
  EXPECT_EQ(classes->number, kClasses);
  EXPECT_EQ(classes->parent, kTeachers);
  EXPECT_EQ(form->FindRepeat(kClasses), classes);
  EXPECT_THAT(form->FindRepeat("class"), IsNull());
  EXPECT_THAT(form->FindRepeat(0U), IsNull());
}

TEST(DeviceFormTest, GivesACodeThatIsListedTwiceOneNumber) {
  const auto form = DeviceForm::Read(CensusForm().SerializeAsString());
  ASSERT_OK(form);
  const DeviceField* const water = form->Find("school/water");
  ASSERT_THAT(water, NotNull());
  EXPECT_THAT(water->numbers,
              ElementsAre(Pair("pipe", kPipe), Pair("rain", kRain),
                          Pair("well", kWell)));
  EXPECT_THAT(water->codes,
              ElementsAre(Pair(kWell, "well"), Pair(kPipe, "pipe"),
                          Pair(kRain, "rain")));
  EXPECT_EQ(water->NumberOf("rain"), kRain);
  EXPECT_EQ(water->NumberOf("river"), std::nullopt);
}

// A damaged store must not bring the device down.
TEST(DeviceFormTest, LeavesOutChoicesThatTheFormDoesNotHave) {
  v1::FormVersion wire = CensusForm();
  wire.mutable_fields(2)->set_choice_list(9);
  wire.mutable_fields(3)->clear_choice_numbers();
  const auto form = DeviceForm::Read(wire.SerializeAsString());
  ASSERT_OK(form);
  EXPECT_THAT(form->Find(kOwnerField)->codes, IsEmpty());
  EXPECT_THAT(form->Find(kWaterField)->codes, IsEmpty());
}

TEST(DeviceFormTest, RefusesWhatIsNoForm) {
  EXPECT_THAT(DeviceForm::Read("\xff\xff"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       ::testing::HasSubstr("damaged")));
}

}  // namespace
}  // namespace chasqui::client
