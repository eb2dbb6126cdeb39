// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
//   group header       version 4 bits, hardware 6, sequence number 22; node 32
//   report             type 4, inner type 4, length 8, metadata length 8 (both in words), flags D Q F I, reserved 4
//   of type INT        metadata bits 16, domain 16; domain-specific bits 16, their status 16
//   metadata           in the order of their bits; items that the node does not know are absent and have no bit
//   packet             of inner type Ethernet, if the record has it, with the data of other hops
#include "runtime/telemetry_report.h"

#include <algorithm>
#include <array>

#include "runtime/failure.h"
#include "sfc/wire.h"

namespace sfc {
namespace {

constexpr unsigned instruction_bits = 16;
// Words of the metadata of each bit. Bit 0 is the node, which the group header has; what is behind bit 8 is reserved,
// or means something else in a report than in a packet.
constexpr std::array<unsigned, 9> words = {1, 1, 1, 1, 2, 2, 2, 1, 1};

constexpr uint32_t version = 2;
constexpr uint32_t sequence_mask = 0x3FFFFF;
constexpr uint32_t type_int = 1;
constexpr uint32_t inner_none = 0;
constexpr uint32_t inner_ethernet = 3;
constexpr size_t most_words = 0xFF;  // of a report behind its first one
constexpr unsigned domain_bits = 16;
constexpr uint32_t flag_tracked = 0x20;  // F: the packet is of a flow that somebody follows

void putWord(Bytes& bytes, uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<uint8_t>(word >> shift));
}

}  // namespace

ReportComposer::ReportComposer(const plan::Telemetry& telemetry) : telemetry_(telemetry) {
  if (telemetry.gate_bits != instruction_bits) {
    throw Failure(
        ErrorKind::Usage,
        "{} cannot be sent as Telemetry Reports: these need {} bits that each request one item, and it has {}; "
        "write `by HEADER.FIELD;` and [0] to [8] before its items",
        telemetry.name, instruction_bits, telemetry.gate_bits == 0 ? "none" : fmt::format("{}", telemetry.gate_bits));
  }
  for (unsigned bit = 0; bit < words.size(); ++bit) {
    const Group group = groupOf(bit);
    const bool inside = group.offset + group.size <= telemetry.size;
    if (group.size == 0 || (group.size == size_t{4} * words[bit] && inside)) continue;
    throw Failure(ErrorKind::Usage, "{} cannot be sent as Telemetry Reports: the items of bit {} have {} bytes, not {}",
                  telemetry.name, bit, group.size, 4 * words[bit]);
  }
}

uint32_t ReportComposer::domainOf(const TelemetryRecord& record) const {
  for (const plan::TelemetryItem& item : telemetry_.items)
    if (item.name == "domain" && !item.gated && item.width_bits == domain_bits)
      return static_cast<uint32_t>(wire::getBits(record.data.data(), item.offset_bits, domain_bits));
  return 0;
}

ReportComposer::Group ReportComposer::groupOf(unsigned bit) const {
  Group group;
  unsigned bits = 0;
  for (const plan::TelemetryItem& item : telemetry_.items) {
    if (!item.gated || bit < item.first || bit > item.last) continue;
    group.known = bits == 0 ? item.known : group.known && item.known;
    if (bits == 0) group.offset = item.offset_bits / 8;
    bits += item.width_bits;
  }
  group.size = bits / 8;
  return group;
}

Bytes ReportComposer::compose(const TelemetryRecord& record) {
  uint32_t bits = 0;
  Bytes metadata;
  for (unsigned bit = 1; bit < words.size(); ++bit) {
    const Group group = groupOf(bit);
    const uint32_t place = 1U << (instruction_bits - 1 - bit);
    if (!group.known || (record.asked & place) == 0) continue;
    bits |= place;
    const auto from = record.data.begin() + static_cast<std::ptrdiff_t>(group.offset);
    metadata.insert(metadata.end(), from, from + static_cast<std::ptrdiff_t>(group.size));
  }
  const Group node = groupOf(0);
  const auto metadata_words = static_cast<uint32_t>(metadata.size() / 4);
  Bytes inner = record.packet;
  inner.resize(std::min((inner.size() + 3) / 4, most_words - 2 - metadata_words) * 4);
  const auto inner_words = static_cast<uint32_t>(inner.size() / 4);

  Bytes report;
  putWord(report, version << 28 | (sequence_++ & sequence_mask));
  putWord(report, node.known ? static_cast<uint32_t>(
                                   wire::getBits(record.data.data(), static_cast<unsigned>(8 * node.offset), 32))
                             : 0);
  putWord(report, type_int << 28 | (inner.empty() ? inner_none : inner_ethernet) << 24 |
                      (2 + metadata_words + inner_words) << 16 | metadata_words << 8 | flag_tracked);
  putWord(report, bits << 16 | domainOf(record));
  putWord(report, 0);
  report.insert(report.end(), metadata.begin(), metadata.end());
  report.insert(report.end(), inner.begin(), inner.end());
  return report;
}

}  // namespace sfc
