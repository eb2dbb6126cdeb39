// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Raw frames from and to a network device: a ring shared with the kernel for receiving, batches for sending.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sfc::traffic {

/// A frame in the receive ring. VLAN tags that the kernel had taken out are back in it.
struct Frame {
  std::span<const uint8_t> bytes;
  unsigned length = 0;               // on the wire; more than bytes.size() if it did not fit
  bool checksum_known_good = false;  // sent on this host, and the checksum has yet to be filled in
};

/// Which frames of a device: those that arrive, or also those that leave, as its egress hooks have made them.
enum class Direction { Arriving, Both };

/// Frames of a device, before the kernel's own stack sees them. Constructors and wait() throw std::runtime_error.
class ReceiveRing {
public:
  ReceiveRing(const std::string& device, unsigned frames, Direction direction = Direction::Arriving);
  ReceiveRing(const ReceiveRing&) = delete;
  ReceiveRing& operator=(const ReceiveRing&) = delete;
  ~ReceiveRing();

  /// Whether a frame is there.
  bool ready() const;
  /// The next frame; valid until release(). Only when ready().
  Frame front();
  /// Gives the frame back to the kernel.
  void release();
  /// Waits for a frame; false if none came in time or a signal did.
  bool wait(int64_t nanoseconds) const;
  /// Frames lost because the ring was full.
  uint64_t lost();
  int descriptor() const { return descriptor_; }

private:
  uint8_t* slot() const;

  int descriptor_ = -1;
  uint8_t* memory_ = nullptr;
  size_t size_ = 0;
  unsigned frames_ = 0;
  unsigned next_ = 0;
  uint64_t lost_ = 0;
  std::vector<uint8_t> retagged_;
};

/// Sends frames out of a device, through its egress hooks.
class SendSocket {
public:
  explicit SendSocket(const std::string& device);
  SendSocket(const SendSocket&) = delete;
  SendSocket& operator=(const SendSocket&) = delete;
  ~SendSocket();

  /// Sends the frames in order and returns how many the device took, counted from the first. The frame after those was
  /// refused: the device's queue is full, or an egress hook dropped it. Throws if the device cannot send at all.
  size_t send(std::span<const iovec> frames);

private:
  int descriptor_ = -1;
  std::vector<mmsghdr> messages_;
};

}  // namespace sfc::traffic
