// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/splice.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace sfc::sim {

namespace {

constexpr size_t EthernetHeader = 14;

void append(Bytes& to, BytesView frame, size_t from, size_t end) {
  const auto part = frame.subspan(from, end - from);
  to.insert(to.end(), part.begin(), part.end());
}

/// Is the next-header field of region `i` rewritten? A region that reaches to the start of the packet has none before
/// it.
bool rewritesField(const ir::Program& program, size_t i, size_t length, bool whole) {
  return program.regions[i].next_header && length > 0 && !whole;
}

/// Updates the enclosing headers in a frame that gains or loses the region's `bytes`, with next-header fields from
/// `record`, or as if the region were not there.
class Cover {
public:
  Cover(const ir::Program& program, const Found& found, Bytes& frame)
      : program_(program), found_(found), frame_(frame) {}

  bool apply(BytesView bytes, bool grows, const Record* record) {
    if (bytes.size() % 2) return false;
    std::vector<uint16_t> was;
    for (size_t i = 0; i < program_.enclosing.size(); i++) was.push_back(found_.retained[i] ? sumOf(i) : 0);
    const Bytes next_header_was = nextHeaderBytes();
    if (program_.regions.front().next_header) rewrite(*program_.regions.front().next_header, record);
    next_header_grown_ = onesAdd(onesSum(nextHeaderBytes()), static_cast<uint16_t>(~onesSum(next_header_was)));
    const auto grown = static_cast<int64_t>(bytes.size()) * (grows ? 1 : -1);
    for (size_t i = 0; i < program_.enclosing.size(); i++)
      for (const ir::Field& field : headerOf(i).fields)
        if (found_.retained[i] && field.computed == ir::Computed::Length && !length(i, field, grown)) return false;
    for (size_t i = 0; i < program_.enclosing.size(); i++)
      for (const ir::Field& field : headerOf(i).fields)
        if (found_.retained[i]) checksum(i, field, was[i], bytes, grows);
    return true;
  }

private:
  const ir::Header& headerOf(size_t i) const { return program_.headerOf(program_.enclosing[i]); }
  uint8_t* header(size_t i) { return frame_.data() + *found_.retained[i]; }
  uint16_t sumOf(size_t i) { return onesSum({header(i), headerOf(i).size}); }

  /// The next-header field; nothing without one.
  Bytes nextHeaderBytes() const {
    const auto& next_header = program_.regions.front().next_header;
    if (!next_header) return {};
    const auto from = frame_.begin() + static_cast<std::ptrdiff_t>(found_.regions[0].next_header_at);
    return {from, from + static_cast<std::ptrdiff_t>(next_header->size)};
  }

  void rewrite(const ir::NextHeader& next_header, const Record* record) {
    const ir::Header& header = program_.headerOf(next_header.instance);
    const ir::Field& field = header.fields[next_header.field];
    const unsigned offset = field.offset_bits - 8 * next_header.header_offset;
    const uint64_t value =
        record ? getBits(record->saved[0].data(), offset, field.width_bits) : found_.regions[0].next_header_value;
    setBits(frame_.data() + found_.regions[0].next_header_at, offset, field.width_bits, value);
  }

  /// The change of the sum of that field in the checksum of a header before its own.
  uint16_t nextHeaderIn(size_t i) const {
    const auto& next_header = program_.regions.front().next_header;
    const size_t at = found_.regions[0].next_header_at;
    if (!next_header || next_header->instance == program_.enclosing[i] || at < *found_.retained[i]) return 0;
    const bool odd = (at - *found_.retained[i]) % 2;
    return odd ? static_cast<uint16_t>(next_header_grown_ << 8 | next_header_grown_ >> 8) : next_header_grown_;
  }

  bool length(size_t i, const ir::Field& field, int64_t grown) {
    const auto value = static_cast<int64_t>(getBits(header(i), field.offset_bits, field.width_bits)) + grown;
    if (value < 0 || value > 0xFFFF) return false;
    setBits(header(i), field.offset_bits, field.width_bits, static_cast<uint64_t>(value));
    return true;
  }

  void checksum(size_t i, const ir::Field& field, uint16_t was, BytesView bytes, bool grows) {
    using ir::Computed;
    if (field.computed != Computed::HeaderChecksum && field.computed != Computed::PseudoChecksum) return;
    const auto old = static_cast<uint16_t>(getBits(header(i), field.offset_bits, field.width_bits));
    if (field.zero_is_none && old == 0) return;
    uint16_t changed = onesAdd(sumOf(i), static_cast<uint16_t>(~was));
    if (field.computed == Computed::PseudoChecksum) {
      Bytes more(bytes.begin(), bytes.end());
      // Behind an odd number of bytes, all bytes are summed swapped.
      if ((*found_.regions[0].at - *found_.retained[i]) % 2) more.insert(more.begin(), 0);
      uint16_t sum = onesAdd(onesSum(more), static_cast<uint16_t>(bytes.size()));
      if (!grows) sum = static_cast<uint16_t>(~sum);
      changed = onesAdd(changed, sum);
      changed = onesAdd(changed, nextHeaderIn(i));
    }
    if (changed == 0 || changed == 0xFFFF) return;
    auto checksum = static_cast<uint16_t>(~onesAdd(changed, static_cast<uint16_t>(~old)));
    if (field.zero_is_none && checksum == 0) checksum = 0xFFFF;
    setBits(header(i), field.offset_bits, field.width_bits, checksum);
  }

  const ir::Program& program_;
  const Found& found_;
  Bytes& frame_;
  uint16_t next_header_grown_ = 0;
};

/// A record of nothing but headers that are pushed.
Record pushedBytes(const ir::Program& program, Bytes bytes) {
  Record record;
  record.whole = program.alwaysWhole();
  for (const ir::InRecord& in : program.in_record) record.where.push_back({in.offset});
  record.lengths = {bytes.size()};
  record.bytes = std::move(bytes);
  const ir::Region& region = program.regions.front();
  Bytes& next_header = record.saved.emplace_back(region.next_header ? region.next_header->size : 0);
  if (region.next_header) setBits(next_header.data(), 0, 8 * region.next_header->size, region.push_value);
  return record;
}

}  // namespace

bool updateEnclosing(const ir::Program& program, const Found& found, Bytes& frame) {
  if (program.enclosing.empty()) return true;
  const FoundRegion& region = found.regions.front();
  const Bytes bytes(frame.begin() + static_cast<std::ptrdiff_t>(*region.at),
                    frame.begin() + static_cast<std::ptrdiff_t>(*region.at + region.length));
  return Cover(program, found, frame).apply(bytes, false, nullptr);
}

uint64_t movedTo(const Found& found) {
  return found.regions.empty() ? 0 : found.regions.front().next_header_value;
}

Record remember(const ir::Program& program, const Found& found, BytesView frame, uint64_t now) {
  Record record;
  record.arrived = now;
  record.whole = found.whole;
  record.flags = found.flags;
  record.values = found.values;
  record.where = found.where;
  size_t end = 0;
  for (size_t i = 0; i < found.regions.size(); i++) {
    const FoundRegion& region = found.regions[i];
    record.lengths.push_back(region.length);
    Bytes& saved = record.saved.emplace_back();
    if (rewritesField(program, i, region.length, found.whole) || program.starts_headers)
      append(saved, frame, region.next_header_at, region.next_header_at + program.regions[i].next_header->size);
    if (!region.length) continue;
    end = *region.at + region.length;
    append(record.bytes, frame, *region.at, end);
  }
  if (program.computed && found.end > end) append(record.tail, frame, end, found.end);
  return record;
}

Record pushed(const ir::Program& program, BytesView entry) {
  uint16_t length = 0;
  std::memcpy(&length, entry.data() + program.record.lengths_offset, sizeof(length));
  Bytes bytes;
  append(bytes, entry, program.record.bytes_offset, program.record.bytes_offset + length);
  return pushedBytes(program, std::move(bytes));
}

Record pushed(const ir::Program& program, const std::vector<uint64_t>& params) {
  const auto value = [&](const ir::PushDefault& one) {
    const auto* param = std::get_if<ir::ParamRef>(&one.value->node);
    return param ? params[param->param] : static_cast<uint64_t>(ir::pushedValue(one, program));
  };
  Bytes bytes;
  for (const ir::InRecord& in : program.in_record) {
    const ir::Header& header = program.headerOf(in.instance);
    for (unsigned element = 0; element < ir::pushedElements(in.instance, program); element++) {
      const size_t at = bytes.size();
      bytes.resize(at + header.size);
      for (const ir::PushDefault& one : program.push_defaults)
        if (ir::appliesTo(one, in.instance, element, program))
          setBits(bytes.data() + at, header.fields[one.field].offset_bits, header.fields[one.field].width_bits,
                  value(one));
    }
  }
  return pushedBytes(program, std::move(bytes));
}

std::optional<Bytes> decapsulate(const ir::Program& program, const Found& found, BytesView frame) {
  Bytes rewritten(frame.begin(), frame.end()), out;
  if (!updateEnclosing(program, found, rewritten)) return std::nullopt;
  size_t from = 0;
  for (size_t i = 0; i < found.regions.size(); i++) {
    const FoundRegion& region = found.regions[i];
    if (program.enclosing.empty() && rewritesField(program, i, region.length, found.whole))
      setBits(rewritten.data() + region.next_header_at, 0, 8 * program.regions[i].next_header->size,
              region.next_header_value);
    if (!region.length) continue;
    append(out, rewritten, from, *region.at);
    from = *region.at + region.length;
  }
  append(out, rewritten, from, rewritten.size());
  if (out.size() < EthernetHeader) return std::nullopt;
  return out;
}

std::optional<size_t> placeOfTail(const Found& found, const Record& record) {
  return record.whole ? 0 : found.regions.back().at;
}

std::optional<Bytes> deparse(const ir::Program& program, const Found& found, const Record& record, const Change& change,
                             BytesView frame) {
  const PoppedRange& popped = change.popped;
  const Insertion& insertion = change.insertion;
  Bytes rewritten(frame.begin(), frame.end()), out;
  size_t from = 0, used = 0;
  for (size_t i = 0; i < record.lengths.size(); i++) {
    if (!record.lengths[i]) continue;
    const auto at = record.whole ? std::optional<size_t>(0) : found.regions[i].at;
    if (!at || *at < from || *at > frame.size()) return std::nullopt;
    if (program.enclosing.empty() && rewritesField(program, i, record.lengths[i], record.whole)) {
      const size_t next_header_at = found.regions[i].next_header_at;
      if (next_header_at < from || next_header_at + record.saved[i].size() > *at) return std::nullopt;
      std::copy(record.saved[i].begin(), record.saved[i].end(),
                rewritten.begin() + static_cast<std::ptrdiff_t>(next_header_at));
    }
    append(out, rewritten, from, *at);
    from = *at;
    const size_t head = out.size();
    const bool grows = insertion.region == i;
    const size_t end = used + record.lengths[i];
    for (; used < end; used++) {
      if (grows && used == insertion.at) out.insert(out.end(), insertion.bytes.begin(), insertion.bytes.end());
      if (used < popped.at || used >= popped.at + popped.length) out.push_back(record.bytes[used]);
    }
    if (grows && end == insertion.at) out.insert(out.end(), insertion.bytes.begin(), insertion.bytes.end());
    if (!program.enclosing.empty()) {
      const Bytes region(out.begin() + static_cast<std::ptrdiff_t>(head), out.end());
      if (!Cover(program, found, out).apply(region, true, &record)) return std::nullopt;
    }
  }
  append(out, rewritten, from, rewritten.size());
  return out;
}

}  // namespace sfc::sim
