// What is found, and what is forgotten first.

#include "storage/encoded_cache.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace chasqui::storage {
namespace {

std::string Found(EncodedCache<std::uint64_t>& cache, std::uint64_t id) {
  const std::string* const value = cache.Find(id);
  return value == nullptr ? "none" : *value;
}

TEST(EncodedCacheTest, TheLatestValueIsFound) {
  EncodedCache<std::uint64_t> cache(1 << 20);
  EXPECT_EQ(Found(cache, 1), "none");
  cache.Put(1, "one");
  cache.Put(1, "another");
  EXPECT_EQ(Found(cache, 1), "another");
  cache.Erase(1);
  EXPECT_EQ(Found(cache, 1), "none");
  cache.Put(1, "again");
  cache.Clear();
  EXPECT_EQ(Found(cache, 1), "none");
}

TEST(EncodedCacheTest, ForgetsWhatNobodyAskedForSince) {
  const std::string value(1000, 'v');
  EncodedCache<std::uint64_t> cache(20'000);  // some eight of each generation
  for (std::uint64_t id = 1; id <= 100; ++id) {
    cache.Put(id, value);
    EXPECT_EQ(Found(cache, id), value);
    EXPECT_EQ(Found(cache, 1), value) << "asked for all the time, after " << id;
  }
  EXPECT_EQ(Found(cache, 50), "none");
}

TEST(EncodedCacheTest, AnErasedValueOfTheOldGenerationStaysAway) {
  const std::string value(1000, 'v');
  EncodedCache<std::uint64_t> cache(20'000);
  for (std::uint64_t id = 1; id <= 12; ++id) cache.Put(id, value);
  cache.Erase(1);
  EXPECT_EQ(Found(cache, 1), "none");
}

}  // namespace
}  // namespace chasqui::storage
