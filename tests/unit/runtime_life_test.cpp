// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What is left of a proxy when load or unload is killed at any of its steps, or when its devices go away under it: that
// this is told as it is, and that the command that is named with it mends it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "runtime/fake/fake_kernel.h"
#include "sfc/proxy.h"
#include "tests/unit/runtime_sample.h"

namespace sfc {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr size_t more_than_any_takes = 200;

class LifeTest : public ::testing::TestWithParam<bool> {
protected:
  LifeTest() {
    kernel_->has_tcx = GetParam();
    kernel_->addDevice("in0", "e1000").features = {"rx-gro", "rx-vlan-hw-parse"};
    kernel_->addDevice("in1", "tun").features = {"rx-gro"};
    kernel_->addDevice("out0", "veth");
    plan_ = smallestPlan();
    plan_.counters.resize(1);
    plan_.counters[0].name = "rx";
    plan_.cache.entries = 1;
    options_.ingress = {"in0", "in1"};
    options_.egress = {"out0"};
  }

  Result<Proxy> load(const std::string& name = "fw") {
    const auto object = Object::fromBytes(elfWith(plan::toJson(plan_).dump()), "sample.o");
    return Proxy::load(kernel_, *object, name, options_);
  }

  bool runsAnything() {
    return !kernel_->fake("in0").xdp.empty() || !kernel_->fake("in1").xdp.empty() ||
           !kernel_->fake("out0").tcx.empty() || !kernel_->fake("out0").filters.empty();
  }

  void expectUntouched() {
    EXPECT_FALSE(runsAnything());
    EXPECT_FALSE(kernel_->fake("out0").has_clsact);
    EXPECT_THAT(kernel_->fake("in0").features, ElementsAre("rx-gro", "rx-vlan-hw-parse"));
    EXPECT_THAT(kernel_->fake("in1").features, ElementsAre("rx-gro"));
    EXPECT_THAT(kernel_->paths(), IsEmpty());
    EXPECT_EQ(kernel_->deviceCount(), 3U);
  }

  /// Everything that runs is told, and nothing else.
  void expectToldAsItIs(const Unfinished& unfinished) {
    EXPECT_EQ(unfinished.name, "fw");
    EXPECT_FALSE(unfinished.busy);
    EXPECT_EQ(!unfinished.devices.empty(), runsAnything());
    for (const DeviceStatus& device : unfinished.devices) {
      const FakeDevice& real = kernel_->fake(device.name);
      EXPECT_TRUE(device.is_ingress ? !real.xdp.empty() : real.tcx.size() + real.filters.size() > 0);
    }
    EXPECT_THAT(describe(unfinished), AllOf(HasSubstr("is incomplete"), HasSubstr("run: sfcctl unload fw")));
  }

  /// Another proxy on the same devices is told what is in its way.
  void expectInTheWay() {
    const bool taken = runsAnything();
    const auto other = load("other");
    EXPECT_EQ(bool(other), !taken);
    if (other) {
      EXPECT_TRUE(Proxy::unload(kernel_, "other"));
    } else {
      EXPECT_EQ(other.error().kind, ErrorKind::Conflict);
      EXPECT_THAT(other.error().text, HasSubstr("run: sfcctl unload fw"));
    }
  }

  /// After a load or unload that was killed: the truth is told, the command helps, and a new load works.
  void expectMendable(size_t steps) {
    SCOPED_TRACE(testing::Message() << "killed after " << steps << " steps");
    const auto unfinished = Proxy::unfinished(kernel_);
    ASSERT_TRUE(unfinished);
    EXPECT_THAT(*Proxy::list(kernel_), IsEmpty());
    if (unfinished->empty()) {
      expectUntouched();
    } else {
      ASSERT_THAT(*unfinished, SizeIs(1));
      expectToldAsItIs(unfinished->front());
      EXPECT_THAT(Proxy::open(kernel_, "fw").error().text, HasSubstr("run: sfcctl unload fw"));
      expectInTheWay();
      EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
    }
    expectUntouched();
  }

  std::shared_ptr<FakeKernel> kernel_ = std::make_shared<FakeKernel>();
  plan::Plan plan_;
  LoadOptions options_;
};

INSTANTIATE_TEST_SUITE_P(Hooks, LifeTest, ::testing::Bool(),
                         [](const auto& hook) { return hook.param ? "Tcx" : "Clsact"; });

TEST_P(LifeTest, ALoadThatIsKilledIsMendable) {
  size_t steps = 0;
  for (; steps < more_than_any_takes; ++steps) {
    kernel_->dieAfter(steps);
    const bool loaded = bool(load());
    kernel_->revive();
    if (loaded) break;
    expectMendable(steps);
  }
  EXPECT_GT(steps, 20U);
  EXPECT_THAT(*Proxy::list(kernel_), ElementsAre("fw"));
}

TEST_P(LifeTest, AnUnloadThatIsKilledIsMendable) {
  size_t steps = 0;
  for (; steps < more_than_any_takes; ++steps) {
    ASSERT_TRUE(load());
    kernel_->dieAfter(steps);
    const bool unloaded = bool(Proxy::unload(kernel_, "fw"));
    kernel_->revive();
    if (unloaded) break;
    if (steps == 0) {  // nothing has happened yet
      EXPECT_THAT(*Proxy::list(kernel_), ElementsAre("fw"));
      EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
    } else {
      expectMendable(steps);
    }
  }
  EXPECT_GT(steps, 10U);
  expectUntouched();
}

TEST_P(LifeTest, ANewLoadOfTheSameNameMendsByItselfAndSaysSo) {
  for (size_t steps = 0; steps < more_than_any_takes; ++steps) {
    ASSERT_TRUE(load());
    kernel_->dieAfter(steps);
    const bool unloaded = bool(Proxy::unload(kernel_, "fw"));
    kernel_->revive();
    if (unloaded) break;
    if (steps == 0) {
      ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
    }
    const auto proxy = load();
    ASSERT_TRUE(proxy);
    if (steps > 0) {
      EXPECT_THAT(proxy->notes(), Contains(HasSubstr("were removed first")));
    }
    ASSERT_TRUE(Proxy::unload(kernel_, "fw"));
    expectUntouched();
  }
}

// Two kills in a row: of the load, and of the unload that was to mend it.
TEST_P(LifeTest, WhatMendsMayBeKilledToo) {
  for (size_t steps = 1; steps < more_than_any_takes; ++steps) {
    kernel_->dieAfter(steps);
    const bool loaded = bool(load());
    kernel_->revive();
    if (loaded) break;
    for (size_t more = 1; more < 4; ++more) {
      kernel_->dieAfter(more);
      static_cast<void>(Proxy::unload(kernel_, "fw"));
      kernel_->revive();
    }
    expectMendable(steps);
  }
}

// The pair of devices that a classifier may need is made by load and goes whenever the rest goes.
TEST_P(LifeTest, NoPairOfDevicesIsLeftBehind) {
  plan_.kind = plan::Kind::Classifier;
  plan_.no_superframes = "pushed headers have lengths";
  size_t steps = 0;
  for (; steps < more_than_any_takes; ++steps) {
    kernel_->dieAfter(steps);
    const bool loaded = bool(load());
    kernel_->revive();
    if (loaded) break;
    expectMendable(steps);
  }
  EXPECT_EQ(kernel_->deviceCount(), 5U);
  for (steps = 1; steps < more_than_any_takes; ++steps) {
    kernel_->dieAfter(steps);
    const bool unloaded = bool(Proxy::unload(kernel_, "fw"));
    kernel_->revive();
    if (unloaded) break;
    expectMendable(steps);
    ASSERT_TRUE(load());
  }
  expectUntouched();
}

TEST_P(LifeTest, KnowsThatThePairOfDevicesIsGone) {
  plan_.kind = plan::Kind::Classifier;
  plan_.no_superframes = "pushed headers have lengths";
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  EXPECT_EQ((*proxy->devices())[2].problem, "");
  kernel_->removeDevice(kernel_->device(proxy->info().segmenter->name));
  EXPECT_THAT((*proxy->devices())[2].problem, HasSubstr("the pair of devices that segments superframes for it"));
  EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
  expectUntouched();
}

TEST_P(LifeTest, SaysThatSomebodyIsAtWork) {
  kernel_->dieAfter(12);
  ASSERT_FALSE(load());
  kernel_->revive();
  kernel_->locked = true;
  const auto unfinished = Proxy::unfinished(kernel_);
  ASSERT_TRUE(unfinished);
  ASSERT_THAT(*unfinished, SizeIs(1));
  EXPECT_TRUE(unfinished->front().busy);
  EXPECT_THAT(describe(unfinished->front()), HasSubstr("is being loaded or unloaded"));
}

TEST_P(LifeTest, KnowsThatAllIsWell) {
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  const auto devices = proxy->devices();
  ASSERT_TRUE(devices);
  ASSERT_THAT(*devices, SizeIs(3));
  for (const DeviceStatus& device : *devices) {
    EXPECT_TRUE(device.attached) << device.name;
    EXPECT_EQ(device.problem, "") << device.name;
  }
  EXPECT_EQ((*devices)[0].hook, "XDP native");
  EXPECT_EQ((*devices)[2].hook, GetParam() ? "TC tcx" : "TC clsact");
}

TEST_P(LifeTest, KnowsADeviceThatIsGone) {
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  for (const size_t at : {0, 2}) {
    const std::string name = at == 0 ? "in0" : "out0";
    kernel_->deleteDevice(name);
    EXPECT_EQ((*proxy->devices())[at].problem, "has been deleted");
    EXPECT_FALSE((*proxy->devices())[at].attached);
    kernel_->addDevice(name, "e1000");
    EXPECT_THAT((*proxy->devices())[at].problem, HasSubstr("another device has its name now (ifindex "));
    EXPECT_FALSE((*proxy->devices())[at].attached);
  }
  EXPECT_TRUE((*proxy->devices())[1].attached);
  // Unloading leaves the devices alone that only have the names.
  EXPECT_TRUE(Proxy::unload(kernel_, "fw"));
  EXPECT_THAT(kernel_->fake("in1").features, ElementsAre("rx-gro"));
  EXPECT_TRUE(load());
}

TEST_P(LifeTest, KnowsAProgramThatSomebodyDetached) {
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  kernel_->detachPinned("/pins/fw/link_xdp_1");
  if (GetParam()) {
    kernel_->detachPinned("/pins/fw/link_tcx_3");
  } else {
    kernel_->fake("out0").filters.clear();
  }
  for (const size_t at : {0, 2})
    EXPECT_EQ((*proxy->devices())[at].problem, "exists, but the program has been detached from it");
}

TEST_P(LifeTest, CallsARenamedDeviceByItsName) {
  const auto proxy = load();
  ASSERT_TRUE(proxy);
  kernel_->renameDevice("in0", "eth7");
  const DeviceStatus status = (*proxy->devices())[0];
  EXPECT_EQ(status.name, "eth7");
  EXPECT_TRUE(status.attached);
  EXPECT_EQ(status.problem, "");
}

TEST_P(LifeTest, NamesTheProxyThatHasTheDevice) {
  ASSERT_TRUE(load());
  const auto other = load("other");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::Conflict);
  EXPECT_THAT(other.error().text, HasSubstr("in0 is an ingress device of the proxy fw already"));
}

}  // namespace
}  // namespace sfc
