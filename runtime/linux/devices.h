// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Network devices: index, MTU, driver, how they are connected, and the offloads that ethtool calls features.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/kernel.h"

namespace sfc {

class LinuxDevices : public virtual Devices {
public:
  Device device(const std::string& name) override;
  std::optional<Device> device(unsigned ifindex) override;
  std::vector<Device> devicesBelow(const Device& top) override;
  std::string peerOf(const Device& end) override;
  uint64_t packetsSent(const Device& device) override;
  std::vector<Offload> offloads(const Device& device, const std::vector<std::string>& names) override;
  void setOffloads(const Device& device, const std::vector<std::string>& names, bool on) override;
  unsigned unusedIndex() override;
  void makePair(const std::string& name, unsigned ifindex, const std::string& peer, unsigned mtu) override;
  void removeDevice(const Device& device) override;
};

}  // namespace sfc
