#include <map>
#include <optional>
#include <string>

#include "tests/server/running_server.h"

namespace chasqui::server {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::School;
using testing::SchoolSurvey;

class ExportServiceTest : public RunningServer {
 protected:
  grpc::Status Export(const v1::ExportCsvRequest& request) {
    files_.clear();
    summary_.reset();
    v1::ExportService::Stub stub(channel_);
    grpc::ClientContext context;
    const auto reader = stub.ExportCsv(&context, request);
    v1::ExportCsvResponse part;
    while (reader->Read(&part)) {
      if (part.has_summary()) summary_ = part.summary();
      files_[part.chunk().file()] += part.chunk().data();
    }
    return reader->Finish();
  }
  static v1::ExportCsvRequest All() {
    v1::ExportCsvRequest request;
    request.set_survey(SchoolSurvey::kName);
    return request;
  }

  std::map<std::string, std::string> files_;
  std::optional<v1::ExportSummary> summary_;
};

TEST_F(ExportServiceTest, SendsAllFilesAndWhereToGoOn) {
  schools_.Deliver("t", schools_.Creation("amina", School(1), "lga1", "One"));
  ASSERT_THAT(Export(All()), HasCode(grpc::OK));
  EXPECT_THAT(files_["school.csv"], HasSubstr("One"));
  EXPECT_THAT(files_["conflicts.csv"], HasSubstr("loser_person"));
  ASSERT_TRUE(summary_.has_value());
  EXPECT_EQ(summary_->files_size(), 4);
  EXPECT_EQ(summary_->files(0).rows(), 1);
  EXPECT_EQ(summary_->position().seq(), schools_.Head().seq);

  schools_.Deliver("t", schools_.Creation("amina", School(2), "lga1", "Two"));
  v1::ExportCsvRequest news = All();
  *news.mutable_since() = summary_->position();
  ASSERT_THAT(Export(news), HasCode(grpc::OK));
  EXPECT_THAT(files_["school.csv"], HasSubstr("Two"));
  EXPECT_THAT(files_["school.csv"], Not(HasSubstr("One")));
}

TEST_F(ExportServiceTest, APositionOfAnotherLogCountsAsNothingShared) {
  schools_.Deliver("t", schools_.Creation("amina", School(1), "lga1", "One"));
  v1::ExportCsvRequest request = All();
  request.mutable_since()->set_log(12345);
  request.mutable_since()->set_seq(99);
  ASSERT_THAT(Export(request), HasCode(grpc::OK));
  EXPECT_THAT(files_["school.csv"], HasSubstr("One"));
}

TEST_F(ExportServiceTest, RefusesWhatIsNotThere) {
  v1::ExportCsvRequest request = All();
  request.set_survey("rivers");
  EXPECT_THAT(Export(request), HasCode(grpc::NOT_FOUND, HasSubstr("rivers")));
  request = All();
  *request.mutable_since() = Seen();
  EXPECT_THAT(Export(request), HasCode(grpc::OK));
  request.mutable_since()->set_seq(Seen().seq() + 1);
  EXPECT_THAT(Export(request), HasCode(grpc::INVALID_ARGUMENT));
}

}  // namespace
}  // namespace chasqui::server
