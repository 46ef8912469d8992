#include "sync/form/form.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chasqui {
namespace {

TEST(FieldTypeTest, NumbersNeverChange) {
  EXPECT_EQ(static_cast<int>(FieldType::kText), 1);
  EXPECT_EQ(static_cast<int>(FieldType::kInteger), 2);
  EXPECT_EQ(static_cast<int>(FieldType::kDecimal), 3);
  EXPECT_EQ(static_cast<int>(FieldType::kDate), 4);
  EXPECT_EQ(static_cast<int>(FieldType::kTime), 5);
  EXPECT_EQ(static_cast<int>(FieldType::kDateTime), 6);
  EXPECT_EQ(static_cast<int>(FieldType::kPoint), 7);
  EXPECT_EQ(static_cast<int>(FieldType::kLine), 8);
  EXPECT_EQ(static_cast<int>(FieldType::kArea), 9);
  EXPECT_EQ(static_cast<int>(FieldType::kChoice), 10);
  EXPECT_EQ(static_cast<int>(FieldType::kChoices), 11);
  EXPECT_EQ(static_cast<int>(FieldType::kAttachment), 12);
}

TEST(FieldTypeTest, NamesAreTheOnesOfTheDocumentation) {
  EXPECT_EQ(FieldTypeName(FieldType::kText), "text");
  EXPECT_EQ(FieldTypeName(FieldType::kDateTime), "date_time");
  EXPECT_EQ(FieldTypeName(FieldType::kAttachment), "attachment");
}

TEST(InLanguageTest, PrefersTheLanguageThenTheTextInPlaceThenAny) {
  const Text text = {{"", "in place"}, {"Hausa", "Suna"}, {"Igbo", "Aha"}};
  EXPECT_EQ(InLanguage(text, "Igbo"), "Aha");
  EXPECT_EQ(InLanguage(text, "Yoruba"), "in place");
  EXPECT_EQ(InLanguage({{"Hausa", "Suna"}, {"Igbo", "Aha"}}, "Yoruba"), "Suna");
  EXPECT_EQ(InLanguage({}, "Yoruba"), "");
}

TEST(FindTest, FindsByWholePath) {
  Form form;
  form.fields.resize(2);
  form.fields[0].path = "a";
  form.fields[1].path = "a/b";
  form.repeats.resize(1);
  form.repeats[0].path = "a";
  EXPECT_EQ(FindField(form, "a/b"), 1U);
  EXPECT_EQ(FindField(form, "b"), std::nullopt);
  EXPECT_EQ(FindRepeat(form, "a"), 0U);
  EXPECT_EQ(FindRepeat(form, "a/b"), std::nullopt);
}

}  // namespace
}  // namespace chasqui
