// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The test traffic: IP packets under MPLS label stacks that can be checked one by one where they arrive. The payload
// says which packet it is and from which seed its label stack was made, so whoever receives it can tell whether the
// stack on it is its own.
//
//   payload: "SFCT"  labels:1  zero:3  id:8  seed:8  filling that is a function of the id
//
// Numbers are big-endian on the wire, host order here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sfc::traffic {

constexpr unsigned kMostLabels = 16;
constexpr unsigned kMarkSize = 24;
constexpr unsigned kMostBytes = 1900;  // of a frame
constexpr uint16_t kDestinationPort = 443;
constexpr uint16_t kFirstSourcePort = 20000;

using Mac = std::array<uint8_t, 6>;

struct Address {
  bool v6 = false;
  std::array<uint8_t, 16> bytes{};  // IPv4 in the first four

  bool operator==(const Address&) const = default;
};

struct VlanTag {
  uint16_t tpid = 0x8100;
  uint16_t vid = 0;

  bool operator==(const VlanTag&) const = default;
};

/// Label stack entries (RFC 3032) as 32-bit words, the top one first.
struct LabelStack {
  std::array<uint32_t, kMostLabels> entries{};
  unsigned size = 0;

  std::span<const uint32_t> view() const { return {entries.data(), size}; }
};

/// Which transport over which IP version.
struct Kind {
  bool v6 = false;
  bool tcp = false;
};

/// What a packet's payload says about it.
struct Mark {
  uint64_t id = 0;
  uint64_t seed = 0;   // of the label stack
  uint8_t labels = 0;  // how many
};

/// Everything that makes one packet.
struct PacketSpec {
  Mac source_mac{};
  Mac destination_mac{};
  std::vector<VlanTag> tags;
  LabelStack labels;  // none: plain IP
  Kind kind;
  Address source;
  Address destination;
  uint16_t source_port = 0;
  uint16_t ip_id = 0;
  uint32_t tcp_seq = 0;
  uint32_t tcp_ack = 0;
  uint32_t tcp_time = 0;
  std::optional<Mark> mark;  // none: no payload
  unsigned payload = 0;      // bytes, at least kMarkSize when there is a mark
};

/// A frame taken apart. Spans point into the frame.
struct Packet {
  std::vector<VlanTag> tags;
  LabelStack labels;
  Kind kind;
  Address source;
  Address destination;
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint32_t tcp_ack = 0;
  bool checksums_right = false;
  std::span<const uint8_t> payload;
};

/// The label stack of a seed: labels from 16 up, any traffic class, a top TTL of at least 2.
LabelStack stackOf(uint64_t seed, unsigned count);
/// How many labels, 1 to 16, a packet has whose number of labels depends on its id.
unsigned labelCountOf(uint64_t id);
/// The stack without its top `pops` entries; each new top gets the popped one's TTL minus 1 (RFC 3032, 2.4.2).
LabelStack popped(LabelStack stack, unsigned pops);
/// "16001/5/64 16002/0/1": label, traffic class and TTL of each entry.
std::string describe(const LabelStack& stack);

/// Writes the frame into `out` and returns its length.
size_t build(const PacketSpec& spec, std::span<uint8_t, kMostBytes> out);
/// Takes a frame apart; nothing if it is no TCP or UDP packet under VLAN tags and labels. With `checksum_known_good`
/// the kernel has yet to fill in the transport checksum and it is not looked at.
std::optional<Packet> parse(std::span<const uint8_t> frame, bool checksum_known_good);
/// The mark of a payload, if it has one and its filling is intact.
std::optional<Mark> readMark(std::span<const uint8_t> payload);
/// Whether a payload claims to have a mark.
bool claimsMark(std::span<const uint8_t> payload);

/// Readers of command line values; they throw std::runtime_error with one line that says what is wrong.
Mac parseMac(const std::string& text);
Address parseAddress(const std::string& text);
VlanTag parseTag(const std::string& text);
Kind parseKind(const std::string& text);

}  // namespace sfc::traffic
