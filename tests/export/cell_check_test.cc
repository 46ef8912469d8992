#include "export/cell_check.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/formats/every_type.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;

TEST(CellCheckTest, AnswersOfEveryTypeAreFine) {
  const TableSchema schema = EveryType();
  EXPECT_OK(CheckSchema(schema));
  Batch batch(schema);
  EXPECT_OK(CheckCells(batch));
  AddAnswers(batch);
  AddNulls(batch);
  AddHardAnswers(batch);
  EXPECT_OK(CheckCells(batch));
}

struct WrongCell {
  const char* name;
  ColumnType type;
  std::function<void(Batch&)> add;
  const char* what;
};

class WrongCellTest : public ::testing::TestWithParam<WrongCell> {};

TEST_P(WrongCellTest, IsNamed) {
  TableSchema schema{.name = "school", .kind = TableKind::kLog};
  schema.columns = {{.name = "answer", .type = GetParam().type}};
  Batch batch(schema);
  batch.AddNull();
  GetParam().add(batch);
  EXPECT_THAT(CheckCells(batch),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr(std::string("table school, column answer, "
                                             "row 2 of 2: ") +
                                 GetParam().what)));
}

auto Text(const char* text) {
  return [text](Batch& batch) { batch.AddText(text); };
}
auto Number(std::int64_t number) {
  return [number](Batch& batch) { batch.AddNumber(number); };
}
auto Moment(std::int64_t number, std::int32_t offset) {
  return [=](Batch& batch) { batch.AddMoment(number, offset); };
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongCellTest,
    ::testing::Values(
        WrongCell{"Text", ColumnType::kText, Text("\xed\xa0\x80"), "not UTF-8"},
        // Halves of one character in two cells are not one in either.
        WrongCell{"HalfAText", ColumnType::kText, Text("\xc3"), "not UTF-8"},
        WrongCell{"Choice", ColumnType::kChoice, Text("\xff"), "not UTF-8"},
        WrongCell{"Attachment", ColumnType::kAttachment, Text("\xff"),
                  "not UTF-8"},
        WrongCell{"Choices", ColumnType::kChoices,
                  [](Batch& batch) {
                    batch.AddList({"a", "\xff"});
                  },
                  "not UTF-8"},
        WrongCell{"Decimal", ColumnType::kDecimal, Text("1.50"),
                  "no decimal in its one spelling"},
        WrongCell{"EmptyDecimal", ColumnType::kDecimal, Text(""),
                  "no decimal in its one spelling"},
        WrongCell{"Point", ColumnType::kPoint, Text("5"), "no point"},
        WrongCell{"EmptyPoint", ColumnType::kPoint, Text(""), "no point"},
        WrongCell{"PointOfFive", ColumnType::kPoint, Text("1 2 3 4 5"),
                  "no point"},
        WrongCell{"PointWithSpace", ColumnType::kPoint, Text("1 2 "),
                  "no point"},
        WrongCell{"PointOfWords", ColumnType::kPoint, Text("1 x"), "no point"},
        WrongCell{"Line", ColumnType::kLine, Text("1 2;"), "no points"},
        WrongCell{"EmptyLine", ColumnType::kLine, Text(""), "no points"},
        WrongCell{"Area", ColumnType::kArea, Text("1 2;;1 2"), "no points"},
        WrongCell{"DayBefore", ColumnType::kDate, Number(-719'529),
                  "no day of the years 0000 to 9999"},
        WrongCell{"DayAfter", ColumnType::kDate, Number(2'932'897),
                  "no day of the years 0000 to 9999"},
        WrongCell{"TimeBefore", ColumnType::kTime, Moment(-1, 0),
                  "no time of a day"},
        WrongCell{"TimeAfter", ColumnType::kTime, Moment(86'400'000, 0),
                  "no time of a day"},
        WrongCell{"TimeOffset", ColumnType::kTime, Moment(0, 1'081),
                  "its offset is beyond 18 hours"},
        WrongCell{"MomentWithoutOffset", ColumnType::kDateTime,
                  Moment(0, kNoOffset), "no moment"},
        WrongCell{"MomentBefore", ColumnType::kDateTime, Moment(INT64_MIN, -60),
                  "no moment"},
        WrongCell{"MomentOfTheYearBefore", ColumnType::kDateTime,
                  Moment(-719'528 * 86'400'000LL, -60), "no moment"},
        WrongCell{"MomentAfter", ColumnType::kDateTime, Moment(INT64_MAX, 60),
                  "no moment"},
        WrongCell{"Boolean", ColumnType::kBoolean, Number(2),
                  "neither true nor false"}),
    [](const auto& each) { return std::string(each.param.name); });

struct WrongSchema {
  const char* name;
  std::vector<TableColumn> columns;
  const char* what;
};

class WrongSchemaTest : public ::testing::TestWithParam<WrongSchema> {};

TEST_P(WrongSchemaTest, IsNamed) {
  const TableSchema schema{.name = "school", .columns = GetParam().columns};
  EXPECT_THAT(CheckSchema(schema), StatusIs(absl::StatusCode::kInvalidArgument,
                                            HasSubstr(GetParam().what)));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongSchemaTest,
    ::testing::Values(
        WrongSchema{"NoColumns", {}, "table school has no columns"},
        WrongSchema{"NoName", {{.name = "a"}, {.name = ""}}, "column 2"},
        WrongSchema{"NameNotUtf8", {{.name = "\xff"}}, "column 1"},
        WrongSchema{
            "LabelNotUtf8", {{.name = "a", .label = "\xff"}}, "column 1"},
        WrongSchema{"CodeNotUtf8",
                    {{.name = "a", .choices = {{"\xff", ""}}}},
                    "column a: a choice is not UTF-8"},
        WrongSchema{"CodeTwice",
                    {{.name = "a", .choices = {{"b", "1"}, {"b", "2"}}}},
                    "has choice b twice"}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace chasqui::exporting
