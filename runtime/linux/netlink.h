// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The few requests to rtnetlink that are neither ioctls nor in libbpf.
#pragma once

#include <string>

namespace sfc::netlink {

/// Makes a pair of connected devices, both up, with this MTU. `sender` can send at once, its peer a little later.
void makeVethPair(const std::string& sender, const std::string& peer, unsigned mtu);
/// Whether the device has a clsact qdisc.
bool hasClsact(unsigned ifindex);
/// Whether any filter hangs on the device's clsact qdisc, on either side.
bool hasFilters(unsigned ifindex);

}  // namespace sfc::netlink
