// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Captures of Ethernet packets, read and written as a whole. pcap and pcapng are read, pcap with microseconds is
// written, as every tool understands it.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace sfc::pcap {

struct Packet {
  uint64_t time_ns = 0;  // since 1970
  std::vector<uint8_t> bytes;

  bool operator==(const Packet&) const = default;
};

/// A file that cannot be read or written; the text names it.
class FileError : public std::runtime_error {
public:
  FileError(const std::string& text, bool missing) : std::runtime_error(text), missing_(missing) {}
  /// There is no such file.
  bool missing() const { return missing_; }

private:
  bool missing_;
};

/// All packets of a capture. Throws FileError if it is damaged, not of Ethernet, or was cut by a snapshot length.
std::vector<Packet> read(const std::string& path);
/// Writes a capture, over what was there. Throws FileError.
void write(const std::string& path, const std::vector<Packet>& packets);

}  // namespace sfc::pcap
