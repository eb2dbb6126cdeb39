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

/// Does region `i` of a packet hide a field? One that reaches to the start of the packet has nothing before it.
bool hides(const plan::Program& program, size_t i, size_t length, bool whole) {
  return program.regions[i].hidden && length > 0 && !whole;
}

}  // namespace

Record remember(const plan::Program& program, const Found& found, BytesView frame, uint64_t now) {
  Record record;
  record.arrived = now;
  record.whole = found.whole;
  record.where = found.where;
  size_t end = 0;
  for (size_t i = 0; i < found.regions.size(); i++) {
    const FoundRegion& region = found.regions[i];
    record.lengths.push_back(region.length);
    Bytes& saved = record.saved.emplace_back();
    if (hides(program, i, region.length, found.whole))
      append(saved, frame, region.hidden_at, region.hidden_at + program.regions[i].hidden->size);
    if (!region.length) continue;
    end = *region.at + region.length;
    append(record.bytes, frame, *region.at, end);
  }
  if (program.derived && found.end > end) append(record.tail, frame, end, found.end);
  return record;
}

Record pushed(const plan::Program& program, BytesView entry) {
  Record record;
  uint16_t length = 0;
  std::memcpy(&length, entry.data(), sizeof(length));
  record.lengths = {length};
  append(record.bytes, entry, program.plan.entry.record.bytes_offset, program.plan.entry.record.bytes_offset + length);
  const plan::Region& region = program.regions.front();
  Bytes& hidden = record.saved.emplace_back(region.hidden ? region.hidden->size : 0);
  if (region.hidden) storeBits(hidden.data(), 0, 8 * region.hidden->size, region.push_value);
  return record;
}

std::optional<Bytes> cutOut(const plan::Program& program, const Found& found, BytesView frame) {
  Bytes rewritten(frame.begin(), frame.end()), out;
  size_t from = 0;
  for (size_t i = 0; i < found.regions.size(); i++) {
    const FoundRegion& region = found.regions[i];
    if (hides(program, i, region.length, found.whole))
      storeBits(rewritten.data() + region.hidden_at, 0, 8 * program.regions[i].hidden->size, region.hidden_value);
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

std::optional<Bytes> putBack(const plan::Program& program, const Found& found, const Record& record,
                             const Change& change, BytesView frame) {
  const Gap& gap = change.gap;
  const Insertion& insertion = change.insertion;
  Bytes restored(frame.begin(), frame.end()), out;
  size_t from = 0, used = 0;
  for (size_t i = 0; i < record.lengths.size(); i++) {
    if (!record.lengths[i]) continue;
    const auto at = record.whole ? std::optional<size_t>(0) : found.regions[i].at;
    if (!at || *at < from || *at > frame.size()) return std::nullopt;
    if (hides(program, i, record.lengths[i], record.whole)) {
      const size_t hidden_at = found.regions[i].hidden_at;
      if (hidden_at < from || hidden_at + record.saved[i].size() > *at) return std::nullopt;
      std::copy(record.saved[i].begin(), record.saved[i].end(),
                restored.begin() + static_cast<std::ptrdiff_t>(hidden_at));
    }
    append(out, restored, from, *at);
    from = *at;
    const bool grows = insertion.region == i;
    const size_t end = used + record.lengths[i];
    for (; used < end; used++) {
      if (grows && used == insertion.at) out.insert(out.end(), insertion.bytes.begin(), insertion.bytes.end());
      if (used < gap.at || used >= gap.at + gap.length) out.push_back(record.bytes[used]);
    }
    if (grows && end == insertion.at) out.insert(out.end(), insertion.bytes.begin(), insertion.bytes.end());
  }
  append(out, restored, from, restored.size());
  return out;
}

}  // namespace sfc::sim
