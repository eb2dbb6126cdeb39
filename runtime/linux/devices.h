// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Network devices: index, MTU, driver, how they are connected, and the offloads that ethtool calls features.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/kernel.h"

namespace sfc::devices {

/// Throws NotFound if there is none of that name in this network namespace.
Device byName(const std::string& name);
std::optional<Device> byIndex(unsigned ifindex);
/// The devices whose packets arrive at this one, directly or through others.
std::vector<Device> below(const Device& device);
/// The name of a veth's other end; empty if it is none, or that is in another network namespace.
std::string peerOf(const Device& device);
uint64_t packetsSent(const Device& device);
/// Those of these offloads that the device knows, in this order.
std::vector<Offload> offloads(const Device& device, const std::vector<std::string>& names);
void setOffloads(const Device& device, const std::vector<std::string>& names, bool on);

}  // namespace sfc::devices
