// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Captures in the pcapng format (draft-ietf-opsawg-pcapng). libpcap reads only those whose interfaces are all alike;
// those of captures by `tcpdump -i any` or by several machines are not.
#pragma once

#include <string_view>

#include "lib/pcap/pcap.h"

namespace sfc::pcap {

/// Does a file begin like pcapng?
bool isPcapng(std::string_view file);

/// The packets of all interfaces with Ethernet frames. Throws FileError; `path` is what messages call the file.
Capture readPcapng(std::string_view file, const std::string& path);

}  // namespace sfc::pcap
