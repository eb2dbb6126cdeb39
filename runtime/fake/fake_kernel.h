// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The system in memory, for tests: devices are declared, objects load into plain arrays, pins are entries of a map from
// paths, and every hook can be looked at. Programs do not run.
#pragma once

#include "runtime/fake/fake_devices.h"
#include "runtime/fake/fake_hooks.h"
#include "runtime/fake/fake_objects.h"
#include "runtime/fake/fake_pins.h"
#include "runtime/kernel.h"

namespace sfc {

class FakeKernel : public Kernel, public FakeObjects, public FakeHooks {
public:
  // ---- for tests
  bool privileged = true;
  uint64_t clock = 1'000'000'000;
  uint64_t net_namespace = 1;

  // ---- Process
  void requirePrivilege(Privilege privilege) override;
  uint64_t netNamespace() override { return net_namespace; }
  std::string nameOfNamespace(uint64_t inode) override { return inode == 1 ? "first" : ""; }

  // ---- Machine
  uint64_t coarseClock() override { return clock; }
  uint64_t wallClock() override { return 1'700'000'000; }
  void random(std::span<uint8_t> bytes) override;
  unsigned possibleCpus() const override { return 2; }

private:
  uint8_t next_random_ = 0;
};

}  // namespace sfc
