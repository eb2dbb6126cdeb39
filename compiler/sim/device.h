// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The surroundings of the hooks: frames of any size that a capture holds, and the host's treatment of VLAN tags in
// frames that it receives. There is no device, and no limit by one.
#pragma once

#include <string>

#include "compiler/sim/bytes.h"

namespace sfc::sim {

/// Why bytes cannot be given to a hook as a frame, or nothing.
std::string refused(BytesView frame);

/// Does a host accept a frame that it receives? The frame must have an Ethernet header, and its first VLAN tag, which
/// the host takes out, must be complete. In kernel mode that happens before egress, and again after the frame has left.
bool survivesReception(BytesView frame);

/// The indices of the devices, as `sfcctl test` has them: the kernel's test runs have the loopback device, and two of
/// the others are veth devices of the test's own.
struct Ports {
  unsigned ingress = 1, egress = 1;
};
constexpr Ports portsOf(bool kernel) {
  return kernel ? Ports{4, 3} : Ports{};
}

/// Can a frame have so many bytes?
bool fitsEgress(size_t bytes);

}  // namespace sfc::sim
