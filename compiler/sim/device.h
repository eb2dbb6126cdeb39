// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What is around the hooks: frames of any size that a capture holds, and what a host does with the VLAN tags of frames
// that it receives. There is no device, and no limit by one.
#pragma once

#include <string>

#include "compiler/sim/bytes.h"

namespace sfc::sim {

/// Why bytes cannot be given to a hook as a frame, or nothing.
std::string refused(BytesView frame);

/// Does a frame that a host receives get any further? It must have an Ethernet header, and its first VLAN tag is taken
/// out of it: one that is cut off there is dropped. In kernel mode that is before egress, and again where the frame has
/// left.
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
