// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/veth_path.h"

#include <arpa/inet.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <fstream>
#include <thread>

#include "runtime/failure.h"
#include "runtime/linux/netlink.h"

namespace sfc {
namespace {

// The largest that veth takes with XDP on every kernel, and some for a program that makes packets grow.
constexpr unsigned ingress_mtu = 3400;
constexpr unsigned egress_mtu = 9000;
constexpr auto patience = std::chrono::seconds(2);

/// No packets of the kernel's own among those under test.
void silenceIpv6() {
  std::ofstream("/proc/sys/net/ipv6/conf/default/disable_ipv6") << 1;
}

/// The packets that have taken an exit of each hook. Programs count a packet's exit last, so these are done.
struct Fates {
  uint64_t arrived = 0;   // ingress is done with so many
  uint64_t up = 0;        // of these it passed on
  uint64_t returned = 0;  // egress is done with so many
  uint64_t left = 0;      // of these it passed on

  explicit Fates(const Stats& stats)
      : up(stats["rx_ignored"] + stats["rx_stripped"] + stats["rx_pass_full"]),
        left(stats["tx_ignored"] + stats["tx_pass_miss"] + stats["tx_restored"]) {
    arrived = up + drops(stats, "rx_drop_");
    returned = left + drops(stats, "tx_drop_");
  }

private:
  static uint64_t drops(const Stats& stats, std::string_view prefix) {
    uint64_t sum = 0;
    for (const auto& [name, value] : stats.by_name) sum += name.starts_with(prefix) ? value : 0;
    return sum;
  }
};

/// Makes a pair of devices, of which `sender` will be sent on; the one to attach to.
Device makePair(Devices& devices, const std::string& sender, const std::string& peer, unsigned mtu,
                const std::string& inner) {
  netlink::makeVethPair(sender, peer, mtu);
  return devices.device(inner);
}

/// Null if the attachment is a filter, which ends with its device.
std::unique_ptr<Link> attachTc(Kernel& kernel, const Program& program, const Device& device, TcSide side) {
  if (auto link = kernel.attachTcx(program, device, side)) return link;
  kernel.makeClsact(device);
  kernel.addFilter(program, device, side, {1, 1});
  return nullptr;
}

void sendOn(PacketSocket& socket, BytesView packet) {
  // ENOBUFS is how a socket learns that a program at egress has dropped its packet. The counters tell whether it was
  // one.
  if (socket.send(packet) || errno == ENOBUFS) return;
  throw Failure(ErrorKind::Input, "the test's devices do not accept a packet of {} bytes: {}", packet.size(),
                std::strerror(errno));
}

/// Waits until a condition on the counters holds.
void awaitFate(const StatsReader& stats, const std::function<bool(const Fates&)>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition(Fates(stats()))) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw Failure(ErrorKind::Input, "the packet was lost before it reached a program of the test");
    }
    std::this_thread::yield();
  }
}

}  // namespace

void inOwnNetwork(const std::function<void()>& action) {
  std::exception_ptr thrown;
  // Only this thread moves into the namespace, and with it the namespace ends, whatever happens.
  std::thread([&] {
    try {
      if (::unshare(CLONE_NEWNET) != 0) {
        throw Failure(ErrorKind::Kernel, "cannot create a network namespace for the test: {}", std::strerror(errno));
      }
      silenceIpv6();
      action();
    } catch (...) {
      thrown = std::current_exception();
    }
  }).join();
  if (thrown) std::rethrow_exception(thrown);
}

EgressPort::EgressPort(Kernel& kernel, const Program& program, StatsReader stats)
    : stats_(std::move(stats)),
      inner_(makePair(kernel, "sfc-out0", "sfc-out1", egress_mtu, "sfc-out0")),
      inside_(inner_.ifindex),
      outside_(kernel.device("sfc-out1").ifindex),
      link_(attachTc(kernel, program, inner_, TcSide::Egress)) {}

std::optional<Bytes> EgressPort::send(BytesView packet) {
  const Stats before = stats_();
  sendOn(inside_, packet);
  return await(before) ? std::optional(receive()) : std::nullopt;
}

bool EgressPort::await(const Stats& before) {
  const Fates old(before);
  awaitFate(stats_, [&](const Fates& now) { return now.returned > old.returned; });
  return Fates(stats_()).left > old.left;
}

Bytes EgressPort::receive() {
  constexpr auto patience_ms = static_cast<int>(std::chrono::milliseconds(patience).count());
  auto frame = outside_.receive(patience_ms);
  if (!frame) throw Failure(ErrorKind::Input, "the packet was lost after a program of the test");
  return *std::move(frame);
}

IngressPort::IngressPort(Kernel& kernel, const Program& program, const Device& target, StatsReader stats)
    : stats_(std::move(stats)),
      inner_(makePair(kernel, "sfc-in1", "sfc-in0", ingress_mtu, "sfc-in0")),
      outside_(kernel.device("sfc-in1").ifindex),
      copy_(kernel.createArray("sfc_copy", sizeof(PacketCopy), false)),
      redirect_(kernel.loadRedirect(target.ifindex, *copy_)) {
  links_.push_back(attachTc(kernel, *redirect_, inner_, TcSide::Ingress));
  links_.push_back(kernel.attachXdp(program, inner_, XdpMode::Native));
}

bool IngressPort::send(BytesView packet) {
  const Fates old(stats_());
  sendOn(outside_, packet);
  awaitFate(stats_, [&](const Fates& now) { return now.arrived > old.arrived; });
  return Fates(stats_()).up > old.up;
}

Bytes IngressPort::lastUp() const {
  const Bytes value = copy_->find(std::array<uint8_t, 4>{}).value_or(Bytes(sizeof(PacketCopy)));
  PacketCopy copy;
  std::memcpy(&copy, value.data(), sizeof(copy));
  Bytes frame(copy.frame, copy.frame + std::min(copy.length, PacketCopy::max_frame));
  if (copy.has_tag != 0) {
    insertTag(frame, ntohs(static_cast<uint16_t>(copy.tag_protocol)), static_cast<uint16_t>(copy.tag_control));
  }
  return frame;
}

}  // namespace sfc
