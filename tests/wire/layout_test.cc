#include "sync/wire/layout.h"

#include "gtest/gtest.h"
#include "sync/ids.h"
#include "tests/testing/household_form.h"
#include "tests/wire/household_conversation.h"

namespace chasqui::wire {
namespace {

TEST(LayoutTest, HasTheFormsFieldsWithTheirTypesAndChoices) {
  const Layout& layout = testing::HouseholdLayouts().at(1);
  ASSERT_NE(layout.Find(testing::kWater), nullptr);
  EXPECT_EQ(*layout.Find(testing::kWater),
            (Column{testing::kWater, FieldType::kChoice, 3}));
  EXPECT_EQ(layout.Find(testing::kMost)->type, FieldType::kInteger);
  EXPECT_EQ(layout.Find(testing::kMost)->choices, 0U);
  EXPECT_EQ(layout.Find(testing::kRemark), nullptr);  // of the next version
}

TEST(LayoutTest, GoesThroughTheSystemFieldsThenTheForms) {
  const Layout& layout = testing::HouseholdLayouts().at(1);
  EXPECT_EQ(layout.After(kExistenceField), kStatusField);
  EXPECT_EQ(layout.After(kAreaField), kAssigneeField);
  EXPECT_EQ(layout.After(kAssigneeField), testing::kX);
  EXPECT_EQ(layout.After(testing::kX), testing::kY);
  EXPECT_EQ(layout.After(layout.columns().back().field), 0U);
  EXPECT_EQ(layout.After(9999), 0U);
}

TEST(LayoutTest, OfNoFormKnowsTheSystemFieldsAlone) {
  const Layout layout;
  EXPECT_EQ(layout.Find(kStatusField)->choices, 5U);
  EXPECT_EQ(layout.Find(testing::kX), nullptr);
  EXPECT_EQ(layout.highest(), kAssigneeField);
}

}  // namespace
}  // namespace chasqui::wire
