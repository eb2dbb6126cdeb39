// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Devices that are declared by tests.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/fake/fake_steps.h"
#include "runtime/kernel.h"

namespace sfc {

struct FakeDevice {
  Device device;
  std::set<std::string> features;  // those that are on
  std::vector<std::string> below;  // names of devices
  std::string peer;
  uint64_t sent = 0;  // packets
  bool native_xdp = true;
  std::set<std::string> fixed;     // that cannot be switched
  std::set<std::string> stubborn;  // that seem as if they could, and cannot
  bool has_clsact = false;
  std::string xdp;              // "native" or "generic" while a program is attached
  std::set<unsigned> filters;   // handles
  std::multiset<uint32_t> tcx;  // ids of programs
  uint32_t xdp_program = 0;     // the id of the one that is attached
};

class FakeDevices : public virtual Devices, public virtual FakeSteps {
public:
  // ---- for tests
  FakeDevice& addDevice(const std::string& name, const std::string& driver, unsigned mtu = 1500);
  FakeDevice& fake(const std::string& name) { return devices_.at(name); }
  /// Deletes a device, and with it what is attached to it.
  void deleteDevice(const std::string& name) { devices_.erase(name); }
  size_t deviceCount() const { return devices_.size(); }
  void renameDevice(const std::string& from, const std::string& to);

  std::function<void()> before_offloads;  // called before offloads are switched

  // ---- Devices
  Device device(const std::string& name) override;
  std::optional<Device> device(unsigned ifindex) override;
  std::vector<Device> devicesBelow(const Device& device) override;
  std::string peerOf(const Device& device) override { return fake(device.name).peer; }
  uint64_t packetsSent(const Device& device) override { return fake(device.name).sent; }
  std::vector<Offload> offloads(const Device& device, const std::vector<std::string>& names) override;
  void setOffloads(const Device& device, const std::vector<std::string>& names, bool on) override;
  unsigned unusedIndex() override { return last_ifindex_ + 1; }
  void makePair(const std::string& name, unsigned ifindex, const std::string& peer, unsigned mtu) override;
  void removeDevice(const Device& device) override;

  // ---- for the rest of the fake
  /// The device of this index; null if there is none.
  FakeDevice* find(unsigned ifindex);

private:
  std::map<std::string, FakeDevice> devices_;
  unsigned last_ifindex_ = 0;
};

}  // namespace sfc
