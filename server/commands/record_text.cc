#include "server/commands/record_text.h"

#include <array>
#include <cstdio>

#include "server/commands/remote.h"
#include "server/commands/table.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

std::string Place(const std::string& row, const std::string& path) {
  return row.empty() ? path : StrCat(path, " [", IdText(row), "]");
}

template <typename Fields>
void AddFields(const Fields& fields, Table& table) {
  for (const v1::RecordField& field : fields) {
    table.Add({"  " + field.path(), AnswerText(field.answer()),
               field.by().person().empty() ? "register" : field.by().person(),
               MomentText(field.by().at_ms()), field.conflict() ? "!" : ""});
  }
}

std::string ActWord(v1::HistoryAct act) {
  switch (act) {
    case v1::HISTORY_ACT_SET:
    case v1::HISTORY_ACT_SET_STATUS:
      return "";
    case v1::HISTORY_ACT_ADD_ROW:
      return "row added ";
    case v1::HISTORY_ACT_DELETE_ROW:
      return "row deleted ";
    case v1::HISTORY_ACT_DELETE:
      return "record deleted";
    case v1::HISTORY_ACT_RESTORE:
      return "brought back ";
    case v1::HISTORY_ACT_REVIEW:
      return "reviewed";
    default:
      return StrCat("act ", static_cast<int>(act), " ");
  }
}

std::string MarkWord(v1::ReviewReason reason) {
  switch (reason) {
    case v1::REVIEW_REASON_PAIR:
      return "written at the same time, and bearing on each other:";
    case v1::REVIEW_REASON_APPROVAL:
      return "approved by someone who had not seen:";
    case v1::REVIEW_REASON_OVERFLOW:
      return "more writes at once than can be kept side by side:";
    case v1::REVIEW_REASON_RELEASE:
      return "released from quarantine after the approval:";
    case v1::REVIEW_REASON_UNDELETED:
      return "deleted by someone who had not seen all of it";
    default:
      return StrCat("reason ", static_cast<int>(reason));
  }
}

}  // namespace

std::string AnswerText(const v1::Answer& answer) {
  switch (answer.state()) {
    case v1::ANSWER_STATE_ANSWERED:
      return Printable(answer.text());
    case v1::ANSWER_STATE_CLEARED:
      return "(cleared)";
    case v1::ANSWER_STATE_NOT_RELEVANT:
      return "(not relevant)";
    case v1::ANSWER_STATE_ERASED:
      return "(erased)";
    default:
      return "";
  }
}

std::string AuthorText(const v1::Authorship& by) {
  return StrCat(by.person().empty() ? "register" : by.person(),
                by.device().empty() ? "" : " on ", by.device(), ", ",
                MomentText(by.at_ms()), ", seq ", by.seq());
}

std::string RecordText(const v1::GetRecordResponse& record) {
  const v1::RecordSummary& summary = record.summary();
  std::string text = StrCat(
      "record ", IdText(summary.record()), summary.gone() ? " (deleted)" : "",
      "\nseen at ",
      ToText(Position{LogName{record.seen().log()}, record.seen().seq()}),
      ", last changed ", MomentText(summary.updated_ms()), "\n");
  Table table({"field", "answer", "by", "at", ""});
  AddFields(record.fields(), table);
  for (const v1::RecordRow& row : record.rows()) {
    table.Add({StrCat(row.repeat(), " [", IdText(row.id()), "]",
                      row.gone() ? " (deleted)" : ""),
               "", "", "", ""});
    AddFields(row.fields(), table);
  }
  text += table.ToText();
  for (const v1::Conflict& conflict : record.conflicts()) {
    text += ConflictText(conflict);
  }
  for (const v1::ReviewMark& mark : record.marks()) {
    text += StrCat("needs review: ", MarkWord(mark.reason()), " ", mark.first(),
                   mark.second().empty() ? "" : ", ", mark.second(), "\n");
  }
  return text;
}

std::string WriteText(const v1::HistoryWrite& write) {
  std::string text =
      StrCat("    ", ActWord(write.act()), Place(write.row(), write.path()));
  if (!write.choice().empty()) text += StrCat(" / ", write.choice());
  if (write.has_answer()) text += StrCat(" = ", AnswerText(write.answer()));
  v1::Outcome outcome;
  outcome.set_kind(write.outcome());
  if (write.outcome() != v1::OUTCOME_KIND_APPLIED) {
    text += StrCat("   ", OutcomeText(outcome));
  }
  return text + "\n";
}

std::string HistoryText(const v1::GetHistoryResponse& history) {
  std::string text = "history, latest first\n";
  for (const v1::HistoryEntry& entry : history.entries()) {
    v1::Outcome outcome;
    outcome.set_kind(entry.outcome());
    outcome.set_reason(entry.reason());
    outcome.set_rejected(entry.rejected());
    if (entry.decides() != 0) {
      text += StrCat("  ", AuthorText(entry.by()), ": ",
                     entry.rejected() ? "rejected" : "released", " change ",
                     entry.decides(), "\n");
      continue;
    }
    text += StrCat("  ", AuthorText(entry.by()), ": ", OutcomeText(outcome),
                   entry.creates() ? ", made the record" : "", "\n");
    for (const v1::HistoryWrite& write : entry.writes()) {
      text += WriteText(write);
    }
  }
  return text;
}

std::string ConflictText(const v1::Conflict& conflict) {
  std::string text = StrCat(
      IdText(conflict.record()), "  ", Place(conflict.row(), conflict.path()),
      conflict.choice().empty() ? "" : " / ", conflict.choice(), "  ",
      conflict.open() ? "waits for a person"
                      : StrCat("decided by ", Word(conflict.policy())),
      conflict.uncertain() ? ", by times that are not certain" : "", "\n");
  const auto add = [&text](const char* what, const v1::Write& write) {
    text += StrCat("    ", what, AnswerText(write.answer()), "   (",
                   AuthorText(write.by()), ")\n");
  };
  add("shown  ", conflict.shown());
  for (const v1::Write& loser : conflict.losers()) add("not    ", loser);
  return text;
}

std::string SummaryHeader() {
  std::array<char, 160> line{};
  std::snprintf(line.data(), line.size(), "%-36s  %-9s  %-16s  %-16s  %5s\n",
                "record", "status", "area", "assignee", "open");
  return line.data();
}

std::string SummaryLine(const v1::RecordSummary& record) {
  std::array<char, 512> line{};
  std::snprintf(line.data(), line.size(), "%-36s  %-9s  %-16s  %-16s  %5u\n",
                IdText(record.record()).c_str(),
                record.gone() ? "deleted" : Word(record.status()).c_str(),
                record.area().c_str(), record.assignee().c_str(),
                record.open_conflicts());
  return line.data();
}

}  // namespace chasqui::commands
