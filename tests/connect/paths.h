// Where the methods are that the tests call.

#ifndef CHASQUI_TESTS_CONNECT_PATHS_H_
#define CHASQUI_TESTS_CONNECT_PATHS_H_

namespace chasqui::connect {

inline constexpr char kList[] = "/chasqui.v1.SurveyService/ListSurveys";
inline constexpr char kGetSurvey[] = "/chasqui.v1.SurveyService/GetSurvey";
inline constexpr char kExport[] = "/chasqui.v1.ExportService/ExportTables";
inline constexpr char kSync[] = "/chasqui.v1.SyncService/Sync";
inline constexpr char kGetProgress[] =
    "/chasqui.v1.ProgressService/GetProgress";
inline constexpr char kWatch[] = "/chasqui.v1.ProgressService/WatchProgress";

}  // namespace chasqui::connect

#endif  // CHASQUI_TESTS_CONNECT_PATHS_H_
