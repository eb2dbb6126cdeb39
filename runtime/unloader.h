// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Takes down what a directory of pins says is up, however much of it that is.
#pragma once

#include <string>
#include <vector>

#include "runtime/kernel.h"
#include "runtime/pins.h"

namespace sfc {

/// What to write before a command that takes this down, as some devices can only be set back in their own network
/// namespace; empty if here will do.
std::string commandWhere(Kernel& kernel, const Pins& pins, const ProxyInfo& info);

/// Throws Conflict if this can only be taken down elsewhere.
void checkPlace(Kernel& kernel, const Pins& pins);

/// Detaches everything that is pinned in or described by the directory, gives the devices their settings back, and
/// removes the directory. Returns notes for people, one line each. The lock on the pins is held by the caller.
std::vector<std::string> takeDown(Kernel& kernel, const Pins& pins);

}  // namespace sfc
