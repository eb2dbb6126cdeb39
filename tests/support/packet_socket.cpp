// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The ring is TPACKET_V2: one slot per frame, handed over frame by frame, so that nothing waits for a block to fill.
#include "tests/support/packet_socket.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace sfc::traffic {
namespace {

constexpr unsigned kSlotSize = 2048;
constexpr unsigned kBlockSize = 1u << 16;
constexpr unsigned kMacsSize = 12;
constexpr unsigned kTagSize = 4;

[[noreturn]] void fail(const std::string& what) {
  throw std::runtime_error(fmt::format("{}: {}", what, std::strerror(errno)));
}

int openOn(const std::string& device, uint16_t protocol) {
  unsigned index = if_nametoindex(device.c_str());
  if (index == 0) throw std::runtime_error(fmt::format("no such device: {}", device));
  int descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("cannot open a packet socket");
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(protocol);
  address.sll_ifindex = static_cast<int>(index);
  if (bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    close(descriptor);
    fail("cannot bind to " + device);
  }
  return descriptor;
}

template <typename T>
void set(int descriptor, int option, const T& value, const char* what) {
  if (setsockopt(descriptor, SOL_PACKET, option, &value, sizeof value) != 0) fail(what);
}

}  // namespace

ReceiveRing::ReceiveRing(const std::string& device, unsigned frames, Direction direction) {
  // Bound to no protocol first: nothing may arrive before the ring is there.
  descriptor_ = openOn(device, 0);
  set(descriptor_, PACKET_VERSION, static_cast<int>(TPACKET_V2), "cannot choose TPACKET_V2");
  if (direction == Direction::Arriving) {
    set(descriptor_, PACKET_IGNORE_OUTGOING, 1, "cannot ignore outgoing frames");
  }
  unsigned per_block = kBlockSize / kSlotSize;
  tpacket_req request{};
  request.tp_block_size = kBlockSize;
  request.tp_block_nr = (frames + per_block - 1) / per_block;
  request.tp_frame_size = kSlotSize;
  request.tp_frame_nr = request.tp_block_nr * per_block;
  set(descriptor_, PACKET_RX_RING, request, "cannot make the receive ring");
  frames_ = request.tp_frame_nr;
  size_ = static_cast<size_t>(request.tp_block_nr) * kBlockSize;
  void* memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor_, 0);
  if (memory == MAP_FAILED) fail("cannot map the receive ring");
  memory_ = static_cast<uint8_t*>(memory);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(if_nametoindex(device.c_str()));
  if (bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("cannot bind to " + device);
}

ReceiveRing::~ReceiveRing() {
  if (memory_ != nullptr) munmap(memory_, size_);
  close(descriptor_);
}

uint8_t* ReceiveRing::slot() const {
  return memory_ + static_cast<size_t>(next_) * kSlotSize;
}

bool ReceiveRing::ready() const {
  auto* header = reinterpret_cast<tpacket2_hdr*>(slot());
  return std::atomic_ref(header->tp_status).load(std::memory_order_acquire) & TP_STATUS_USER;
}

Frame ReceiveRing::front() {
  auto* header = reinterpret_cast<tpacket2_hdr*>(slot());
  Frame frame;
  frame.bytes = {slot() + header->tp_mac, header->tp_snaplen};
  frame.length = header->tp_len;
  frame.checksum_known_good = header->tp_status & TP_STATUS_CSUMNOTREADY;
  if (!(header->tp_status & TP_STATUS_VLAN_VALID) || frame.bytes.size() < kMacsSize) return frame;
  uint16_t type = header->tp_status & TP_STATUS_VLAN_TPID_VALID ? header->tp_vlan_tpid : ETH_P_8021Q;
  retagged_.assign(frame.bytes.begin(), frame.bytes.begin() + kMacsSize);
  for (uint16_t word : {type, static_cast<uint16_t>(header->tp_vlan_tci)}) {
    retagged_.push_back(word >> 8);
    retagged_.push_back(word & 0xff);
  }
  retagged_.insert(retagged_.end(), frame.bytes.begin() + kMacsSize, frame.bytes.end());
  frame.bytes = retagged_;
  frame.length += kTagSize;
  return frame;
}

void ReceiveRing::release() {
  auto* header = reinterpret_cast<tpacket2_hdr*>(slot());
  std::atomic_ref(header->tp_status).store(TP_STATUS_KERNEL, std::memory_order_release);
  next_ = next_ + 1 == frames_ ? 0 : next_ + 1;
}

bool ReceiveRing::wait(int64_t nanoseconds) const {
  pollfd poll{.fd = descriptor_, .events = POLLIN, .revents = 0};
  timespec limit{.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
  int result = ppoll(&poll, 1, &limit, nullptr);
  if (result < 0 && errno != EINTR) fail("cannot wait for frames");
  if (result > 0 && (poll.revents & POLLERR)) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(descriptor_, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    if (error != 0) fail("cannot receive frames");
  }
  return result > 0;
}

uint64_t ReceiveRing::lost() {
  tpacket_stats stats{};
  socklen_t size = sizeof stats;
  // The kernel's counts start anew whenever they are read.
  if (getsockopt(descriptor_, SOL_PACKET, PACKET_STATISTICS, &stats, &size) == 0) lost_ += stats.tp_drops;
  return lost_;
}

SendSocket::SendSocket(const std::string& device) : descriptor_(openOn(device, 0)) {}

SendSocket::~SendSocket() {
  close(descriptor_);
}

size_t SendSocket::send(std::span<const iovec> frames) {
  messages_.resize(frames.size());
  for (size_t i = 0; i < frames.size(); ++i) {
    messages_[i] = {};
    messages_[i].msg_hdr.msg_iov = const_cast<iovec*>(&frames[i]);
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
  int sent = sendmmsg(descriptor_, messages_.data(), messages_.size(), 0);
  if (sent >= 0) return sent;
  if (errno == ENOBUFS || errno == EAGAIN || errno == EINTR) return 0;
  fail("cannot send");
}

}  // namespace sfc::traffic
