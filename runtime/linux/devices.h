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
std::vector<std::string> activeFeatures(const Device& device, const std::vector<std::string>& features);
void setFeatures(const Device& device, const std::vector<std::string>& features, bool on);

}  // namespace sfc::devices
