// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Captures of Ethernet packets, read and written as a whole. pcap and pcapng are read, pcap with microseconds is
// written, as every tool understands it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/files/input.h"

namespace sfc::pcap {

struct Packet {
  uint64_t time_ns = 0;  // since 1970
  std::vector<uint8_t> bytes;

  bool operator==(const Packet&) const = default;
};

/// The content of a file.
struct Capture {
  std::vector<Packet> packets;
  std::vector<std::string> notes;  // one line for each interface whose packets are not among them, and why
};

/// All Ethernet packets of a capture. Throws FileError if it is damaged, has no Ethernet interface, or has packets
/// truncated by a snapshot length.
Capture read(const std::string& path);
/// Creates or overwrites a capture. Throws FileError.
void write(const std::string& path, const std::vector<Packet>& packets);

}  // namespace sfc::pcap
