// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The programs that the runtime writes itself, for there is no compiler where it runs.
#pragma once

#include <linux/bpf.h>

#include <vector>

namespace sfc {

/// XDP: return bpf_xdp_adjust_meta(ctx, -size), where size is the first word of the packet.
std::vector<bpf_insn> probeCode();

/// TC: fill the PacketCopy in element 0 of a map, then return bpf_redirect(ifindex, 0).
std::vector<bpf_insn> redirectCode(unsigned ifindex, int map_fd);

/// TC: set the priority that is in skb->cb, then return bpf_redirect(index that is in skb->cb, 0), which drops a packet
/// of anybody else's.
std::vector<bpf_insn> resendCode();

}  // namespace sfc
