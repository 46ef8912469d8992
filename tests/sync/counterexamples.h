// What the tests of counterexamples share: a survey with one record, and people
// with tablets. Each test is one schedule that a simpler rule gets wrong; it is
// named after the rule, and tests/mutation sees it fail under that rule.

#ifndef CHASQUI_TESTS_SYNC_COUNTEREXAMPLES_H_
#define CHASQUI_TESTS_SYNC_COUNTEREXAMPLES_H_

#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/record.h"
#include "tests/testing/follower.h"
#include "tests/testing/household_form.h"
#include "tests/testing/survey_server.h"
#include "tests/testing/tablet.h"

namespace chasqui::testing {

class Counterexample : public ::testing::Test {
 protected:
  Counterexample() { server.Publish(1); }

  Position Now() const { return server.head(); }

  // The register brings `record`, assigned, to `area`.
  void Bring(const RecordId& record, std::string_view area = "north") {
    AtServer(Edit("", record, Now())
                 .Creates(area)
                 .Status(RecordStatus::kNone, RecordStatus::kAssigned),
             true);
  }
  // A supervisor writes at the server.
  Seq AtServer(const Edit& edit, bool by_register = false) {
    ChangeReceived received;
    received.by_register = by_register;
    for (const Position& position : edit.change().positions) {
      received.counts.push_back(position.seq);
    }
    received.bytes = EncodeChange(edit.change());
    return server.Append(std::move(received)).seq;
  }

  bool HasMark(const RecordId& record, MarkKind kind) const {
    for (const Mark& mark : server.RecordOf(record).marks) {
      if (mark.kind == kind) return true;
    }
    return false;
  }

  static Edit Eva(const RecordId& record, const Position& base) {
    return Edit("eva", record, base);
  }
  static Edit Ama(const RecordId& record, const Position& base) {
    return Edit("ama", record, base);
  }
  static Edit Sam(const RecordId& record, const Position& base) {
    return Edit("sam", record, base);
  }

  SurveyServer server{HouseholdConfig()};
  Tablet d1{"d1"};
  Tablet d2{"d2"};
  Tablet d3{"d3"};
  const RecordId r = RecordNamed("r");
  const RecordId s = RecordNamed("s");
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SYNC_COUNTEREXAMPLES_H_
