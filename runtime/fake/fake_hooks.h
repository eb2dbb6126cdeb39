// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The attachments to the devices. Every hook can be inspected in FakeDevice.
#pragma once

#include <memory>
#include <string>

#include "runtime/fake/fake_devices.h"
#include "runtime/fake/fake_pins.h"
#include "runtime/kernel.h"

namespace sfc {

class FakeHooks : public virtual Links, public virtual Clsact, public virtual FakePins, public virtual FakeDevices {
public:
  /// Pinned attachments end here, as long as there are devices to end them on.
  ~FakeHooks() override { dropPins(); }

  bool has_tcx = true;

  // ---- Links
  std::unique_ptr<Link> attachXdp(const Program& program, const Device& device, XdpMode mode) override;
  std::unique_ptr<Link> attachTcx(const Program& program, const Device& device, TcSide side) override;
  unsigned linkTarget(const std::string& path) override;
  void detachPinned(const std::string& path) override;
  XdpPrograms xdpOn(const Device& device) override;
  bool runsTcx(const Device& device, TcSide side, const Program& program) override;

  // ---- Clsact
  bool hasClsact(const Device& device) override { return fake(device.name).has_clsact; }
  void makeClsact(const Device& device) override;
  void addFilter(const Program& program, const Device& device, TcSide side, const TcFilter& filter) override;
  bool hasFilter(const Device& device, TcSide side, const TcFilter& filter) override;
  void removeFilter(const Device& device, TcSide side, const TcFilter& filter) override;
  void removeClsactIfEmpty(const Device& device) override;
};

}  // namespace sfc
