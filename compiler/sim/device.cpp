// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/device.h"

#include <fmt/format.h>

namespace sfc::sim {

namespace {

constexpr size_t EthernetHeader = 14, Addresses = 12, Tag = 4;
// Of the devices of the test (runtime/veth_path.cpp).
constexpr size_t IngressMtu = 3400, EgressMtu = 9000;

unsigned typeAt(BytesView frame, size_t at) {
  return at + 2 <= frame.size() ? static_cast<unsigned>(getBits(frame.data(), static_cast<unsigned>(at * 8), 16)) : 0;
}

bool isTag(unsigned type) {
  return type == 0x8100 || type == 0x88A8;
}

/// What a packet socket says to a frame. It grants IEEE 802.1Q frames the bytes of their tag.
std::string refusedBySocket(BytesView frame, size_t mtu) {
  const char* why = nullptr;
  if (frame.size() < EthernetHeader) why = "Invalid argument";
  if (frame.size() > EthernetHeader + mtu + (typeAt(frame, Addresses) == 0x8100 ? Tag : 0)) why = "Message too long";
  return why ? fmt::format("the test's devices take no packet of {} bytes: {}", frame.size(), why) : std::string();
}

}  // namespace

std::string refusedAtIngress(BytesView frame, bool kernel) {
  if (kernel) return refusedBySocket(frame, IngressMtu);
  if (frame.size() >= EthernetHeader) return {};
  return fmt::format(
      "the kernel's test run of sfc_ingress takes no packet of {} bytes (from 14 bytes to about one page)",
      frame.size());
}

std::string refusedAtEgress(BytesView frame) {
  return refusedBySocket(frame, EgressMtu);
}

bool survivesReception(BytesView frame) {
  return !isTag(typeAt(frame, Addresses)) || frame.size() >= EthernetHeader + Tag + 2;
}

bool tagsGoBackIn(BytesView frame) {
  if (!isTag(typeAt(frame, Addresses)) || !isTag(typeAt(frame, Addresses + Tag))) return true;
  // The second is taken out behind the first, by a helper that wants to see what follows it.
  return !isTag(typeAt(frame, Addresses + 2 * Tag)) && frame.size() >= EthernetHeader + 2 * Tag;
}

bool fitsEgress(size_t bytes) {
  return bytes <= EgressMtu + EthernetHeader;
}

}  // namespace sfc::sim
