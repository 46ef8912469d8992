#include "server/caller_address.h"

#include <string>

#include "gtest/gtest.h"

namespace chasqui::server {
namespace {

TEST(CallerAddressTest, IsWithoutPortAndByTheNetwork) {
  EXPECT_EQ(NormalAddress("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(NormalAddress("192.0.2.7:4711"), "192.0.2.7");
  EXPECT_EQ(NormalAddress("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  EXPECT_EQ(NormalAddress("[2001:db8:1:2:3:4:5:6]:4711"), "2001:db8:1:2::/64");
  EXPECT_EQ(NormalAddress("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(NormalAddress(""), "");
  EXPECT_EQ(NormalAddress("[").size(), 0U);
  EXPECT_EQ(NormalAddress(std::string(1'000, 'x')).size(), 64U);
}

TEST(CallerAddressTest, TheLatestProxyIsBelieved) {
  EXPECT_EQ(ForwardedAddress("10.0.0.1, 192.0.2.7", ""), "192.0.2.7");
  EXPECT_EQ(ForwardedAddress(" 192.0.2.7 ", "for=10.0.0.1"), "192.0.2.7");
  EXPECT_EQ(ForwardedAddress("", "for=10.0.0.1, by=a;For=\"[2001:db8::1]:9\""),
            "2001:db8::/64");
  EXPECT_EQ(ForwardedAddress("", "proto=https;for=192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(ForwardedAddress("", "proto=https"), "");
  EXPECT_EQ(ForwardedAddress("", ""), "");
  EXPECT_EQ(ForwardedAddress(",", ";;"), "");
}

}  // namespace
}  // namespace chasqui::server
