// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Offloads of network devices that a proxy needs otherwise than they are: changed by load, set back by unload, and
// saved among the pins in between, before anything is changed, so that nothing stays changed if load or unload is
// killed.
//
// Two proxies may need the same of one device (both leave by it, or it is below an ingress device of both). Each
// saves it. The one that is unloaded first leaves the device alone and hands the settings to restore to the other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/kernel.h"
#include "runtime/pins.h"

namespace sfc {

/// The outcome for the offloads that a proxy needs on or off.
struct OffloadOutcome {
  std::vector<std::string> changed;
  std::vector<std::string> unchanged;  // not as needed, and the device does not let them be changed
};

/// Switches offloads of a device on or off. `before` has those to switch, as kernel.offloads() gave them before this
/// load did anything to the device. They are put into `info`, and `remember` is called, before anything is changed.
OffloadOutcome setOffloads(Devices& devices, const Device& device, const std::vector<Offload>& before, bool on,
                           ProxyInfo& info, const std::function<void()>& remember);

/// Sets offloads back to what they were before this proxy was loaded. `pins` are its own. Returns notes for people, one
/// line for each device; a failure of one device does not stop the others.
std::vector<std::string> restoreOffloads(Kernel& kernel, const Pins& pins, const ProxyInfo& info);

}  // namespace sfc
