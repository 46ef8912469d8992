#include "sync/form/numbering.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::ElementsAre;

// Forms built up a question at a time.
class Questionnaire {
 public:
  Questionnaire& Ask(const std::string& path, FieldType type = FieldType::kText,
                     std::optional<RepeatIndex> repeat = std::nullopt) {
    Field& field = form_.fields.emplace_back();
    field.path = path;
    field.type = type;
    field.repeat = repeat;
    return *this;
  }
  Questionnaire& Choose(const std::string& path,
                        const std::vector<std::string>& codes,
                        FieldType type = FieldType::kChoice) {
    Ask(path, type);
    form_.fields.back().choices =
        static_cast<ChoiceListIndex>(form_.choice_lists.size());
    ChoiceList& list = form_.choice_lists.emplace_back();
    for (const std::string& code : codes)
      list.choices.push_back({code, {}, {}});
    return *this;
  }
  Questionnaire& Roster(const std::string& path,
                        std::optional<RepeatIndex> parent = std::nullopt) {
    form_.repeats.push_back({path, parent, {}, "", ""});
    return *this;
  }
  const Form& form() const { return form_; }

 private:
  Form form_;
};

Numbering Published(const std::vector<Questionnaire>& versions) {
  Numbering numbering;
  for (const Questionnaire& version : versions) {
    numbering = Extend(numbering, version.form());
  }
  return numbering;
}

TEST(NumberingTest, FieldsBeginAfterTheSystemFields) {
  const Questionnaire form = Questionnaire().Ask("name").Ask("age");
  EXPECT_THAT(NumbersOf(form.form(), Published({form})).fields,
              ElementsAre(32, 33));
}

TEST(NumberingTest, PublishingTheSameFormAgainChangesNothing) {
  const Questionnaire form =
      Questionnaire().Roster("member").Choose("sex", {"f", "m"});
  EXPECT_EQ(Published({form}), Published({form, form}));
}

TEST(NumberingTest, AFieldKeepsItsNumberWhereverItMoves) {
  const Questionnaire before = Questionnaire().Ask("a").Ask("b");
  const Questionnaire after = Questionnaire().Ask("new").Ask("b").Ask("a");
  EXPECT_THAT(NumbersOf(after.form(), Published({before, after})).fields,
              ElementsAre(34, 33, 32));
}

TEST(NumberingTest, ADroppedFieldsNumberIsNotGivenToAnother) {
  const Questionnaire first = Questionnaire().Ask("a").Ask("b");
  const Questionnaire second = Questionnaire().Ask("a");
  const Questionnaire third = Questionnaire().Ask("a").Ask("c").Ask("b");
  EXPECT_THAT(NumbersOf(third.form(), Published({first, second, third})).fields,
              ElementsAre(32, 34, 33));
}

TEST(NumberingTest, AFieldOfAnotherTypeIsAnotherField) {
  const Questionnaire text = Questionnaire().Ask("age");
  const Questionnaire number = Questionnaire().Ask("age", FieldType::kInteger);
  const Numbering numbering = Published({text, number, text});
  EXPECT_EQ(numbering.FieldNumber({"age", FieldType::kText, 0}), 32U);
  EXPECT_EQ(numbering.FieldNumber({"age", FieldType::kInteger, 0}), 33U);
  EXPECT_EQ(numbering.FieldNumber({"age", FieldType::kDecimal, 0}),
            std::nullopt);
}

TEST(NumberingTest, AFieldThatMovesIntoARepeatIsAnotherField) {
  const Questionnaire group = Questionnaire().Ask("member/age");
  const Questionnaire roster =
      Questionnaire().Roster("member").Ask("member/age", FieldType::kText, 0);
  const Numbering numbering = Published({group, roster});
  EXPECT_THAT(NumbersOf(roster.form(), numbering).fields, ElementsAre(33));
  EXPECT_EQ(numbering.Field(32)->repeat, 0U);
  EXPECT_EQ(numbering.Field(33)->repeat, 1U);
}

TEST(NumberingTest, ARepeatThatMovesIntoARepeatIsAnother) {
  const Questionnaire flat = Questionnaire().Roster("house/member");
  const Questionnaire nested =
      Questionnaire().Roster("house").Roster("house/member", 0);
  const Numbering numbering = Published({flat, nested});
  EXPECT_THAT(NumbersOf(nested.form(), numbering).repeats, ElementsAre(2, 3));
  EXPECT_EQ(numbering.Repeat(3)->parent, 2U);
  EXPECT_EQ(numbering.Repeat(4), nullptr);
}

TEST(NumberingTest, ChoicesKeepTheirNumbersWhenTheListChanges) {
  const Questionnaire first = Questionnaire().Choose("sex", {"m", "f"});
  const Questionnaire second = Questionnaire().Choose("sex", {"other", "f"});
  const Questionnaire third =
      Questionnaire().Choose("sex", {"unknown", "m", "other"});
  const Numbering numbering = Published({first, second, third});
  EXPECT_EQ(numbering.ChoiceNumber(32, "m"), 1U);
  EXPECT_EQ(numbering.ChoiceNumber(32, "f"), 2U);
  EXPECT_EQ(numbering.ChoiceNumber(32, "other"), 3U);
  EXPECT_EQ(numbering.ChoiceNumber(32, "unknown"), 4U);
  EXPECT_EQ(*numbering.ChoiceCode(32, 4), "unknown");
  EXPECT_EQ(numbering.ChoiceCode(32, 5), nullptr);
  EXPECT_EQ(numbering.ChoiceCode(32, 0), nullptr);
}

TEST(NumberingTest, ChoicesAreNumberedWithinTheirField) {
  const Numbering numbering =
      Published({Questionnaire()
                     .Choose("sex", {"m", "f"})
                     .Choose("chief", {"f", "f", "m"})});
  EXPECT_EQ(numbering.ChoiceNumber(33, "f"), 1U);
  EXPECT_EQ(numbering.ChoiceNumber(33, "m"), 2U);
  EXPECT_EQ(numbering.ChoiceNumber(34, "m"), std::nullopt);
}

TEST(NumberingTest, SystemNumbersAreNoFormFields) {
  const Numbering numbering = Published({Questionnaire().Ask("a")});
  EXPECT_EQ(numbering.Field(0), nullptr);
  EXPECT_EQ(numbering.Field(31), nullptr);
  EXPECT_EQ(numbering.Field(33), nullptr);
}

TEST(NumberingTest, ComesBackFromItsEntries) {
  const Numbering numbering = Published({Questionnaire()
                                             .Roster("r")
                                             .Choose("sex", {"m", "f"})
                                             .Ask("r/x", FieldType::kDate, 0),
                                         Questionnaire().Choose("sex", {"d"})});
  const auto copy = Numbering::FromEntries(
      numbering.repeats(), numbering.fields(), numbering.choices());
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(*copy, numbering);
  EXPECT_EQ(Extend(*copy, Questionnaire().Choose("sex", {"e"}).form())
                .ChoiceNumber(32, "e"),
            4U);
}

TEST(NumberingTest, EntriesThatContradictEachOtherAreDataLoss) {
  const NumberedField field{"a", FieldType::kText, 0};
  EXPECT_THAT(Numbering::FromEntries({}, {field, field}, {{}, {}}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Numbering::FromEntries({}, {field}, {}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Numbering::FromEntries({}, {field}, {{"x", "x"}}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Numbering::FromEntries({{"r", 2}}, {}, {}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Numbering::FromEntries({{"r", 0}, {"r", 0}}, {}, {}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Numbering::FromEntries({}, {{"a", FieldType::kText, 1}}, {{}}),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace chasqui
