// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Takes down everything that a directory of pins describes, complete or not.
#pragma once

#include <string>
#include <vector>

#include "runtime/kernel.h"
#include "runtime/pins.h"

namespace sfc {

/// The prefix of a command that takes this down, as some devices can only be reset in their own network namespace;
/// empty if this one will do.
std::string commandWhere(Kernel& kernel, const Pins& pins, const ProxyInfo& info);

/// Throws Conflict if this can only be taken down elsewhere.
void checkPlace(Kernel& kernel, const Pins& pins);

/// Detaches everything that is pinned in or described by the directory, gives the devices their settings back, and
/// removes the directory. Returns notes for people, one line each. The lock on the pins is held by the caller.
std::vector<std::string> takeDown(Kernel& kernel, const Pins& pins);

}  // namespace sfc
