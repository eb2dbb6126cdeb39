// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Asks the kernel for the attachments, instead of trusting the state saved at load: since then devices may have been
// deleted, made anew under the same name, or moved to another network namespace.
#pragma once

#include <vector>

#include "runtime/include/sfc/status.h"
#include "runtime/kernel.h"
#include "runtime/pins.h"

namespace sfc {

/// All devices of the proxy, ingress first.
std::vector<DeviceStatus> statusOf(Kernel& kernel, const Pins& pins, const ProxyInfo& info);

}  // namespace sfc
