#include "server/place.h"

#include <utility>

#include "server/limits.h"

namespace chasqui::server {

Places PlacesOf(const std::vector<Hosted>& all, const Machine& machine) {
  Places places;
  for (const Hosted& hosted : all) {
    places.push_back(std::make_unique<Place>(
        hosted, kIndexedRecordsMax / all.size(), machine));
  }
  return places;
}

Organisations OrganisationsIn(const Places& places) {
  std::vector<const Surroundings*> all;
  all.reserve(places.size());
  for (const auto& place : places) all.push_back(&place->around());
  return Organisations(std::move(all));
}

}  // namespace chasqui::server
