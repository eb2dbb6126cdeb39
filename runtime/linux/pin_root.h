// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Where pins are: the BPF file system at /sys/fs/bpf, mounted if it is not.
//
// `ip netns exec` gives its command a mount namespace whose /sys has no BPF file system. One mounted there would die
// with the command, and the proxy with it. Then the BPF file system of the process that started the command is used,
// or rather that of the outermost ancestor whose mounts can be seen.
#pragma once

#include <string>

namespace sfc {

/// The directory of all proxies, which exists afterwards: /sys/fs/bpf/sfc or another path to it.
std::string openPinRoot();

/// A hint on an error on files there, to be put behind its name; may be empty.
const char* remedyFor(int error);

}  // namespace sfc
