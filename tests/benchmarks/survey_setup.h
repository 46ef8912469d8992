// Surveys as a manager would set them up: over the server's own services.

#ifndef CHASQUI_TESTS_BENCHMARKS_SURVEY_SETUP_H_
#define CHASQUI_TESTS_BENCHMARKS_SURVEY_SETUP_H_

#include <cstddef>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/survey.pb.h"

namespace chasqui::benchmarks {

// Makes the survey, and publishes its form.
absl::Status MakeSurvey(const std::string& address, const std::string& name,
                        const v1::SurveyConfig& config,
                        const std::string& xform);

// Publishes a version of a survey's form.
absl::Status PublishForm(const std::string& address, const std::string& survey,
                         const std::string& xform);

// Who is in the census: loaders fill records in and are given them, visitors
// work in one area each, and the reader sees all.
std::string LoaderName(std::size_t number);
std::string VisitorName(std::size_t number);
inline constexpr char kReaderName[] = "reader";

// Of the census: its policies from the file `settings` (JSON), with `areas`
// below one of all, so many loaders and visitors, and the reader.
absl::StatusOr<v1::SurveyConfig> CensusConfig(
    const std::string& settings, const std::set<std::string>& areas,
    std::size_t loaders, std::size_t visitors);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_SURVEY_SETUP_H_
