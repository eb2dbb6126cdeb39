// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Suspicions from a proxy's counters. The books can balance while packets leave without their headers: those that never
// come to the program at egress are not counted. A hint is not an error, as a firewall has much the same effect.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sfc/info.h"
#include "sfc/stats.h"

namespace sfc {

/// What the kernel says of an egress device.
struct EgressTraffic {
  std::string device;
  uint64_t packets = 0;  // that have left since the proxy was loaded, whether its program saw them or not
  std::vector<std::string> segmenting;  // offloads that are on, by which it cuts superframes itself
};

/// One line for each suspicion, with what to do. `young` returns the number of entries that have not expired, whose
/// packets may still come; it is called only if that matters. `traffic` is empty if unknown.
std::vector<std::string> hintsFrom(const ProxyInfo& info, const Stats& stats, const std::function<uint64_t()>& young,
                                   const std::vector<EgressTraffic>& traffic);

}  // namespace sfc
