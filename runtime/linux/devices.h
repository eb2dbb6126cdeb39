// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Network devices through ioctl: index, MTU, driver, and the offloads that ethtool calls features.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/kernel.h"

namespace sfc::devices {

/// Throws NotFound if there is none of that name in this network namespace.
Device byName(const std::string& name);
std::optional<Device> byIndex(unsigned ifindex);
/// Those of these offloads that the device knows, in this order.
std::vector<Offload> offloads(const Device& device, const std::vector<std::string>& names);
void setOffloads(const Device& device, const std::vector<std::string>& names, bool on);

}  // namespace sfc::devices
