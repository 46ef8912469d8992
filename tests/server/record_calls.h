// Calls of RecordService about one school that everybody works on.

#ifndef CHASQUI_TESTS_SERVER_RECORD_CALLS_H_
#define CHASQUI_TESTS_SERVER_RECORD_CALLS_H_

#include <string>

#include "tests/server/running_server.h"

namespace chasqui::server {

class RecordCalls : public RunningServer {
 protected:
  RecordCalls() {
    schools_.Deliver(
        "t1", schools_.Creation("amina", testing::School(1), "lga1", "One"));
  }

  // Two people write `path` without knowledge of each other.
  void Quarrel(const std::string& path) {
    const Position base = schools_.Head();
    Change amina = schools_.Edit("amina", testing::School(1), base);
    amina.ops = {schools_.Set(path, Value::Integer(10))};
    schools_.Deliver("t1", amina);
    Change sani = schools_.Edit("sani", testing::School(1), base);
    sani.ops = {schools_.Set(path, Value::Integer(20))};
    schools_.Deliver("t2", sani);
  }

  v1::GetRecordResponse Get(std::uint8_t school = 1) {
    v1::GetRecordResponse response;
    EXPECT_THAT(Call(&v1::RecordService::Stub::GetRecord,
                     About<v1::GetRecordRequest>(school), response),
                HasCode(grpc::OK));
    return response;
  }
  std::string AnswerTo(const std::string& path) {
    const v1::GetRecordResponse record = Get();
    for (const v1::RecordField& field : record.fields()) {
      if (field.path() == path) return field.answer().text();
    }
    return "(absent)";
  }
};

}  // namespace chasqui::server

#endif  // CHASQUI_TESTS_SERVER_RECORD_CALLS_H_
