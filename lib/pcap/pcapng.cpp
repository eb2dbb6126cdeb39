// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
//   file       section... of blocks: type, length, body, length, all multiples of 4 bytes
//   section    begins with a header that says in which byte order it is, and has interfaces of its own
//   interface  link type, snapshot length, options: the unit of its times, what is to be added to them
//   packet     the number of its interface, time, bytes caught, bytes there were, the bytes
#include "lib/pcap/pcapng.h"

#include <pcap/pcap.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <map>

#include <fmt/format.h>

#include "lib/pcap/errors.h"

namespace sfc::pcap {
namespace {

constexpr uint32_t section_block = 0x0A0D0D0A;
constexpr uint32_t interface_block = 1;
constexpr uint32_t old_packet_block = 2;
constexpr uint32_t simple_packet_block = 3;
constexpr uint32_t packet_block = 6;
constexpr uint32_t byte_order_magic = 0x1A2B3C4D;
constexpr uint16_t resolution_option = 9;
constexpr uint16_t offset_option = 14;
constexpr uint64_t ns_per_second = 1'000'000'000;
constexpr size_t block_frame = 12;  // type and both lengths

/// An error, without the file and the place.
struct Damage {
  std::string text;
};

struct Interface {
  unsigned number = 0;  // in the whole file
  uint16_t link_type = 0;
  uint32_t snapshot = 0;
  unsigned exponent = 6;  // times are in units of 10^-exponent or 2^-exponent s
  bool binary = false;
  uint64_t offset = 0;  // seconds to be added
};

/// 10 to some power; 0 if that has more than 64 bits.
uint64_t powerOfTen(unsigned exponent) {
  uint64_t power = 1;
  for (unsigned i = 0; i < exponent; ++i) power = i < 19 ? power * 10 : 0;
  return power;
}

uint64_t toNanoseconds(const Interface& interface, uint64_t time) {
  uint64_t ns = 0;
  if (interface.binary) {
    const uint64_t fraction = interface.exponent < 64 ? time & ((uint64_t{1} << interface.exponent) - 1) : time;
    const uint64_t seconds = interface.exponent < 64 ? time >> interface.exponent : 0;
    // The first 32 bits of a fraction say more than a nanosecond.
    const unsigned more = interface.exponent > 32 ? interface.exponent - 32 : 0;
    const uint64_t shortened = more < 64 ? fraction >> more : 0;
    ns = seconds * ns_per_second + (shortened * ns_per_second >> (interface.exponent - more));
  } else if (interface.exponent <= 9) {
    ns = time * powerOfTen(9 - interface.exponent);
  } else if (const uint64_t unit = powerOfTen(interface.exponent - 9); unit != 0) {
    ns = time / unit;
  }
  return ns + interface.offset * ns_per_second;
}

/// Bytes of a section, in its byte order.
class Body {
public:
  Body(std::string_view bytes, bool swapped) : left_(bytes), swapped_(swapped) {}

  size_t size() const { return left_.size(); }

  std::string_view take(size_t size) {
    if (size > left_.size()) throw Damage{"a block ends too early"};
    const std::string_view bytes = left_.substr(0, size);
    left_.remove_prefix(size);
    return bytes;
  }

  uint16_t take16() { return static_cast<uint16_t>(number(take(2))); }
  uint32_t take32() { return static_cast<uint32_t>(number(take(4))); }
  uint64_t take64() { return number(take(8)); }
  /// A time is two words, the upper one first in both byte orders.
  uint64_t takeTime() {
    const uint64_t upper = take32();
    return upper << 32 | take32();
  }

private:
  uint64_t number(std::string_view bytes) const {
    uint64_t value = 0;
    const bool little = (std::endian::native == std::endian::little) != swapped_;
    for (size_t i = 0; i < bytes.size(); ++i)
      value = value << 8 | static_cast<uint8_t>(bytes[little ? bytes.size() - 1 - i : i]);
    return value;
  }

  std::string_view left_;
  bool swapped_;
};

class Reader {
public:
  Reader(std::string_view file, const std::string& path) : left_(file), path_(path) {}

  void run() {
    while (!left_.empty()) readBlock();
    if (!ethernet_ && !others_.empty()) failLinkType(path_, others_.begin()->second.link_type);
  }

  size_t packets() const { return packets_; }

  Capture take() {
    for (const auto& [number, other] : others_)
      if (other.packets > 0)
        capture_.notes.push_back(fmt::format("{}: {} packets of interface {} are left out: they are {}, not Ethernet",
                                             path_, other.packets, number, linkName(other.link_type)));
    return std::move(capture_);
  }

private:
  /// An interface whose packets are of no use.
  struct Other {
    uint16_t link_type = 0;
    size_t packets = 0;
  };

  void readBlock() {
    Body head(left_, swapped_);
    const uint32_t type = head.take32();
    if (type == section_block) findByteOrder();
    Body again(left_.substr(4), swapped_);
    const uint32_t length = again.take32();
    if (length < block_frame || length % 4 != 0 || length > left_.size()) throw Damage{"a block ends too early"};
    const std::string_view bytes = left_.substr(8, length - block_frame);
    if (Body(left_.substr(length - 4), swapped_).take32() != length) throw Damage{"a block has two lengths"};
    left_.remove_prefix(length);
    readBody(type, Body(bytes, swapped_));
  }

  /// The header of a section begins alike in both byte orders up to its magic number.
  void findByteOrder() {
    if (left_.size() < block_frame) throw Damage{"a block ends too early"};
    uint32_t magic = 0;
    std::memcpy(&magic, left_.data() + 8, sizeof(magic));
    if (magic != byte_order_magic && magic != __builtin_bswap32(byte_order_magic))
      throw Damage{"a section has no byte order"};
    swapped_ = magic != byte_order_magic;
    interfaces_.clear();
  }

  void readBody(uint32_t type, Body body) {
    if (type == interface_block) return readInterface(body);
    if (type == packet_block) {
      const uint32_t interface = body.take32();
      return readPacket(interface, body);
    }
    if (type == old_packet_block) {
      const uint16_t interface = body.take16();
      body.take16();
      return readPacket(interface, body);
    }
    if (type == simple_packet_block) readSimplePacket(body);
  }

  void readInterface(Body body) {
    Interface interface;
    interface.number = interface_count_++;
    interface.link_type = body.take16();
    body.take16();
    interface.snapshot = body.take32();
    while (body.size() >= 4) {
      const uint16_t option = body.take16(), length = body.take16();
      if (option == 0) break;
      Body value(body.take(std::min<size_t>(body.size(), (length + 3U) & ~3U)), swapped_);
      if (option == resolution_option) readResolution(static_cast<uint8_t>(value.take(1)[0]), interface);
      if (option == offset_option) interface.offset = value.take64();
    }
    if (interface.link_type == DLT_EN10MB)
      ethernet_ = true;
    else
      others_[interface.number].link_type = interface.link_type;
    interfaces_.push_back(interface);
  }

  static void readResolution(uint8_t value, Interface& interface) {
    interface.binary = (value & 0x80) != 0;
    interface.exponent = value & 0x7F;
  }

  const Interface& interfaceAt(uint32_t index) const {
    if (index >= interfaces_.size())
      throw Damage{fmt::format("a packet refers to interface {}, which does not exist", index)};
    return interfaces_[index];
  }

  void readPacket(uint32_t index, Body body) {
    const Interface& interface = interfaceAt(index);
    const uint64_t time = body.takeTime();
    const uint32_t caught = body.take32(), length = body.take32();
    add(interface, toNanoseconds(interface, time), body.take(caught), length);
  }

  /// A simple packet: it has no time, no interface (the first is meant), and no captured length.
  void readSimplePacket(Body body) {
    const Interface& interface = interfaceAt(0);
    const uint32_t length = body.take32();
    const uint32_t caught = interface.snapshot == 0 ? length : std::min(length, interface.snapshot);
    add(interface, 0, body.take(caught), length);
  }

  void add(const Interface& interface, uint64_t time_ns, std::string_view bytes, uint32_t length) {
    if (const auto other = others_.find(interface.number); other != others_.end()) {
      ++packets_;
      ++other->second.packets;
      return;
    }
    ++packets_;
    if (bytes.size() < length) failCut(path_, packets_, bytes.size(), length);
    capture_.packets.push_back({time_ns, {bytes.begin(), bytes.end()}});
  }

  std::string_view left_;
  const std::string& path_;
  bool swapped_ = false;
  std::vector<Interface> interfaces_;  // of this section
  unsigned interface_count_ = 0;
  bool ethernet_ = false;
  std::map<unsigned, Other> others_;
  size_t packets_ = 0;
  Capture capture_;
};

}  // namespace

bool isPcapng(std::string_view file) {
  uint32_t type = 0;
  if (file.size() < sizeof(type)) return false;
  std::memcpy(&type, file.data(), sizeof(type));
  return type == section_block;
}

Capture readPcapng(std::string_view file, const std::string& path) {
  Reader reader(file, path);
  try {
    reader.run();
    return reader.take();
  } catch (const Damage& damage) {
    failDamaged(path, reader.packets(), damage.text);
  }
}

}  // namespace sfc::pcap
