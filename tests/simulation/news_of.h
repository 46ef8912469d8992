// A page of a pull, as a device is told of it.

#ifndef CHASQUI_TESTS_SIMULATION_NEWS_OF_H_
#define CHASQUI_TESTS_SIMULATION_NEWS_OF_H_

#include "client/exchange.h"
#include "sync/page.h"
#include "sync/personal/survey_keys.h"

namespace chasqui::testing {

// With the keys of its records, as far as they are there.
client::BucketNews NewsOf(const BucketPage& page,
                          const personal::SurveyKeys& keys);

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_NEWS_OF_H_
