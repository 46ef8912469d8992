// A page of a pull, as a device is told of it.

#ifndef CHASQUI_TESTS_SIMULATION_NEWS_OF_H_
#define CHASQUI_TESTS_SIMULATION_NEWS_OF_H_

#include "client/exchange.h"
#include "sync/page.h"

namespace chasqui::testing {

client::BucketNews NewsOf(const BucketPage& page);

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_NEWS_OF_H_
