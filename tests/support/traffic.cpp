// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Packets are written and read field by field through Writer and Reader; nothing here depends on the host's byte order
// or alignment.
#include "tests/support/traffic.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace sfc::traffic {
namespace {

constexpr uint16_t kTypeIpv4 = 0x0800;
constexpr uint16_t kTypeIpv6 = 0x86DD;
constexpr uint16_t kTypeMpls = 0x8847;
constexpr uint16_t kTypeVlan = 0x8100;
constexpr uint16_t kTypeServiceVlan = 0x88A8;
constexpr uint8_t kProtocolTcp = 6;
constexpr uint8_t kProtocolUdp = 17;
constexpr unsigned kTcpSize = 32;  // with the time stamp option
constexpr unsigned kUdpSize = 8;
constexpr uint32_t kMagic = 0x53464354;  // "SFCT"
constexpr uint32_t kBottom = 0x100;

class Writer {
public:
  explicit Writer(std::span<uint8_t> out) : out_(out) {}

  size_t at() const { return at_; }
  void put8(uint8_t v) { out_[at_++] = v; }
  void put16(uint16_t v) {
    put8(v >> 8);
    put8(v & 0xff);
  }
  void put32(uint32_t v) {
    put16(v >> 16);
    put16(v & 0xffff);
  }
  void put64(uint64_t v) {
    put32(v >> 32);
    put32(v & 0xffffffff);
  }
  void put(std::span<const uint8_t> bytes) {
    std::ranges::copy(bytes, out_.begin() + at_);
    at_ += bytes.size();
  }
  void set16(size_t at, uint16_t v) {
    out_[at] = v >> 8;
    out_[at + 1] = v & 0xff;
  }
  std::span<const uint8_t> from(size_t begin) const { return out_.subspan(begin, at_ - begin); }

private:
  std::span<uint8_t> out_;
  size_t at_ = 0;
};

/// Reads past the end give zero and leave `ok()` false.
class Reader {
public:
  explicit Reader(std::span<const uint8_t> in) : in_(in) {}

  bool ok() const { return ok_; }
  std::span<const uint8_t> rest() const { return in_; }
  std::span<const uint8_t> take(size_t count) {
    if (count > in_.size()) {
      ok_ = false;
      in_ = {};
      return {};
    }
    auto taken = in_.first(count);
    in_ = in_.subspan(count);
    return taken;
  }
  uint64_t get(unsigned bytes) {
    uint64_t value = 0;
    for (uint8_t byte : take(bytes)) value = value << 8 | byte;
    return value;
  }
  uint8_t get8() { return get(1); }
  uint16_t get16() { return get(2); }
  uint32_t get32() { return get(4); }

private:
  std::span<const uint8_t> in_;
  bool ok_ = true;
};

/// The finaliser of SplitMix64: spreads consecutive numbers over all 64 bits.
uint64_t mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15;
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
  x = (x ^ x >> 27) * 0x94D049BB133111EB;
  return x ^ x >> 31;
}

/// The byte at `at` of the payload of the packet whose id mix() has turned into `random`.
uint8_t filling(uint64_t random, size_t at) {
  return (random >> (at % 8 * 8)) + at;
}

/// Internet checksum (RFC 1071) before the final complement.
uint32_t sumWords(std::span<const uint8_t> bytes, uint32_t sum = 0) {
  size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) sum += bytes[at] << 8 | bytes[at + 1];
  if (at < bytes.size()) sum += bytes[at] << 8;
  return sum;
}

uint16_t fold(uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum;
}

std::span<const uint8_t> significant(const Address& address) {
  return {address.bytes.data(), address.v6 ? 16u : 4u};
}

uint32_t pseudoHeader(const Address& source, const Address& destination, uint8_t protocol, size_t length) {
  return sumWords(significant(destination), sumWords(significant(source), protocol + length));
}

void putIpv4(Writer& out, const PacketSpec& spec, uint8_t protocol, size_t length) {
  size_t start = out.at();
  out.put16(0x4500);
  out.put16(20 + length);
  out.put16(spec.ip_id);
  out.put16(0x4000);  // DF
  out.put8(64);
  out.put8(protocol);
  out.put16(0);
  out.put(significant(spec.source));
  out.put(significant(spec.destination));
  out.set16(start + 10, fold(sumWords(out.from(start))));
}

void putIpv6(Writer& out, const PacketSpec& spec, uint8_t protocol, size_t length) {
  out.put32(6u << 28 | (spec.source_port & 0xfffff));
  out.put16(length);
  out.put8(protocol);
  out.put8(64);
  out.put(significant(spec.source));
  out.put(significant(spec.destination));
}

void putTcp(Writer& out, const PacketSpec& spec) {
  out.put16(spec.source_port);
  out.put16(kDestinationPort);
  out.put32(spec.tcp_seq);
  out.put32(spec.tcp_ack);
  out.put16(kTcpSize / 4 << 12 | 0x10);  // ACK
  out.put16(501);
  out.put16(0);
  out.put16(0);
  out.put32(0x0101080A);
  out.put32(spec.tcp_time);
  out.put32(spec.tcp_time - 7);
}

void putUdp(Writer& out, const PacketSpec& spec) {
  out.put16(spec.source_port);
  out.put16(kDestinationPort);
  out.put16(kUdpSize + spec.payload);
  out.put16(0);
}

void putPayload(Writer& out, const Mark& mark, unsigned size) {
  out.put32(kMagic);
  out.put8(mark.labels);
  out.put8(0);
  out.put16(0);
  out.put64(mark.id);
  out.put64(mark.seed);
  uint64_t random = mix(mark.id);
  for (unsigned at = kMarkSize; at < size; ++at) out.put8(filling(random, at));
}

bool readLabels(Reader& in, LabelStack& stack) {
  while (stack.size < kMostLabels) {
    uint32_t entry = in.get32();
    if (!in.ok()) return false;
    stack.entries[stack.size++] = entry;
    if (entry & kBottom) return true;
  }
  return false;
}

struct Network {
  uint8_t protocol = 0;
  std::span<const uint8_t> payload;
  bool checksum_right = false;
};

std::optional<Network> readIpv4(Reader in, Packet& packet) {
  auto whole = in.rest();
  unsigned header = (in.get8() & 0xf) * 4;
  in.get8();
  unsigned total = in.get16();
  in.get32();
  in.get8();
  Network network;
  network.protocol = in.get8();
  in.get16();
  auto source = in.take(4);
  auto destination = in.take(4);
  if (!in.ok() || header < 20 || total < header || total > whole.size()) return std::nullopt;
  std::ranges::copy(source, packet.source.bytes.begin());
  std::ranges::copy(destination, packet.destination.bytes.begin());
  network.payload = whole.subspan(header, total - header);
  network.checksum_right = fold(sumWords(whole.first(header))) == 0;
  return network;
}

std::optional<Network> readIpv6(Reader in, Packet& packet) {
  packet.kind.v6 = packet.source.v6 = packet.destination.v6 = true;
  in.get32();
  unsigned length = in.get16();
  Network network;
  network.protocol = in.get8();
  in.get8();
  auto source = in.take(16);
  auto destination = in.take(16);
  network.payload = in.take(length);
  network.checksum_right = true;
  if (!in.ok()) return std::nullopt;
  std::ranges::copy(source, packet.source.bytes.begin());
  std::ranges::copy(destination, packet.destination.bytes.begin());
  return network;
}

bool readTransport(const Network& network, Packet& packet) {
  Reader in(network.payload);
  packet.kind.tcp = network.protocol == kProtocolTcp;
  packet.source_port = in.get16();
  packet.destination_port = in.get16();
  unsigned header = kUdpSize;
  if (packet.kind.tcp) {
    in.get32();
    packet.tcp_ack = in.get32();
    header = (in.get8() >> 4) * 4;
  }
  if (!in.ok() || header < kUdpSize || header > network.payload.size()) return false;
  packet.payload = network.payload.subspan(header);
  return true;
}

}  // namespace

LabelStack stackOf(uint64_t seed, unsigned count) {
  LabelStack stack;
  stack.size = std::min(count, kMostLabels);
  for (unsigned i = 0; i < stack.size; ++i) {
    uint64_t random = mix(seed * kMostLabels + i);
    uint32_t label = 16 + random % ((1u << 20) - 16);
    uint32_t traffic_class = random >> 40 & 7;
    uint32_t ttl = random >> 48 & 0xff;
    if (i == 0 && ttl < 2) ttl = 2;
    stack.entries[i] = label << 12 | traffic_class << 9 | (i + 1 == stack.size ? kBottom : 0) | ttl;
  }
  return stack;
}

unsigned labelCountOf(uint64_t id) {
  return 1 + (mix(~id) >> 32) % kMostLabels;
}

LabelStack popped(LabelStack stack, unsigned pops) {
  for (; pops > 0 && stack.size > 0; --pops) {
    uint32_t ttl = (stack.entries[0] & 0xff) - 1;
    std::copy(stack.entries.begin() + 1, stack.entries.end(), stack.entries.begin());
    --stack.size;
    stack.entries[0] = (stack.entries[0] & ~0xffu) | (ttl & 0xff);
  }
  return stack;
}

std::string describe(const LabelStack& stack) {
  std::string text;
  for (uint32_t entry : stack.view()) {
    text += fmt::format("{}{}/{}/{}", text.empty() ? "" : " ", entry >> 12, entry >> 9 & 7, entry & 0xff);
  }
  return text.empty() ? "no labels" : text;
}

size_t build(const PacketSpec& spec, std::span<uint8_t, kMostBytes> frame) {
  Writer out(frame);
  out.put(spec.destination_mac);
  out.put(spec.source_mac);
  for (const VlanTag& tag : spec.tags) {
    out.put16(tag.tpid);
    out.put16(tag.vid);
  }
  out.put16(spec.labels.size > 0 ? kTypeMpls : spec.kind.v6 ? kTypeIpv6 : kTypeIpv4);
  for (uint32_t entry : spec.labels.view()) out.put32(entry);
  uint8_t protocol = spec.kind.tcp ? kProtocolTcp : kProtocolUdp;
  size_t length = (spec.kind.tcp ? kTcpSize : kUdpSize) + spec.payload;
  (spec.kind.v6 ? putIpv6 : putIpv4)(out, spec, protocol, length);
  size_t transport = out.at();
  (spec.kind.tcp ? putTcp : putUdp)(out, spec);
  if (spec.mark) putPayload(out, *spec.mark, spec.payload);
  uint16_t checksum =
      fold(sumWords(out.from(transport), pseudoHeader(spec.source, spec.destination, protocol, length)));
  if (!spec.kind.tcp && checksum == 0) checksum = 0xffff;
  out.set16(transport + (spec.kind.tcp ? 16 : 6), checksum);
  return out.at();
}

std::optional<Packet> parse(std::span<const uint8_t> frame, bool checksum_known_good) {
  Packet packet;
  Reader in(frame);
  in.take(12);
  uint16_t type = in.get16();
  while (type == kTypeVlan || type == kTypeServiceVlan) {
    uint16_t vid = in.get16() & 0xfff;
    packet.tags.push_back({type, vid});
    type = in.get16();
  }
  if (type == kTypeMpls) {
    if (!readLabels(in, packet.labels) || in.rest().empty()) return std::nullopt;
    type = in.rest()[0] >> 4 == 6 ? kTypeIpv6 : kTypeIpv4;
  }
  if (!in.ok() || (type != kTypeIpv4 && type != kTypeIpv6)) return std::nullopt;
  auto network = (type == kTypeIpv6 ? readIpv6 : readIpv4)(in, packet);
  if (!network || (network->protocol != kProtocolTcp && network->protocol != kProtocolUdp)) return std::nullopt;
  if (!readTransport(*network, packet)) return std::nullopt;
  uint32_t pseudo = pseudoHeader(packet.source, packet.destination, network->protocol, network->payload.size());
  packet.checksums_right =
      network->checksum_right && (checksum_known_good || fold(sumWords(network->payload, pseudo)) == 0);
  return packet;
}

bool claimsMark(std::span<const uint8_t> payload) {
  return payload.size() >= kMarkSize && Reader(payload).get32() == kMagic;
}

std::optional<Mark> readMark(std::span<const uint8_t> payload) {
  if (!claimsMark(payload)) return std::nullopt;
  Reader in(payload);
  in.get32();
  Mark mark;
  mark.labels = in.get8();
  in.take(3);
  mark.id = in.get(8);
  mark.seed = in.get(8);
  uint64_t random = mix(mark.id);
  for (size_t at = kMarkSize; at < payload.size(); ++at) {
    if (payload[at] != filling(random, at)) return std::nullopt;
  }
  return mark;
}

Mac parseMac(const std::string& text) {
  Mac mac;
  char end = 0;
  if (std::sscanf(text.c_str(), "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx%c", &mac[0], &mac[1], &mac[2], &mac[3], &mac[4], &mac[5],
                  &end) != 6) {
    throw std::runtime_error(fmt::format("'{}' is no MAC address; write it like 02:00:00:00:00:01", text));
  }
  return mac;
}

Address parseAddress(const std::string& text) {
  Address address;
  address.v6 = text.find(':') != std::string::npos;
  if (inet_pton(address.v6 ? AF_INET6 : AF_INET, text.c_str(), address.bytes.data()) != 1) {
    throw std::runtime_error(fmt::format("'{}' is no IP address", text));
  }
  return address;
}

VlanTag parseTag(const std::string& text) {
  VlanTag tag;
  unsigned tpid = 0;
  unsigned vid = 0;
  char end = 0;
  if (std::sscanf(text.c_str(), "%x:%u%c", &tpid, &vid, &end) != 2 || tpid > 0xffff || vid > 0xfff) {
    throw std::runtime_error(fmt::format("'{}' is no VLAN tag; write it like 8100:100 (type:number)", text));
  }
  tag.tpid = tpid;
  tag.vid = vid;
  return tag;
}

Kind parseKind(const std::string& text) {
  if (text == "tcp4") return {.v6 = false, .tcp = true};
  if (text == "udp4") return {.v6 = false, .tcp = false};
  if (text == "tcp6") return {.v6 = true, .tcp = true};
  if (text == "udp6") return {.v6 = true, .tcp = false};
  throw std::runtime_error(fmt::format("unknown traffic '{}'; there are tcp4, udp4, tcp6 and udp6", text));
}

}  // namespace sfc::traffic
