// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The choice between XDP and TC for the ingress program, and what a load at TC does, in a system in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "runtime/fake/fake_kernel.h"
#include "runtime/ingress_hook.h"
#include "sfc/proxy.h"
#include "tests/unit/runtime_sample.h"

namespace sfc {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HookTest : public ::testing::Test {
protected:
  HookTest() {
    kernel_->addDevice("in0", "veth");
    kernel_->addDevice("out0", "veth");
    plan_.counters.resize(3);
    plan_.counters[0].name = "rx";
    plan_.counters[1].name = "rx_ignored";
    plan_.counters[2].name = "rx_stripped";
    options_.ingress = {"in0"};
    options_.egress = {"out0"};
    options_.vnf = Vnf::Kernel;
    options_.ingress_hook = IngressHook::Auto;
  }

  Result<Proxy> load() {
    const auto object = Object::fromBytes(elfWith(plan::toJson(plan_).dump()), "sample.o");
    return Proxy::load(kernel_, *object, "fw", options_);
  }

  /// What `auto` decides, and why; `tc` then is possible or gives the same reason.
  std::string decision() {
    options_.ingress_hook = IngressHook::Auto;
    auto proxy = load();
    EXPECT_TRUE(proxy);
    const ProxyInfo info = proxy->info();
    EXPECT_THAT(proxy->notes(), Contains(HasSubstr(info.hook_reason)));
    EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
    return std::string(nameOf(info.ingress_hook)) + ": " + info.hook_reason;
  }

  /// The error if TC is asked for.
  std::string refusal() {
    options_.ingress_hook = IngressHook::Tc;
    const auto proxy = load();
    EXPECT_FALSE(proxy);
    if (proxy) return "";
    EXPECT_EQ(proxy.error().kind, ErrorKind::Usage);
    return proxy.error().text;
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

TEST_F(HookTest, AttachesToTcAloneAndLeavesAVethAsItIs) {
  in().features = {"rx-gro"};
  out().features = {"tx-tcp-segmentation"};
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_EQ(in().xdp, "");
  EXPECT_THAT(in().tcx, ::testing::SizeIs(1));
  EXPECT_THAT(out().tcx, ::testing::SizeIs(1));
  EXPECT_THAT(in().features, ElementsAre("rx-gro"));
  EXPECT_THAT(out().features, ElementsAre("tx-tcp-segmentation"));
  EXPECT_EQ(config().tc_ingress, 1U);
  EXPECT_EQ(config().superframes, 1U);
  EXPECT_EQ(config().meta_max, 0U);
  EXPECT_EQ(config().store, SFC_STORE_SLOTS);
  EXPECT_EQ(proxy->info().no_superframes, "");
  const auto devices = proxy->devices();
  ASSERT_TRUE(devices);
  EXPECT_EQ(devices->front().hook, "TC tcx");
  EXPECT_TRUE(devices->front().attached);
  EXPECT_THAT(problemsOf("fw", *devices), IsEmpty());
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(in().tcx, IsEmpty());
  EXPECT_THAT(kernel_->paths(), IsEmpty());
}

TEST_F(HookTest, TheStateTellsTheHook) {
  ASSERT_TRUE(load());
  const auto proxy = Proxy::open(kernel_, "fw");
  ASSERT_TRUE(proxy);
  EXPECT_EQ(proxy->info().ingress_hook, IngressHook::Tc);
  EXPECT_THAT(proxy->info().hook_reason, HasSubstr("veth"));
  ASSERT_TRUE(proxy->info().ingress[0].tc);
}

TEST_F(HookTest, WorksWithFiltersToo) {
  kernel_->has_tcx = false;
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_THAT(in().filters, ::testing::SizeIs(1));
  EXPECT_TRUE(in().has_clsact);
  EXPECT_THAT(problemsOf("fw", *proxy->devices()), IsEmpty());
  in().filters.clear();
  EXPECT_THAT(problemsOf("fw", *proxy->devices()), Contains(HasSubstr("in0")));
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_FALSE(in().has_clsact);
}

TEST_F(HookTest, XdpIsTheDefault) {
  options_.ingress_hook = LoadOptions{}.ingress_hook;
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_EQ(in().xdp, "native");
  EXPECT_EQ(config().tc_ingress, 0U);
  EXPECT_EQ(proxy->info().hook_reason, "");
}

TEST_F(HookTest, SaysWhyItIsNotTc) {
  plan_.no_tc_ingress = "only a tunnel over IP can be removed there";
  EXPECT_THAT(decision(), HasSubstr("xdp: sample has no ingress program for TC: only a tunnel over IP"));
  EXPECT_THAT(refusal(), HasSubstr("--ingress-hook tc is not possible: sample has no ingress program"));
  plan_.no_tc_ingress.clear();

  options_.vnf = Vnf::User;
  EXPECT_THAT(decision(), HasSubstr("xdp: TC requires --vnf kernel"));
  EXPECT_THAT(refusal(), HasSubstr("TC requires --vnf kernel"));
  options_.vnf = Vnf::Kernel;

  options_.store = Store::Carry;
  EXPECT_THAT(decision(), HasSubstr("--store carry was given"));
  EXPECT_THAT(refusal(), HasSubstr("--store carry was given"));
  options_.store.reset();

  options_.xdp = XdpMode::Generic;
  EXPECT_THAT(decision(), HasSubstr("--xdp generic was given"));
  EXPECT_THAT(refusal(), HasSubstr("--xdp generic was given"));
  options_.xdp = XdpMode::Auto;

  out().device.driver = "mlx5_core";
  out().features = {"tx-tcp-segmentation"};
  out().fixed = {"tx-tcp-segmentation"};
  EXPECT_THAT(decision(), HasSubstr("superframes would be dropped: tx-tcp-segmentation of out0"));
  EXPECT_THAT(refusal(), HasSubstr("tx-tcp-segmentation of out0 cannot be switched off"));
}

TEST_F(HookTest, OnlyAutoAsksForAVeth) {
  in().device.driver = "mlx5_core";
  EXPECT_THAT(decision(), HasSubstr("xdp: in0 is no veth"));
  options_.ingress_hook = IngressHook::Tc;
  EXPECT_TRUE(load());
}

// Hardware would look for the inner transport header where the outer one is now.
TEST_F(HookTest, SwitchesSegmentationOfOtherDevicesOff) {
  out().device.driver = "mlx5_core";
  out().features = {"tx-udp_tnl-segmentation"};
  ASSERT_TRUE(load());
  EXPECT_THAT(out().features, IsEmpty());
  ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(out().features, ElementsAre("tx-udp_tnl-segmentation"));
}

}  // namespace
}  // namespace sfc
