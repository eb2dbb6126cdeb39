// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The emitted programs can keep only the sum of the packet, not its bytes, and add up differences word by word
// (compiler/bpf/computed.h). Here, all bytes that a checksum covered and covers are gathered, and the difference of the
// two sums is taken: RFC 1624 by its definition.
#include <algorithm>

#include "compiler/sim/edits.h"
#include "compiler/sim/expressions.h"

namespace sfc::sim {

namespace {

using ir::Computed;

class Deriver {
public:
  Deriver(const ir::Program& program, const Bytes& before, const Change& change, BytesView tail, Record& record)
      : program_(program),
        before_(before),
        gap_(change.popped),
        insertion_(change.insertion),
        tail_(tail),
        record_(record) {}

  bool lengths() {
    for (size_t i = 0; i < record_.where.size(); i++)
      for (const ir::Field& field : headerOf(i).fields)
        if (field.computed == Computed::Length && !length(i, field)) return false;
    return true;
  }

  /// The last header on the wire first: a checksum covers the headers behind it, with their checksums.
  void checksums() {
    for (size_t i = record_.where.size(); i-- > 0;)
      for (const ir::Field& field : headerOf(i).fields)
        if (ir::isUpdated(field, program_)) checksum(i, field);
  }

  void finish() {
    for (size_t i = record_.where.size(); i-- > 0;)
      for (const ir::Field& field : headerOf(i).fields)
        if (field.before || field.protocol) finish(i, field);
  }

private:
  const ir::Header& headerOf(size_t index) const { return program_.headerOf(program_.in_record[index].instance); }

  /// The place of a header, if it is still there.
  std::optional<size_t> placeOf(size_t index) const {
    if (record_.where[index].empty()) return std::nullopt;
    return record_.where[index].front();
  }

  bool length(size_t index, const ir::Field& field) {
    const auto at = placeOf(index);
    if (!at) return true;
    int64_t grown = static_cast<int64_t>(tail_.size()) - static_cast<int64_t>(record_.tail.size());
    grown += static_cast<int64_t>(record_.bytes.size()) - static_cast<int64_t>(before_.size());
    if (gap_.length && gap_.at > *at) grown -= static_cast<int64_t>(gap_.length);
    if (insertion_.at > *at) grown += static_cast<int64_t>(insertion_.bytes.size());
    uint8_t* base = record_.bytes.data() + *at;
    const int64_t value = static_cast<int64_t>(getBits(base, field.offset_bits, field.width_bits)) + grown;
    if (value < 0 || value > 0xFFFF) return false;
    setBits(base, field.offset_bits, field.width_bits, static_cast<uint64_t>(value));
    return true;
  }

  void checksum(size_t index, const ir::Field& field) {
    const auto at = placeOf(index);
    if (!at || *at < field.before.value_or(0)) return;
    uint8_t* base = record_.bytes.data() + *at;
    const auto old = static_cast<uint16_t>(getBits(base, field.offset_bits, field.width_bits));
    if (field.zero_is_none && old == 0) return;  // there is none
    const Bytes was = covered(index, *at, field, before_, record_.tail, false);
    const Bytes is = covered(index, *at, field, record_.bytes, tail_, true);
    const uint16_t changed = onesAdd(onesSum(is), static_cast<uint16_t>(~onesSum(was)));
    if (changed == 0 || changed == 0xFFFF) return;  // as it was, wrong or right: also 0xFFFF, which stands for 0
    auto checksum = static_cast<uint16_t>(~onesAdd(changed, static_cast<uint16_t>(~old)));
    if (field.zero_is_none && checksum == 0) checksum = 0xFFFF;
    setBits(base, field.offset_bits, field.width_bits, checksum);
  }

  /// A checksum is partial if it equals the sum of the pseudo-header, and is wrong.
  void finish(size_t index, const ir::Field& field) {
    const auto at = placeOf(index);
    if (!at || *at < field.before.value_or(0)) return;
    Bytes pseudo;
    if (field.protocol) pseudoHeader(index, *at, record_.bytes, pseudo);
    pseudo.push_back(0);
    pseudo.push_back(static_cast<uint8_t>(field.protocol));
    uint8_t* base = record_.bytes.data() + *at;
    const auto old = static_cast<uint16_t>(getBits(base, field.offset_bits, field.width_bits));
    if (old != onesSum(pseudo) || (field.zero_is_none && old == 0)) return;
    const uint16_t all = onesAdd(onesSum(covered(index, *at, field, record_.bytes, record_.tail, false)),
                                 static_cast<uint16_t>(field.protocol));
    if (all == 0xFFFF) return;
    auto checksum = static_cast<uint16_t>(~onesAdd(all, static_cast<uint16_t>(~old)));
    if (field.zero_is_none && checksum == 0) checksum = 0xFFFF;
    setBits(base, field.offset_bits, field.width_bits, checksum);
  }

  /// All bytes that a checksum of the header at `at` covers, less the popped range if `now`.
  Bytes covered(size_t index, size_t at, const ir::Field& field, const Bytes& bytes, BytesView tail, bool now) const {
    Bytes all;
    if (field.computed == Computed::PseudoChecksum) pseudoHeader(index, at, bytes, all);
    const bool with_tail = field.computed != Computed::HeaderChecksum;
    const size_t end = with_tail ? bytes.size() : std::min(bytes.size(), at + headerBytes(index, at));
    for (size_t i = at - field.before.value_or(0); i < end; i++) {
      if (now && i == insertion_.at && i > at) append(insertion_.bytes, all);
      if (!now || i < gap_.at || i >= gap_.at + gap_.length) all.push_back(bytes[i]);
    }
    if (now && with_tail && insertion_.at == end) append(insertion_.bytes, all);
    if (with_tail) all.insert(all.end(), tail.begin(), tail.end());
    return all;
  }

  /// The parts of the pseudo-header that can change: addresses in the headers before, and the length in the header
  /// itself.
  void pseudoHeader(size_t index, size_t at, const Bytes& bytes, Bytes& all) const {
    for (size_t i = 0; i < record_.where.size(); i++)
      for (const ir::Field& field : headerOf(i).fields)
        if (const auto place = placeOf(i); field.is_pseudo && i != index && place && *place < at)
          append(bytes, *place, field, all);
    for (const ir::Field& field : headerOf(index).fields)
      if (field.computed == Computed::Length) append(bytes, at, field, all);
  }

  static void append(const Bytes& bytes, size_t at, const ir::Field& field, Bytes& all) {
    const auto* from = bytes.data() + at + field.offset_bits / 8;
    all.insert(all.end(), from, from + field.width_bits / 8);
  }

  static void append(const Bytes& bytes, Bytes& all) { all.insert(all.end(), bytes.begin(), bytes.end()); }

  /// The size of a header, its variable-length field included.
  size_t headerBytes(size_t index, size_t at) const {
    const ir::Header& header = headerOf(index);
    return header.size + (header.variable_bits ? variableBits(header, record_.bytes.data() + at) / 8 : 0);
  }

  const ir::Program& program_;
  const Bytes& before_;
  const PoppedRange& gap_;
  const Insertion& insertion_;
  const BytesView tail_;
  Record& record_;
};

}  // namespace

bool updateComputed(const ir::Program& program, const Bytes& before, const Change& change, BytesView tail,
                    Record& record) {
  Deriver deriver(program, before, change, tail, record);
  if (!deriver.lengths()) return false;
  deriver.checksums();
  return true;
}

void finishChecksums(const ir::Program& program, Record& record) {
  const Bytes bytes = record.bytes, tail = record.tail;
  const Change unchanged;
  Deriver(program, bytes, unchanged, tail, record).finish();
}

namespace {

/// Does a removed checksum cover the packet behind the removed bytes?
bool coversTail(const ir::Program& program, const Record& record) {
  for (size_t i = 0; i < record.where.size(); i++)
    for (const ir::Field& field : program.headerOf(program.in_record[i].instance).fields) {
      if (field.computed != Computed::TailChecksum && field.computed != Computed::PseudoChecksum) continue;
      if (record.where[i].empty()) continue;
      const uint8_t* header = record.bytes.data() + record.where[i].front();
      if (!field.zero_is_none || getBits(header, field.offset_bits, field.width_bits) != 0) return true;
    }
  return false;
}

/// The identification of an atomic datagram means nothing (RFC 6864).
void clearIdentification(const ir::Program& program, Record& record) {
  constexpr size_t identification = 4, flags = 6;
  constexpr uint8_t do_not_fragment = 0x40;
  for (size_t i = 0; i < record.where.size(); i++) {
    if (program.headerOf(program.in_record[i].instance).offload != ir::Offload::Ipv4 || record.where[i].empty())
      continue;
    uint8_t* header = record.bytes.data() + record.where[i].front();
    if (header[flags] & do_not_fragment) header[identification] = header[identification + 1] = 0;
  }
}

}  // namespace

void generalise(const ir::Program& program, Record& record) {
  if (!program.computed || !program.no_superframes.empty() || coversTail(program, record)) return;
  Record general = record;
  clearIdentification(program, general);
  const Change unchanged;
  if (!updateComputed(program, record.bytes, unchanged, {}, general)) return;
  general.tail.clear();
  record = std::move(general);
}

}  // namespace sfc::sim
