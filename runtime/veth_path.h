// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A host in miniature for packets that have to take the real path through a program. Each port is one pair of veth
// devices; an ingress port whose packets are redirected to an egress port makes
//
//   send -> [sfc-in1 - sfc-in0: XDP ingress, TC redirect] -> [sfc-out0: TC egress - sfc-out1] ->
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/include/sfc/stats.h"
#include "runtime/kernel.h"
#include "runtime/linux/packet_socket.h"

namespace sfc {

/// Runs an action in a network namespace that nobody else is in and that ends with the action.
void inOwnNetwork(const std::function<void()>& action);

/// Reads the counters of the programs under test, by which a packet's fate is known.
using StatsReader = std::function<Stats()>;

/// Throws an Input failure if the kernel's sockets do not take a packet, or if the kernel loses it on its way, as do
/// all functions below.
class EgressPort {
public:
  /// Makes the devices in the current network namespace and attaches the program.
  EgressPort(Kernel& kernel, const Program& program, StatsReader stats);

  const Device& device() const { return inner_; }
  /// Sends a packet out of the device, through the program. What leaves; nothing if it was dropped.
  std::optional<Bytes> send(BytesView packet);
  /// Waits for a packet that is on its way to the device. False if it was dropped. `before` are the counters before it
  /// was sent.
  bool await(const Stats& before);
  /// What left the device.
  Bytes receive();

private:
  StatsReader stats_;
  Device inner_;
  PacketSocket inside_;
  PacketSocket outside_;
  std::unique_ptr<Link> link_;
};

class IngressPort {
public:
  /// The same for the ingress program. Packets that it lets pass are redirected to `target`. A socket that listens on
  /// the device would make the kernel share their buffers, and the metadata would not survive that; so the redirect
  /// keeps a copy of the last packet.
  IngressPort(Kernel& kernel, const Program& program, const Device& target, StatsReader stats);

  /// Lets a packet arrive. True if it goes up.
  bool send(BytesView packet);
  /// The last packet that went up and reached its target.
  Bytes lastUp() const;

private:
  StatsReader stats_;
  Device inner_;
  PacketSocket outside_;
  std::unique_ptr<Map> copy_;
  std::unique_ptr<Program> redirect_;
  std::vector<std::unique_ptr<Link>> links_;
};

}  // namespace sfc
