// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Loading and unloading against a system in memory: what ends up attached, pinned and switched off, and that a load
// that fails leaves nothing behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lib/abi/buckets.h"
#include "runtime/failure.h"
#include "runtime/fake/fake_kernel.h"
#include "runtime/offloads.h"
#include "runtime/pins.h"
#include "runtime/setup.h"
#include "sfc/proxy.h"
#include "tests/unit/runtime_sample.h"

namespace sfc {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class LoadTest : public ::testing::Test {
protected:
  LoadTest() {
    kernel_->addDevice("in0", "veth");
    kernel_->addDevice("out0", "veth");
    plan_.counters.resize(3);
    plan_.counters[0].name = "rx";
    plan_.counters[1].name = "rx_ignored";
    plan_.counters[2].name = "rx_stripped";
    plan_.params = {{"min_ttl", 8, 0, 2}};
    plan_.cache.entries = 1000;
    options_.ingress = {"in0"};
    options_.egress = {"out0"};
  }

  Result<Proxy> load(const std::string& name = "fw") {
    const auto object = Object::fromBytes(elfWith(plan::toJson(plan_).dump()), "sample.o");
    return Proxy::load(kernel_, *object, name, options_);
  }

  /// The error of a load that has to fail and to leave nothing behind.
  Error failure(const std::string& name = "fw") {
    const auto before = kernel_->paths();
    const auto proxy = load(name);
    EXPECT_FALSE(proxy);
    EXPECT_EQ(kernel_->paths(), before);
    return proxy ? Error{} : proxy.error();
  }

  sfc_config config() const {
    sfc_config config{};
    std::memcpy(&config, kernel_->last_setup.config.data(), sizeof(config));
    return config;
  }

  FakeDevice& in() { return kernel_->fake("in0"); }
  FakeDevice& out() { return kernel_->fake("out0"); }

  std::shared_ptr<FakeKernel> kernel_ = std::make_shared<FakeKernel>();
  plan::Plan plan_ = smallestPlan();
  LoadOptions options_;
};

TEST_F(LoadTest, AttachesPinsAndUnloads) {
  ASSERT_TRUE(load());
  EXPECT_EQ(in().xdp, "native");
  EXPECT_EQ(out().tcx.size(), 1U);
  EXPECT_THAT(kernel_->paths(), Contains("/pins/fw/prog_sfc_ingress"));
  EXPECT_THAT(*Proxy::list(kernel_), ElementsAre("fw"));

  const auto proxy = Proxy::open(kernel_, "fw");
  ASSERT_TRUE(proxy);
  EXPECT_EQ(proxy->info().plan, plan_);
  EXPECT_EQ((*proxy->stats())["rx"], 0U);

  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_EQ(in().xdp, "");
  EXPECT_EQ(out().tcx.size(), 0U);
  EXPECT_THAT(kernel_->paths(), IsEmpty());
  EXPECT_EQ(Proxy::unload(kernel_, "fw").error().kind, ErrorKind::NotFound);
}

TEST_F(LoadTest, SizesTheStore) {
  ASSERT_TRUE(load());
  const unsigned buckets = config().bucket_mask + 1;
  EXPECT_EQ(buckets, bucketsFor(1000));
  EXPECT_EQ(kernel_->last_setup.max_entries.at(SFC_MAP_BUCKETS), buckets);
  EXPECT_EQ(kernel_->last_setup.max_entries.at(SFC_MAP_ENTRIES), buckets * (SFC_WAYS - 1));
  EXPECT_EQ(kernel_->last_setup.max_entries.at(SFC_MAP_FAR), SFC_FAR_ELEMENTS(buckets));
  EXPECT_EQ(kernel_->last_setup.max_entries.at(SFC_MAP_HASH), 1U);
  // Nothing merges packets on in0, so no metadata is needed to keep them apart.
  EXPECT_EQ(config().meta_max, 0U);

  options_.store = Store::Hash;
  options_.ingress = {"out0"};
  ASSERT_TRUE(load("other"));
  EXPECT_EQ(config().bucket_mask, 0U);
  EXPECT_EQ(kernel_->last_setup.max_entries.at(SFC_MAP_HASH), 1000U);
}

TEST_F(LoadTest, SizesTheStoreOfTheNewestHeaders) {
  plan_.kind = plan::Kind::Last;
  options_.vnf = Vnf::Kernel;
  ASSERT_TRUE(load());
  const unsigned buckets = config().bucket_mask + 1;
  EXPECT_EQ(buckets, 512U);
  EXPECT_EQ(kernel_->last_setup.max_entries.at(SFC_MAP_ENTRIES), buckets * (SFC_NEAR_WAYS - 1));
  EXPECT_EQ(kernel_->last_setup.max_entries.at(SFC_MAP_FAR), 1U);
  // The key finds the headers in both modes.
  EXPECT_EQ(config().vnf, static_cast<uint32_t>(SFC_VNF_USER));
  EXPECT_EQ(config().store, static_cast<uint32_t>(SFC_STORE_SLOTS));
  EXPECT_EQ(config().meta_max, 0U);
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  options_.store = Store::Carry;
  EXPECT_THAT(failure().text, HasSubstr("keeps the newest headers"));
}

TEST_F(LoadTest, BucketsAreAPowerOfTwo) {
  EXPECT_EQ(bucketsFor(0), 1U);
  EXPECT_EQ(bucketsFor(SFC_WAYS / 2), 1U);
  EXPECT_EQ(bucketsFor(SFC_WAYS / 2 + 1), 2U);
  EXPECT_EQ(bucketsFor(5 * SFC_WAYS / 2), 8U);
  EXPECT_EQ(bucketsFor(UINT64_MAX), 1U << 20);
}

TEST_F(LoadTest, OneKeyHasRoomForAllEntries) {
  for (uint64_t entries : {1, 38, 39, 77, 1000, 10000, 16777216})
    EXPECT_GE(SFC_NEAR_WAYS + uint64_t{SFC_FAR_WAYS} * bucketsFor(entries), entries) << entries;
}

TEST_F(LoadTest, RefusesStoresThatDoNotGoWithTheVnf) {
  options_.store = Store::Carry;
  EXPECT_EQ(failure().kind, ErrorKind::Usage);
  options_.vnf = Vnf::Kernel;
  options_.store = Store::Hash;
  EXPECT_EQ(failure().kind, ErrorKind::Usage);
  options_.store = std::nullopt;
  ASSERT_TRUE(load());
  EXPECT_EQ(config().store, uint32_t{SFC_STORE_CARRY});
}

TEST_F(LoadTest, ChecksParameters) {
  options_.params = {{"nonsense", 1}};
  EXPECT_THAT(failure().text, HasSubstr("it has min_ttl"));
  options_.params = {{"min_ttl", 256}};
  EXPECT_THAT(failure().text, HasSubstr("the maximum is 255"));
  options_.params = {{"min_ttl", 255}};
  auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_EQ((*proxy->params())[0].value, 255U);
  ASSERT_TRUE(proxy->setParam({"min_ttl", 7}));
  EXPECT_EQ((*proxy->params())[0].value, 7U);
  EXPECT_EQ(proxy->setParam({"min_ttl", 300}).error().kind, ErrorKind::Usage);
}

TEST_F(LoadTest, RefusesWhatIsNotThereOrTaken) {
  EXPECT_EQ(failure("a.b").kind, ErrorKind::Usage);
  ASSERT_TRUE(load());
  EXPECT_EQ(failure().kind, ErrorKind::Conflict);         // the name
  EXPECT_EQ(failure("other").kind, ErrorKind::Conflict);  // the device's XDP
  EXPECT_EQ(out().tcx.size(), 1U);
  options_.ingress = {"nope"};
  EXPECT_EQ(failure("other").kind, ErrorKind::NotFound);
  kernel_->privileged = false;
  EXPECT_EQ(failure("other").kind, ErrorKind::Kernel);
}

TEST_F(LoadTest, NeedsHeadroom) {
  out().device.mtu = 1400;
  EXPECT_THAT(failure().text, HasSubstr("ip link set dev out0 mtu 1500"));
  EXPECT_EQ(failure().kind, ErrorKind::Input);
  out().device.mtu = 1500;
  EXPECT_TRUE(load());
}

TEST_F(LoadTest, SaysWhereTelemetryHasNoRoom) {
  plan_.max_growth = 12;
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_THAT(proxy->notes(),
              Contains(AllOf(HasSubstr("larger than 1488"), HasSubstr("an MTU of 1512 has room for all"))));
}

TEST_F(LoadTest, SaysNothingWhereTelemetryHasRoom) {
  plan_.max_growth = 12;
  out().device.mtu = 1512;
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_THAT(proxy->notes(), Not(Contains(HasSubstr("telemetry"))));
}

TEST_F(LoadTest, FallsBackToGenericXdpAndSaysSo) {
  in().native_xdp = false;
  options_.xdp = XdpMode::Native;
  EXPECT_EQ(failure().kind, ErrorKind::Kernel);
  options_.xdp = XdpMode::Auto;
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_EQ(in().xdp, "generic");
  EXPECT_THAT(proxy->notes(), Contains(HasSubstr("generic XDP is used instead")));
}

TEST_F(LoadTest, KeepsGroOnWhereMetadataTellsPacketsApart) {
  in().features = {"rx-gro"};
  ASSERT_TRUE(load());
  EXPECT_THAT(in().features, Contains("rx-gro"));
  EXPECT_EQ(config().meta_max, 216U);
}

TEST_F(LoadTest, SwitchesGroOffElsewhereAndOnAgain) {
  in().device.driver = "tun";
  in().features = {"rx-gro", "rx-lro"};
  ASSERT_TRUE(load());
  EXPECT_THAT(in().features, IsEmpty());
  EXPECT_EQ(config().meta_max, 0U);
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(in().features, ElementsAre("rx-gro", "rx-lro"));
}

TEST_F(LoadTest, RefusesDevicesThatMergeInAnyCase) {
  in().device.driver = "tun";
  in().features = {"rx-gro"};
  for (auto* kind : {&in().fixed, &in().stubborn}) {
    *kind = {"rx-gro"};
    EXPECT_THAT(failure().text, HasSubstr("rx-gro"));
    EXPECT_EQ(in().xdp, "");
    kind->clear();
  }
}

TEST_F(LoadTest, SwitchesOffWhatTakesTagsOut) {
  in().device.driver = "e1000";
  in().features = {"rx-vlan-hw-parse", "rx-checksum"};
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_THAT(in().features, ElementsAre("rx-checksum"));
  EXPECT_TRUE(proxy->info().ingress[0].sees_tags);
  EXPECT_THAT(proxy->notes(), Contains("in0: rx-vlan-hw-parse off while the proxy is loaded"));
  EXPECT_THAT(*Proxy::unload(kernel_, "fw"), ElementsAre("in0: rx-vlan-hw-parse on again"));
  EXPECT_THAT(in().features, ElementsAre("rx-checksum", "rx-vlan-hw-parse"));
}

TEST_F(LoadTest, SaysWhereTagsAreTakenOutInAnyCase) {
  in().device.driver = "e1000";
  in().features = {"rx-vlan-hw-parse"};
  for (auto* kind : {&in().fixed, &in().stubborn}) {
    *kind = {"rx-vlan-hw-parse"};
    const auto proxy = load();
    ASSERT_TRUE(proxy);
    EXPECT_THAT(proxy->notes(), Contains(HasSubstr("ingress does not see such a tag")));
    EXPECT_FALSE(Proxy::open(kernel_, "fw")->info().ingress[0].sees_tags);
    ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
    kind->clear();
  }
}

TEST_F(LoadTest, NamesThePeerWhereTagsComeAsTheyWereSent) {
  in().features = {"rx-vlan-hw-parse"};
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_THAT(proxy->notes(), Contains(HasSubstr("ethtool -K PEER txvlan off")));
  EXPECT_THAT(in().features, ElementsAre("rx-vlan-hw-parse"));  // it would change nothing
}

TEST_F(LoadTest, RefusesDevicesWithoutEthernetHeaders) {
  for (FakeDevice* device : {&in(), &out()}) {
    for (const unsigned type : {512, 519, 768, 769, 776, 778, 823, 0xfffe, 4711}) {
      device->device.type = type;
      const Error error = failure();
      EXPECT_EQ(error.kind, ErrorKind::Input) << type;
      EXPECT_THAT(error.text, AllOf(HasSubstr(device->device.name), HasSubstr("no Ethernet header"))) << type;
      EXPECT_FALSE(kernel_->was_loaded);
    }
    device->device.type = 1;
  }
  in().device.type = 772;  // loopback has one
  EXPECT_TRUE(load());
}

// Packets of a bridge are merged by its ports.
TEST_F(LoadTest, SwitchesMergingOffOnTheDevicesBelow) {
  in().device.driver = "bridge";
  in().native_xdp = false;
  kernel_->addDevice("port0", "e1000").features = {"rx-gro", "rx-vlan-hw-parse"};
  kernel_->addDevice("port1", "veth").features = {"rx-gro"};
  in().below = {"port0", "port1"};
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_EQ(in().xdp, "generic");
  EXPECT_THAT(kernel_->fake("port0").features, ElementsAre("rx-vlan-hw-parse"));  // which would change nothing
  EXPECT_THAT(kernel_->fake("port1").features, IsEmpty());
  EXPECT_THAT(proxy->notes(), Contains(HasSubstr("the kernel takes the outermost VLAN tag out")));
  EXPECT_THAT(proxy->notes(),
              Contains(AllOf(HasSubstr("port1: superframes"), HasSubstr("ethtool -K PEER tso off gso off"))));
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(kernel_->fake("port0").features, ElementsAre("rx-gro", "rx-vlan-hw-parse"));
  EXPECT_THAT(kernel_->fake("port1").features, ElementsAre("rx-gro"));
}

// The native XDP of a bond runs on its members.
TEST_F(LoadTest, ShowsTagsOnTheDevicesBelowWhereXdpRunsThere) {
  in().device.driver = "bonding";
  kernel_->addDevice("member0", "e1000").features = {"rx-gro", "rx-vlan-hw-parse"};
  in().below = {"member0"};
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_EQ(in().xdp, "native");
  EXPECT_TRUE(proxy->info().ingress[0].sees_tags);
  EXPECT_THAT(kernel_->fake("member0").features, IsEmpty());
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(kernel_->fake("member0").features, ElementsAre("rx-gro", "rx-vlan-hw-parse"));
}

TEST_F(LoadTest, SaysWhoSendsSuperframes) {
  const auto notes = [&](XdpMode mode) {
    options_.xdp = mode;
    const auto proxy = load();
    EXPECT_TRUE(proxy);
    EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
    return proxy->notes();
  };
  EXPECT_THAT(notes(XdpMode::Native), Not(Contains(HasSubstr("superframes"))));  // native XDP switches them off
  EXPECT_THAT(notes(XdpMode::Generic), Contains(HasSubstr("ethtool -K PEER tso off gso off")));
  in().peer = "veth7";
  EXPECT_THAT(notes(XdpMode::Generic), Contains(HasSubstr("ethtool -K veth7 tso off gso off")));
  in().device.driver = "tun";
  EXPECT_THAT(notes(XdpMode::Generic), Contains(HasSubstr("the machine behind it")));
}

TEST_F(LoadTest, LeavesCuttingSuperframesToSoftware) {
  options_.vnf = Vnf::Kernel;
  in().features = {"rx-gro", "tx-tcp-segmentation"};
  out().features = {"tx-tcp-segmentation", "tx-udp-segmentation", "tx-checksum-ip-generic"};
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_EQ(proxy->info().no_superframes, "");
  EXPECT_EQ(config().superframes, 1U);
  EXPECT_THAT(out().features, ElementsAre("tx-checksum-ip-generic"));
  EXPECT_THAT(in().features, ElementsAre("rx-gro", "tx-tcp-segmentation"));
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(out().features, ElementsAre("tx-checksum-ip-generic", "tx-tcp-segmentation", "tx-udp-segmentation"));
}

TEST_F(LoadTest, SaysWhereGroIsOff) {
  const auto notes = [&] {
    const auto proxy = load();
    EXPECT_TRUE(proxy);
    EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
    return proxy->notes();
  };
  const auto note = Contains(HasSubstr("ethtool -K in0 gro on"));
  EXPECT_THAT(notes(), Not(note));  // in user mode it has to be off
  options_.vnf = Vnf::Kernel;
  EXPECT_THAT(notes(), note);
  in().features = {"rx-gro"};
  EXPECT_THAT(notes(), Not(note));
  in().features = {};
  options_.xdp = XdpMode::Generic;  // which switches it off
  EXPECT_THAT(notes(), Not(note));
  options_.xdp = XdpMode::Native;
  plan_.no_superframes = "telemetry is of single packets";
  EXPECT_THAT(notes(), Not(note));
}

TEST_F(LoadTest, AClassifierLetsGroMerge) {
  plan_.kind = plan::Kind::Classifier;
  in().features = {"rx-gro"};
  ASSERT_TRUE(load());
  EXPECT_EQ(config().superframes, 1U);
  EXPECT_THAT(in().features, ElementsAre("rx-gro"));
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
}

TEST_F(LoadTest, AClassifierNeedsNoIngressDevice) {
  options_.ingress.clear();
  ASSERT_FALSE(load());
  for (const plan::Kind kind : {plan::Kind::Terminator, plan::Kind::Static, plan::Kind::Edits}) {
    plan_.kind = kind;
    EXPECT_FALSE(load());
  }
  plan_.kind = plan::Kind::Classifier;
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_THAT(proxy->info().ingress, IsEmpty());
  EXPECT_THAT(in().xdp, IsEmpty());
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
}

TEST_F(LoadTest, SegmentsSuperframesForAClassifier) {
  plan_.kind = plan::Kind::Classifier;
  plan_.no_superframes = "pushed headers have lengths";
  in().features = {"rx-gro"};
  out().features = {"tx-tcp-segmentation"};
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_EQ(config().superframes, 0U);
  const auto& pair = proxy->info().segmenter;
  ASSERT_TRUE(pair);
  EXPECT_EQ(config().segmenter, pair->ifindex);
  EXPECT_EQ(kernel_->fake(pair->name).device.ifindex, pair->ifindex);
  EXPECT_EQ(kernel_->fake(pair->peer).device.ifindex, pair->peer_ifindex);
  EXPECT_THAT(kernel_->fake(pair->name).features, IsEmpty());
  EXPECT_THAT(kernel_->fake(pair->peer).tcx, SizeIs(1));
  EXPECT_THAT(proxy->notes(), Contains(AllOf(HasSubstr(pair->name), HasSubstr("because pushed headers have lengths"))));
  // Forwarded packets may come as superframes, and the device may segment what has no headers.
  EXPECT_THAT(in().features, ElementsAre("rx-gro"));
  EXPECT_THAT(out().features, ElementsAre("tx-tcp-segmentation"));
}

TEST_F(LoadTest, SaysWhySuperframesAreDropped) {
  out().features = {"tx-tcp-segmentation"};
  const auto reason = [&] {
    const auto proxy = load();
    EXPECT_TRUE(proxy);
    EXPECT_EQ(config().superframes, 0U);
    EXPECT_THAT(out().features, ElementsAre("tx-tcp-segmentation"));
    EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
    return proxy->info().no_superframes;
  };
  EXPECT_THAT(reason(), HasSubstr("user mode"));
  options_.vnf = Vnf::Kernel;
  options_.store = Store::Slots;
  EXPECT_THAT(reason(), HasSubstr("slot of its own"));
  options_.store.reset();
  plan_.no_superframes = "telemetry is of single packets";
  EXPECT_EQ(reason(), plan_.no_superframes);
  plan_.no_superframes.clear();
  kernel_->metadata = 32;
  plan_.entry.record.bytes_offset = 32;
  EXPECT_EQ(reason(), "32 bytes of metadata have no room for headers, so each packet has a slot of its own");
  plan_.entry.record.bytes_offset = 4;
  out().fixed = {"tx-tcp-segmentation"};
  EXPECT_EQ(reason(), "tx-tcp-segmentation of out0 cannot be switched off");
}

// The device says that it lets the offload be changed, and does not.
TEST_F(LoadTest, LetsNoSuperframeLeaveUncut) {
  options_.vnf = Vnf::Kernel;
  out().features = {"tx-tcp-segmentation"};
  out().stubborn = {"tx-tcp-segmentation"};
  EXPECT_THAT(failure().text, HasSubstr("superframes could leave it uncut"));
}

// What a device has to be set back to is known before it is changed: a load that dies in between leaves that behind.
TEST_F(LoadTest, RemembersOffloadsBeforeItChangesThem) {
  in().device.driver = "tun";
  in().features = {"rx-gro", "rx-vlan-hw-parse"};
  kernel_->before_offloads = [&] {
    const auto& noted = Pins(*kernel_, "fw~").readState().offloads;
    ASSERT_THAT(noted, SizeIs(1));
    EXPECT_THAT(noted[0].offloads,
                Contains(AllOf(Field(&OffloadChange::before, true), Field(&OffloadChange::now, false))));
    throw Failure(ErrorKind::Kernel, "not today");
  };
  EXPECT_EQ(failure().kind, ErrorKind::Kernel);
}

// Both proxies leave by one bridge, say: its setting is given back when the last of them goes, in either order.
TEST_F(LoadTest, HandsOffloadsOnToTheProxyThatStillNeedsThem) {
  for (const std::vector<std::string>& order : {std::vector<std::string>{"a", "b"}, {"b", "a"}}) {
    in().features = {"tx-tcp-segmentation"};
    const Device device = in().device;
    for (const char* name : {"a", "b"}) {
      ProxyInfo info;
      info.name = name;
      info.net_namespace = kernel_->net_namespace;
      info.plan = plan_;
      Pins pins(*kernel_, name);
      kernel_->makeDirectory(pins.path());
      pins.createOwnMaps(info, 1);
      setOffloads(*kernel_, device, kernel_->offloads(device, {"tx-tcp-segmentation"}), false, info,
                  [&] { pins.writeState(info); });
    }
    EXPECT_THAT(in().features, IsEmpty());
    ASSERT_TRUE(Proxy::unload(kernel_, order[0]));
    EXPECT_THAT(in().features, IsEmpty());
    ASSERT_TRUE(Proxy::unload(kernel_, order[1]));
    EXPECT_THAT(in().features, ElementsAre("tx-tcp-segmentation"));
  }
}

TEST_F(LoadTest, LeavesADeviceAloneThatIsNotTheSameAnyMore) {
  in().device.driver = "tun";
  in().features = {"rx-gro"};
  ASSERT_TRUE(load());
  in().device.driver = "veth";
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(in().features, IsEmpty());
}

TEST_F(LoadTest, HandsPacketsOverWhereTagsOrChecksumsCanBeBesideFrames) {
  options_.vnf = Vnf::Kernel;
  for (const char* driver : {"veth", "tun"}) {
    in().device.driver = driver;
    for (const bool has_tcx : {true, false}) {
      kernel_->has_tcx = has_tcx;
      ASSERT_TRUE(load());
      EXPECT_EQ(config().beside, 1U);
      EXPECT_EQ(in().tcx.size() + in().filters.size(), 1U) << driver;
      ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
      EXPECT_EQ(in().tcx.size() + in().filters.size(), 0U);
      EXPECT_FALSE(in().has_clsact);
    }
  }
  in().device.driver = "e1000";
  ASSERT_TRUE(load());
  EXPECT_EQ(config().beside, 0U) << "a network card that shows all tags, and finishes nothing";
  EXPECT_THAT(in().tcx, IsEmpty());
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  in().features = {"rx-vlan-hw-parse"};
  in().fixed = {"rx-vlan-hw-parse"};
  ASSERT_TRUE(load());
  EXPECT_EQ(config().beside, 1U);
}

TEST_F(LoadTest, InUserModeNothingStandsBehindXdp) {
  ASSERT_TRUE(load());
  EXPECT_EQ(config().beside, 1U) << "egress asks twice";
  EXPECT_THAT(in().tcx, IsEmpty());
}

TEST_F(LoadTest, KernelModeNeedsMetadata) {
  options_.vnf = Vnf::Kernel;
  kernel_->metadata = 16;
  EXPECT_THAT(failure().text, HasSubstr("--vnf user"));
  kernel_->metadata = 32;
  in().device.driver = "tun";
  options_.xdp = XdpMode::Native;
  EXPECT_THAT(failure().text, HasSubstr("driver tun"));
  options_.xdp = XdpMode::Auto;
  ASSERT_TRUE(load());
  EXPECT_EQ(in().xdp, "generic");
  EXPECT_EQ(config().meta_max, 32U);
}

TEST_F(LoadTest, UsesClsactWhereThereIsNoTcx) {
  kernel_->has_tcx = false;
  ASSERT_TRUE(load());
  EXPECT_TRUE(out().has_clsact);
  EXPECT_EQ(out().filters.size(), 1U);
  out().filters.insert(4711);  // somebody else's
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(out().filters, ElementsAre(4711));
  EXPECT_TRUE(out().has_clsact);
}

TEST_F(LoadTest, RemovesItsOwnClsactWhenEmpty) {
  kernel_->has_tcx = false;
  ASSERT_TRUE(load());
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_FALSE(out().has_clsact);
}

TEST_F(LoadTest, LeavesNothingBehindWhenAStepFails) {
  kernel_->has_tcx = false;
  in().device.driver = "tun";
  in().features = {"rx-gro"};
  for (const char* step : {"state", "flushed", "map_sfc_hash", "prog_sfc_ingress", "link_xdp_1"}) {
    kernel_->fail_at = step;
    EXPECT_EQ(failure().kind, ErrorKind::Kernel) << step;
    EXPECT_EQ(in().xdp, "") << step;
    EXPECT_THAT(out().filters, IsEmpty()) << step;
    EXPECT_THAT(in().features, ElementsAre("rx-gro")) << step;
  }
}

TEST_F(LoadTest, CleansUpAfterALoadThatDied) {
  kernel_->has_tcx = false;
  ASSERT_TRUE(load());
  kernel_->rename("/pins/fw", "/pins/fw~");
  EXPECT_THAT(*Proxy::list(kernel_), IsEmpty());
  ASSERT_TRUE(load());
  EXPECT_EQ(out().filters.size(), 1U);
  kernel_->rename("/pins/fw", "/pins/fw~");
  EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(kernel_->paths(), IsEmpty());
  EXPECT_EQ(in().xdp, "");
}

TEST_F(LoadTest, DoesNotTouchDevicesOfAnotherNamespace) {
  kernel_->has_tcx = false;
  ASSERT_TRUE(load());
  kernel_->net_namespace = 2;
  EXPECT_EQ(Proxy::unload(kernel_, "fw").error().kind, ErrorKind::Conflict);
  kernel_->net_namespace = 1;
  EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
}

TEST_F(LoadTest, AuditFindsOnePacketAtRest) {
  ASSERT_TRUE(load());
  const auto proxy = Proxy::open(kernel_, "fw");
  const auto audit = [&](uint64_t received, uint64_t ignored) {
    const uint64_t counters[] = {received, ignored, 0};
    Bytes bytes(sizeof(counters));
    std::memcpy(bytes.data(), counters, sizeof(counters));
    kernel_->mapAt("/pins/fw/map_sfc_counters")->update(Bytes(4), bytes);
    return *proxy->audit();
  };
  EXPECT_TRUE(audit(1000, 1000).balances());
  for (const Audit& wrong : {audit(1001, 1000), audit(1000, 1001)}) {
    EXPECT_TRUE(wrong.at_rest);
    EXPECT_FALSE(wrong.balances());
  }
}

TEST_F(LoadTest, WhatAnotherVersionLoadedIsOnlyUnloaded) {
  ASSERT_TRUE(load());
  const auto state = kernel_->mapAt("/pins/fw/state");
  Bytes bytes = *state->find(Bytes(4));
  const std::string mark = "\"abi\":" + std::to_string(SFC_ABI_VERSION);
  const auto at = std::search(bytes.begin(), bytes.end(), mark.begin(), mark.end());
  ASSERT_NE(at, bytes.end());
  *(at + static_cast<std::ptrdiff_t>(mark.size()) - 1) += 1;
  state->update(Bytes(4), bytes);
  const auto proxy = Proxy::open(kernel_, "fw");
  ASSERT_FALSE(proxy);
  EXPECT_THAT(proxy.error().text, HasSubstr("unload it and load it again"));
  EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
}

TEST_F(LoadTest, AnObjectWhoseMapsAreNotThoseOfItsPlanIsRefused) {
  const auto wanted = makeSetup(*kernel_, plan_, Vnf::User, Store::Slots, {}).maps;
  const auto refused = [&](const std::string& name, const MapShape& shape) {
    auto found = wanted;
    found[name] = shape;
    try {
      checkMaps("sample.o", wanted, found);
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refused(SFC_MAP_ENTRIES, wanted.at(SFC_MAP_ENTRIES)), "");
  const auto with = [&](const char* name, unsigned MapShape::* member, unsigned value) {
    MapShape shape = wanted.at(name);
    shape.*member = value;
    return refused(name, shape);
  };
  EXPECT_THAT(with(SFC_MAP_ENTRIES, &MapShape::value_size, 56), HasSubstr("sfc_entries has a value size of 56"));
  EXPECT_THAT(with(SFC_MAP_BUCKETS, &MapShape::value_size, 64), HasSubstr("sfc_buckets has a value size of 64"));
  EXPECT_THAT(with(SFC_MAP_BUCKETS, &MapShape::flags, 0), HasSubstr("sfc_buckets has flags 0"));
  EXPECT_THAT(with(SFC_MAP_COUNTERS, &MapShape::value_size, 16), HasSubstr("sfc_counters has a value size of 16"));
  EXPECT_EQ(with(SFC_MAP_COUNTERS, &MapShape::value_size, 4000), "") << "there is more behind the counters";
  EXPECT_THAT(with(SFC_MAP_PARAMS, &MapShape::type, 1), HasSubstr("sfc_params has type 1"));
  EXPECT_THAT(with(SFC_MAP_HASH, &MapShape::key_size, 4), HasSubstr("sfc_hash has a key size of 4"));
  EXPECT_THAT(refused("more", {}), HasSubstr("the object has a map more"));
}

TEST_F(LoadTest, ATableCannotHaveTheMapOfAnother) {
  plan_.tables = {{"mine", SFC_MAP_COUNTERS, 4, 10, {{"ip.src", plan::Match::Exact, 32, 0, 4}}}};
  EXPECT_THAT(failure().text, HasSubstr("sfc_counters, which has another use"));
}

}  // namespace
}  // namespace sfc
