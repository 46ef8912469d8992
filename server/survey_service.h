#ifndef CHASQUI_SERVER_SURVEY_SERVICE_H_
#define CHASQUI_SERVER_SURVEY_SERVICE_H_

#include "chasqui/v1/survey_service.grpc.pb.h"
#include "server/organisations.h"

namespace chasqui::server {

// Serves chasqui.v1.SurveyService. Holds no state.
class SurveyService final : public v1::SurveyService::CallbackService {
 public:
  explicit SurveyService(const Organisations& organisations)
      : organisations_(organisations) {}

  grpc::ServerUnaryReactor* CreateSurvey(
      grpc::CallbackServerContext* context,
      const v1::CreateSurveyRequest* request,
      v1::CreateSurveyResponse* response) override;
  grpc::ServerUnaryReactor* ListSurveys(
      grpc::CallbackServerContext* context,
      const v1::ListSurveysRequest* request,
      v1::ListSurveysResponse* response) override;
  grpc::ServerUnaryReactor* GetSurvey(grpc::CallbackServerContext* context,
                                      const v1::GetSurveyRequest* request,
                                      v1::GetSurveyResponse* response) override;
  grpc::ServerUnaryReactor* UpdateSurvey(
      grpc::CallbackServerContext* context,
      const v1::UpdateSurveyRequest* request,
      v1::UpdateSurveyResponse* response) override;
  grpc::ServerUnaryReactor* PublishForm(
      grpc::CallbackServerContext* context,
      const v1::PublishFormRequest* request,
      v1::PublishFormResponse* response) override;
  grpc::ServerReadReactor<v1::ImportRegisterRequest>* ImportRegister(
      grpc::CallbackServerContext* context,
      v1::ImportRegisterResponse* response) override;
  grpc::ServerWriteReactor<v1::MakeStartingFileResponse>* MakeStartingFile(
      grpc::CallbackServerContext* context,
      const v1::MakeStartingFileRequest* request) override;

 private:
  const Organisations& organisations_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_SURVEY_SERVICE_H_
