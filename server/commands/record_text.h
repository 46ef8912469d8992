// Records, history and conflicts as text for a terminal.

#ifndef CHASQUI_SERVER_COMMANDS_RECORD_TEXT_H_
#define CHASQUI_SERVER_COMMANDS_RECORD_TEXT_H_

#include <string>

#include "chasqui/v1/record_service.pb.h"

namespace chasqui::commands {

// The answer; "(cleared)" or "(not relevant)" where there is none.
std::string AnswerText(const v1::Answer& answer);

// "person on device, 2014-04-02 10:30:15Z, seq 12".
std::string AuthorText(const v1::Authorship& by);

std::string RecordText(const v1::GetRecordResponse& record);
std::string HistoryText(const v1::GetHistoryResponse& history);
std::string ConflictText(const v1::Conflict& conflict);
std::string WriteText(const v1::HistoryWrite& write);

// One line a record, in columns of their own width.
std::string SummaryHeader();
std::string SummaryLine(const v1::RecordSummary& record);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_RECORD_TEXT_H_
