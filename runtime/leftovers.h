// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The remains of killed loads and unloads: directories NAME~ that nobody works on. Their programs may still run, and a
// program at egress alone can drop the packets of its SF.
#pragma once

#include <string>
#include <vector>

#include "runtime/include/sfc/status.h"
#include "runtime/kernel.h"

namespace sfc {

/// All directories of that kind, also those on which somebody is at work.
std::vector<Unfinished> findUnfinished(Kernel& kernel);

/// That of one proxy, which has to exist.
Unfinished unfinishedOf(Kernel& kernel, const std::string& name);

/// Throws Conflict if one of these devices runs a program that another proxy than `name` has left there, or an XDP
/// program of a proxy that is loaded. To be called with the lock on the pins.
void checkFree(Kernel& kernel, const std::string& name, const std::vector<Device>& ingress,
               const std::vector<Device>& egress);

}  // namespace sfc
