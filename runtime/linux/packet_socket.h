// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Whole Ethernet frames to and from one device, VLAN tags included that the kernel carries beside the frame.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "runtime/linux/fd.h"

namespace sfc {

/// Puts a VLAN tag that travelled beside a frame back behind the addresses.
void insertTag(std::vector<uint8_t>& frame, uint16_t protocol, uint16_t control);

class PacketSocket {
public:
  /// Sees frames that arrive at the device, and none of those that leave it.
  explicit PacketSocket(unsigned ifindex);

  /// False, with errno set, if the kernel does not take the frame.
  bool send(std::span<const uint8_t> frame);
  /// The next frame; nothing if none comes for so long.
  std::optional<std::vector<uint8_t>> receive(int timeout_ms);

private:
  Fd fd_;
  unsigned ifindex_;
};

}  // namespace sfc
