// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/fake/fake_devices.h"

#include <utility>

#include "runtime/failure.h"

namespace sfc {

FakeDevice& FakeDevices::addDevice(const std::string& name, const std::string& driver, unsigned mtu) {
  FakeDevice& added = devices_[name];
  added.device = {name, ++last_ifindex_, mtu, driver};
  return added;
}

void FakeDevices::renameDevice(const std::string& from, const std::string& to) {
  auto node = devices_.extract(from);
  node.key() = node.mapped().device.name = to;
  devices_.insert(std::move(node));
}

FakeDevice* FakeDevices::find(unsigned ifindex) {
  for (auto& [name, candidate] : devices_) {
    if (candidate.device.ifindex == ifindex) return &candidate;
  }
  return nullptr;
}

Device FakeDevices::device(const std::string& name) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) throw Failure(ErrorKind::NotFound, "no device {}", name);
  return found->second.device;
}

std::optional<Device> FakeDevices::device(unsigned ifindex) {
  const FakeDevice* found = find(ifindex);
  return found == nullptr ? std::nullopt : std::optional(found->device);
}

std::vector<Device> FakeDevices::devicesBelow(const Device& device) {
  std::vector<Device> devices;
  for (const std::string& name : fake(device.name).below) devices.push_back(fake(name).device);
  return devices;
}

std::vector<Offload> FakeDevices::offloads(const Device& device, const std::vector<std::string>& names) {
  const FakeDevice& asked = fake(device.name);
  std::vector<Offload> found;
  for (const std::string& name : names) {
    found.push_back({name, asked.features.count(name) != 0, asked.fixed.count(name) != 0});
  }
  return found;
}

void FakeDevices::setOffloads(const Device& device, const std::vector<std::string>& names, bool on) {
  if (before_offloads) before_offloads();
  step();
  FakeDevice& changed = fake(device.name);
  for (const std::string& name : names) {
    if (changed.fixed.count(name) != 0 || changed.stubborn.count(name) != 0) continue;
    if (on) {
      changed.features.insert(name);
    } else {
      changed.features.erase(name);
    }
  }
}

void FakeDevices::makePair(const std::string& name, unsigned ifindex, const std::string& peer, unsigned mtu) {
  step();
  last_ifindex_ = ifindex - 1;
  for (const std::string& end : {name, peer}) {
    FakeDevice& added = addDevice(end, "veth", mtu);
    added.peer = end == name ? peer : name;
    added.features = {"tx-tcp-segmentation"};
  }
}

void FakeDevices::removeDevice(const Device& device) {
  step();
  deleteDevice(fake(device.name).peer);
  deleteDevice(device.name);
}

}  // namespace sfc
