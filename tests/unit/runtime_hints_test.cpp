// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What is suspected from counters, and what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sfc/hints.h"

namespace sfc {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HintsTest : public ::testing::Test {
protected:
  HintsTest() { info_.egress = {{"out0", 2}}; }

  std::vector<std::string> hints() {
    Stats stats;
    for (const auto& [name, value] : counters_) stats.by_name.emplace_back(name, value);
    std::vector<EgressTraffic> traffic;
    if (sent_ > 0) traffic.push_back({"out0", sent_, segmenting_});
    return hintsFrom(info_, stats, [this] { return young_; }, traffic);
  }

  ProxyInfo info_;
  std::map<std::string, uint64_t> counters_;
  uint64_t young_ = 0;
  uint64_t sent_ = 0;
  std::vector<std::string> segmenting_;
};

TEST_F(HintsTest, NothingWhereAllComesBack) {
  counters_ = {{"rx_stripped", 60000}, {"claimed", 59950}, {"tx", 59950}, {"tx_restored", 59950}};
  sent_ = 59950;
  EXPECT_THAT(hints(), IsEmpty());
}

TEST_F(HintsTest, NothingWhilePacketsAreWithTheFunction) {
  counters_ = {{"rx_stripped", 60000}, {"claimed", 1000}, {"tx", 1000}, {"flushed", 30000}};
  young_ = 29000;
  EXPECT_THAT(hints(), IsEmpty());
}

TEST_F(HintsTest, NothingOfAFirewallThatDropsFew) {
  counters_ = {{"rx_stripped", 60000}, {"claimed", 40000}, {"tx", 40100}, {"tx_pass_miss", 100}};
  sent_ = 40100;
  EXPECT_THAT(hints(), IsEmpty());
}

TEST_F(HintsTest, AFirewallThatDropsMostIsOnlyAsked) {
  counters_ = {{"rx_stripped", 60000}, {"claimed", 1000}, {"tx", 1000}};
  sent_ = 1000;
  EXPECT_THAT(hints(), ElementsAre(AllOf(HasSubstr("59000 of 60000 stripped packets have not come back"),
                                         HasSubstr("this is normal for an SF that drops packets"),
                                         HasSubstr("PACKET_QDISC_BYPASS"))));
}

// The device has sent what the program at egress has not seen, also when much has gone well before.
TEST_F(HintsTest, SeesPacketsThatGoPastEgress) {
  counters_ = {{"rx_stripped", 1000000}, {"claimed", 941000}, {"tx", 941000}};
  sent_ = 1000000;
  EXPECT_THAT(hints(), ElementsAre(AllOf(HasSubstr("59000 stripped packets have not come back"),
                                         HasSubstr("59000 packets have left out0 without passing"),
                                         HasSubstr("PACKET_QDISC_BYPASS or AF_XDP"))));
}

TEST_F(HintsTest, PacketsThatWereDroppedAtEgressHaveNotLeft) {
  counters_ = {{"rx_stripped", 60000}, {"claimed", 30000}, {"tx", 60000}, {"tx_drop_mtu", 30000}};
  sent_ = 30000;
  EXPECT_THAT(hints(), ElementsAre(HasSubstr("30000 of 60000")));
}

TEST_F(HintsTest, SeesPacketsThatComeBackUnknown) {
  counters_ = {{"rx_stripped", 60000}, {"claimed", 1000}, {"tx", 60000}, {"tx_pass_miss", 59000}};
  sent_ = 60000;
  EXPECT_THAT(hints(), ElementsAre(AllOf(HasSubstr("left without headers"), HasSubstr("changes fields of the key"))));
  info_.vnf = Vnf::Kernel;
  EXPECT_THAT(hints(), ElementsAre(HasSubstr("metadata lost on the way")));
  counters_ = {{"rx_stripped", 60000}, {"claimed", 1000}, {"tx", 60000}, {"tx_drop_miss", 59000}};
  sent_ = 1000;
  EXPECT_THAT(hints(), ElementsAre(HasSubstr("tx_drop_miss: they were dropped")));
}

// A firewall has dropped most, but what ingress has passed does not explain all misses of packets that were received.
TEST_F(HintsTest, CountsPacketsThatHaveCertainlyLostTheirMetadata) {
  info_.vnf = Vnf::Kernel;
  counters_ = {{"rx_ignored", 700}, {"rx_stripped", 60000}, {"claimed", 1000},
               {"tx", 2500},        {"tx_pass_miss", 1500}, {"misses_forwarded", 1200}};
  sent_ = 2500;
  EXPECT_THAT(hints(), ElementsAre(AllOf(HasSubstr("at least 500 packets have lost the metadata"),
                                         HasSubstr("of 1200 that were received"), HasSubstr("passed 700"))));
  counters_["rx_ignored"] = 1200;
  EXPECT_THAT(hints(), ElementsAre(HasSubstr("59000 of 60000 stripped packets have not come back")));
}

TEST_F(HintsTest, NamesTheRemedyForSuperframes) {
  counters_ = {{"rx_stripped", 42}, {"tx", 42}, {"tx_drop_gso", 42}};
  EXPECT_THAT(hints(), ElementsAre(AllOf(HasSubstr("42 superframes (TSO, GSO, GRO) were dropped at egress"),
                                         HasSubstr("ethtool -K DEV gro off tso off gso off"),
                                         HasSubstr("must not use PACKET_VNET_HDR"))));
  info_.vnf = Vnf::Kernel;
  EXPECT_THAT(hints(), ElementsAre(AllOf(HasSubstr("42 superframes"), HasSubstr("another sender on this machine"),
                                         HasSubstr("ethtool -K DEV tso off gso off"))));
  info_.plan.kind = plan::Kind::Classifier;
  EXPECT_THAT(hints(), ElementsAre(HasSubstr("cannot be put onto them; their sender must send single packets")));
}

TEST_F(HintsTest, SeesADeviceThatSegmentsSuperframesItself) {
  sent_ = 1;
  segmenting_ = {"tx-tcp-segmentation", "tx-tcp6-segmentation"};
  for (const plan::Kind kind : {plan::Kind::Proxy, plan::Kind::Classifier}) {
    info_.plan.kind = kind;
    EXPECT_THAT(hints(),
                ElementsAre(AllOf(HasSubstr("out0: tx-tcp-segmentation, tx-tcp6-segmentation are on again"),
                                  HasSubstr("ethtool -K out0 tx-tcp-segmentation off tx-tcp6-segmentation off"))));
  }
  info_.no_superframes = "telemetry is of single packets";
  EXPECT_THAT(hints(), IsEmpty());
}

TEST_F(HintsTest, NothingWhereHeadersAreTakenOffForGood) {
  counters_ = {{"rx_stripped", 60000}};
  for (const plan::Kind kind : {plan::Kind::Terminator, plan::Kind::Classifier, plan::Kind::Edits}) {
    info_.plan.kind = kind;
    EXPECT_THAT(hints(), IsEmpty());
  }
}

}  // namespace
}  // namespace sfc
