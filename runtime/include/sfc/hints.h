// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What a proxy's counters let one suspect. The books can balance while packets leave without their headers: those that
// never come to the program at egress are in none of them. A hint is not an error, as a firewall looks much the same.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sfc/info.h"
#include "sfc/stats.h"

namespace sfc {

/// What has left by an egress device since the proxy was loaded, whether its program saw it or not.
struct EgressTraffic {
  std::string device;
  uint64_t packets = 0;
};

/// One line for each suspicion, with what to do. `young` says how many entries wait that are not too old, whose packets
/// may still come; it is asked only if that matters. `traffic` is empty if it is not known.
std::vector<std::string> hintsFrom(const ProxyInfo& info, const Stats& stats, const std::function<uint64_t()>& young,
                                   const std::vector<EgressTraffic>& traffic);

}  // namespace sfc
