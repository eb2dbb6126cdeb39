// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// XDP or TC for the ingress program.
//
// XDP takes all packets, in all modes. But native XDP on a veth makes the peer send single packets. TC leaves
// superframes as they are, and can do so with a tunnel over IP and an SF in the kernel: the compiler says whether a
// program is there.
#pragma once

#include <string>
#include <vector>

#include "runtime/include/sfc/info.h"
#include "runtime/kernel.h"

namespace sfc {

struct HookDecision {
  IngressHook hook = IngressHook::Xdp;
  std::string reason;  // as part of a sentence; empty if XDP was asked for
};

/// Decides. `no_superframes` is why superframes could not be put back at TC, empty if they can. Throws Usage if TC is
/// asked for and is not possible.
HookDecision decideHook(const plan::Plan& plan, const LoadOptions& options, const std::vector<Device>& ingress,
                        const std::string& no_superframes);

/// Must superframes be segmented before they reach a device with this driver? Not where ingress at TC has left them as
/// the kernel's own tunnels make them, and a veth hands them on to a kernel that knows these.
bool mustSegmentFirst(const std::string& driver, IngressHook hook);

}  // namespace sfc
