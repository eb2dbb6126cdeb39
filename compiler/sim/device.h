// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the kernel around the hooks does with frames, as far as `sfcctl test` shows it (runtime/veth_path.cpp).
#pragma once

#include <string>

#include "compiler/sim/bytes.h"

namespace sfc::sim {

/// Why a frame cannot be given to the ingress hook, or nothing.
std::string refusedAtIngress(BytesView frame, bool kernel);
/// The same for one that comes back in user mode.
std::string refusedAtEgress(BytesView frame);

/// Does a frame that a device of the host receives get any further? Its first VLAN tag is taken out of the frame then,
/// and one that is cut off there is dropped. In kernel mode that is before egress, and again where the frame has left.
bool survivesReception(BytesView frame);
/// Can egress put the VLAN tags back that travel beside the frame? It does so with two.
bool tagsGoBackIn(BytesView frame);

/// The indices of the devices: the kernel's test runs have the loopback device, and two of the others are veth devices
/// of the test's own.
struct Ports {
  unsigned ingress = 1, egress = 1;
};
constexpr Ports portsOf(bool kernel) {
  return kernel ? Ports{4, 3} : Ports{};
}

/// Does the device at egress take a frame of so many bytes?
bool fitsEgress(size_t bytes);

}  // namespace sfc::sim
