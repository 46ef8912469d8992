#include "tests/benchmarks/links/openrosa_documents.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::benchmarks {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

RecordId RecordOf(std::uint8_t number) {
  RecordId id;
  id.bytes[0] = number;
  return id;
}

TEST(OpenRosaDocumentsTest, ASubmissionComesBackAsItWas) {
  Submission submission;
  submission.instance = RecordOf(1);
  submission.record = RecordOf(2);
  submission.base_version = 3;
  submission.answers = {{"school_name", "St. Mary's <& \"sons\">"},
                        {"release/area_sq_km", "1.5"},
                        {"release/src", "113"}};
  const std::string xml = WriteSubmission(submission, "2012041701");
  EXPECT_THAT(xml, HasSubstr("version=\"2012041701\""));
  EXPECT_THAT(xml, HasSubstr("<release><area_sq_km>1.5</area_sq_km>"
                             "<src>113</src></release>"));
  ASSERT_OK_AND_ASSIGN(const Submission read, ReadSubmission(xml));
  EXPECT_EQ(read.instance, submission.instance);
  EXPECT_EQ(read.record, submission.record);
  EXPECT_EQ(read.base_version, 3U);
  EXPECT_FALSE(read.creates);
  EXPECT_EQ(read.answers, submission.answers);
  submission.creates = true;
  ASSERT_OK_AND_ASSIGN(const Submission created,
                       ReadSubmission(WriteSubmission(submission, "1")));
  EXPECT_TRUE(created.creates);
}

TEST(OpenRosaDocumentsTest, RefusesWhatIsNoSubmission) {
  EXPECT_THAT(
      ReadSubmission("<data"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no XML")));
  EXPECT_THAT(
      ReadSubmission("<data/>"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is no UUID")));
}

TEST(OpenRosaDocumentsTest, AListComesBackAsItWas) {
  ListedRecords records;
  records[RecordOf(1)] = {2, {{"school_name", "Ado, \"the\" first"}}};
  records[RecordOf(2)] = {1, {{"ward", "Igbilolo\nwest"}, {"x/y", "3"}}};
  const std::string csv = WriteList(records);
  EXPECT_THAT(csv, HasSubstr("name,label,__version,school_name,ward,x/y\n"));
  ASSERT_OK_AND_ASSIGN(const ListedRecords read, ReadList(csv));
  ASSERT_EQ(read.size(), records.size());
  for (const auto& [id, record] : records) {
    EXPECT_EQ(read.at(id).version, record.version);
    EXPECT_EQ(read.at(id).answers, record.answers);
  }
}

TEST(OpenRosaDocumentsTest, HashesAndElements) {
  EXPECT_EQ(HashText("a").size(), 32U);
  EXPECT_NE(HashText("a"), HashText("b"));
  EXPECT_EQ(ElementText("<x><hash>md5:1</hash></x>", "hash"), "md5:1");
  EXPECT_EQ(ElementText("<x/>", "hash"), "");
  EXPECT_EQ(VersionOf("<?xml version=\"1.0\"?><data id=\"a\" version=\"7\">"),
            "7");
  EXPECT_EQ(VersionOf("<?xml version=\"1.0\"?>"), "");
}

}  // namespace
}  // namespace chasqui::benchmarks
