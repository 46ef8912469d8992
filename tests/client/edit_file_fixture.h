// A device without a server that is told, line by line, what to save.

#ifndef CHASQUI_TESTS_CLIENT_EDIT_FILE_FIXTURE_H_
#define CHASQUI_TESTS_CLIENT_EDIT_FILE_FIXTURE_H_

#include <string>
#include <utility>
#include <vector>

#include "client/edit_file.h"
#include "client/memory_store.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/base/clock.h"
#include "sync/base/status_macros.h"
#include "tests/client/census_form.h"

namespace chasqui::client {

inline constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
inline constexpr char kSchool[] = "0f0e0d0c-0b0a-0908-0706-050403020100";

class StoppedClock final : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixSeconds(1'400'000'000); }
  std::int64_t MonotonicMillis() override { return 5'000; }
  std::string BootId() override { return "boot"; }
};

class EditFileTest : public ::testing::Test {
 protected:
  EditFileTest()
      : form_(*DeviceForm::Read(CensusForm().SerializeAsString())),
        survey_("census", "tablet-1", Amina(), store_, clock_) {
    CHECK(survey_.Load().ok());
  }

  static SurveyState Amina() {
    SurveyState state;
    state.person = "amina";
    state.forms = 3;
    return state;
  }

  absl::Status Do(const std::string& line) {
    ASSIGN_OR_RETURN(const WrittenSave save, ReadSave(line));
    return DoSave(save, form_, survey_);
  }
  // `rest` is what follows the record in its line.
  absl::Status Create(const std::string& rest) {
    return Do(std::string("{\"create\": \"") + kSchool + "\"" + rest + "}");
  }
  absl::Status Edit(const std::string& rest) {
    return Do(std::string("{\"edit\": \"") + kSchool + "\"" + rest + "}");
  }

  // The latest change saved.
  Change Latest() {
    const std::vector<StoredChange> outbox = *survey_.Outbox();
    return *DecodeChange(outbox.back().bytes);
  }
  // What the latest change writes.
  std::vector<std::pair<FieldAddress, Value>> Written() {
    std::vector<std::pair<FieldAddress, Value>> written;
    for (const Op& op : Latest().ops) {
      if (op.kind == OpKind::kSet) written.emplace_back(op.at, op.value);
    }
    return written;
  }

  MemoryStore store_;
  StoppedClock clock_;
  const DeviceForm form_;
  LocalSurvey survey_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_TESTS_CLIENT_EDIT_FILE_FIXTURE_H_
