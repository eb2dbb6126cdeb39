// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/report.h"

#include <linux/types.h>

#include <algorithm>
#include <cstring>

#include "lib/abi/sfc_abi.h"

namespace sfc::sim {

namespace {

template <typename T>
void append(Bytes& bytes, const T& value) {
  const auto* from = reinterpret_cast<const uint8_t*>(&value);
  bytes.insert(bytes.end(), from, from + sizeof(value));
}

/// The place of hops in the packet; they end with the stripped bytes of their region.
sfc_collected placeOf(const ReportedHops& hops, const std::vector<FoundRegion>& regions) {
  size_t begin = 0;  // of the region, among the stripped bytes
  for (unsigned i = 0; i < hops.region; i++) begin += regions[i].length;
  const FoundRegion& region = regions[hops.region];
  sfc_collected place{};
  place.asked = hops.asked;
  place.size = hops.hop_size > UINT16_MAX ? 0 : static_cast<__u16>(hops.hop_size);
  if (!hops.from || *hops.from < begin || *hops.from - begin > region.length || hops.size <= 0) return place;
  const size_t offset = *hops.from - begin;
  place.at = static_cast<__u16>(region.at.value_or(0) + offset);
  place.length = static_cast<__u16>(std::min<uint64_t>(static_cast<uint64_t>(hops.size), region.length - offset));
  return place;
}

/// The packet up to the end of the stripped headers, and a few bytes more.
BytesView headOf(const Return& back) {
  const FoundRegion& last = back.regions.back();
  const size_t end = last.at.value_or(0) + last.length + SFC_REPORT_BEHIND;
  return back.frame.first(std::min({end, back.frame.size(), size_t{SFC_REPORT_PACKET}}));
}

}  // namespace

Bytes composeReport(const Report& report, const Return& back, bool leaves) {
  Bytes data;
  for (const ReportedHops& hops : report.hops) append(data, placeOf(hops, back.regions));
  data.insert(data.end(), report.items.begin(), report.items.end());
  if (!report.hops.empty()) {
    const BytesView packet = headOf(back);
    data.insert(data.end(), packet.begin(), packet.end());
  }
  sfc_report head{};
  head.arrived = report.arrived;
  head.ingress_port = back.ports.ingress;
  if (leaves) {
    head.left = back.now;
    head.egress_port = back.ports.egress;
  }
  head.telemetry = report.telemetry;
  head.length = static_cast<__u32>(data.size());
  head.asked = report.asked;
  Bytes bytes(sizeof(head) + data.size());
  std::memcpy(bytes.data(), &head, sizeof(head));
  std::copy(data.begin(), data.end(), bytes.begin() + sizeof(head));
  return bytes;
}

}  // namespace sfc::sim
