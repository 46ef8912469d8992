#include "sync/wire/loose.h"

#include <algorithm>

namespace chasqui::wire {

bool IsLoose(const v1::SyncResponse& response) {
  const auto has_rows = [](const v1::BucketNews& bucket) {
    return bucket.items_size() > 0 || bucket.repairs_size() > 0;
  };
  return std::any_of(response.surveys().begin(), response.surveys().end(),
                     [&has_rows](const v1::SurveyNews& news) {
                       return news.forms_size() > 0 ||
                              std::any_of(news.buckets().begin(),
                                          news.buckets().end(), has_rows);
                     });
}

}  // namespace chasqui::wire
