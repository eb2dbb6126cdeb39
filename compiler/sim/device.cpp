// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/device.h"

#include <fmt/format.h>

namespace sfc::sim {

namespace {

constexpr size_t EthernetHeader = 14, Addresses = 12, Tag = 4;
constexpr size_t MaxFrame = 65535;  // of a capture

unsigned typeAt(BytesView frame, size_t at) {
  return at + 2 <= frame.size() ? static_cast<unsigned>(getBits(frame.data(), static_cast<unsigned>(at * 8), 16)) : 0;
}

bool isTag(unsigned type) {
  return type == 0x8100 || type == 0x88A8;
}

}  // namespace

std::string refused(BytesView frame) {
  if (frame.size() >= EthernetHeader && frame.size() <= MaxFrame) return {};
  return fmt::format("{} bytes are not a frame, which has {} to {}", frame.size(), EthernetHeader, MaxFrame);
}

bool survivesReception(BytesView frame) {
  return frame.size() >= EthernetHeader + (isTag(typeAt(frame, Addresses)) ? Tag + 2 : 0);
}

bool fitsEgress(size_t bytes) {
  return bytes <= MaxFrame;
}

}  // namespace sfc::sim
