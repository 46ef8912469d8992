// Administrative entries come back as they were, with all that is in them.

#include "storage/admin_codec.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/log_codec.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::StatusIs;

// A form with something in every member.
Form FullForm() {
  Form form = SmallForm("7").form;
  form.languages = {"en", "fr"};
  form.default_language = "fr";
  Field& field = form.fields[0];
  field.group = 0;
  field.choices = 0;
  field.choice_filter = "state = /data/state";
  field.open_choice = true;
  field.hint = {{"", "everywhere"}, {"fr", "partout"}};
  field.appearance = "minimal";
  field.required = "true()";
  field.relevant = "/data/a";
  field.constraint = ". > 0";
  field.calculate = "1 + 1";
  field.readonly = "false()";
  field.constraint_message["en"] = "positive, please";
  field.required_message["en"] = "answer, please";
  field.relevants_above = {"/data/x", "/data/y"};
  field.default_value = "0";
  field.preload = "timestamp";
  field.preload_parameter = "start";
  field.saveto = "height";
  field.note = true;
  field.meta = true;
  Repeat& inner = form.repeats.emplace_back();
  inner.path = "member/visit";
  inner.parent = 0;
  inner.label["en"] = "Visit";
  inner.relevant = "/data/b";
  inner.count = "/data/n";
  Group& group = form.groups.emplace_back();
  group.path = "outer";
  group.label["en"] = "Outer";
  group.relevant = "/data/c";
  group.appearance = "field-list";
  Group& nested = form.groups.emplace_back();
  nested.path = "member/inner";
  nested.parent = 0;
  nested.repeat = 1;
  form.choice_lists = {
      {"states", {{"kw", {{"en", "Kwara"}}, {{"zone", "north"}}}}}};
  form.external_instances = {
      {"districts", "jr://file-csv/districts.csv", "districts.csv", true}};
  form.media = {"a.png", "b.ogg"};
  form.entities = {{"trees", 1, "id", "create", "update", "label"}};
  form.submission = {"https://x", "post", "key", "true", "false"};
  form.pairs = {{0, 1, false}, {0, 2, true}};
  return form;
}

TEST(AdminCodecTest, FormsComeBack) {
  const FormPublished published{FullForm(), std::string("<h>\0</h>", 8)};
  const auto read =
      DecodeAdministrative<FormPublished>(EncodeAdministrative(published));
  ASSERT_OK(read);
  EXPECT_EQ(read->form, published.form);
  EXPECT_EQ(read->source, published.source);
}

TEST(AdminCodecTest, ConfigurationsComeBack) {
  SurveyConfig config = SmallConfig();
  config.utc_offset_minutes = -90;
  config.closed = true;
  config.policies = {{"name", Policy::kReview}};
  config.personal = {"head/name", "head/phone"};
  config.retention_days = 365;
  const auto created = DecodeAdministrative<SurveyCreated>(
      EncodeAdministrative(SurveyCreated{7, config}));
  ASSERT_OK(created);
  EXPECT_EQ(created->rules_version, 7U);
  EXPECT_EQ(created->config, config);
  const auto changed = DecodeAdministrative<ConfigChanged>(
      EncodeAdministrative(ConfigChanged{config}));
  ASSERT_OK(changed);
  EXPECT_EQ(changed->config, config);
}

TEST(AdminCodecTest, LogNamesComeBack) {
  const LogName name{0xfedcba9876543210};
  const auto read =
      DecodeAdministrative<LogOpened>(EncodeAdministrative(LogOpened{name}));
  ASSERT_OK(read);
  EXPECT_EQ(read->name, name);
}

TEST(AdminCodecTest, AFormThatRefersToWhatItLacksIsDataLoss) {
  const auto read_with = [](auto break_form) {
    Form form = FullForm();
    break_form(form);
    return DecodeAdministrative<FormPublished>(
               EncodeAdministrative(FormPublished{form, ""}))
        .status();
  };
  EXPECT_THAT(read_with([](Form& f) { f.fields[0].repeat = 9; }),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(read_with([](Form& f) { f.fields[0].choices = 1; }),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(read_with([](Form& f) { f.repeats[0].parent = 0; }),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(read_with([](Form& f) { f.pairs[0].field_b = 3; }),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(AdminCodecTest, BytesThatAreNoMessageAreDataLoss) {
  EXPECT_THAT(DecodeAdministrative<FormPublished>("\xff\xff"),
              StatusIs(absl::StatusCode::kDataLoss));
  std::string entry;
  EncodeLogEntry({1, 5, LogOpened{LogName{3}}}, entry);
  EXPECT_OK(DecodeLogEntry(1, entry));
  entry.pop_back();
  EXPECT_THAT(DecodeLogEntry(1, entry), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace chasqui::storage
