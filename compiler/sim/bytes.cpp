// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/bytes.h"

namespace sfc::sim {

uint64_t loadBits(const uint8_t* base, unsigned offset, unsigned width) {
  uint64_t value = 0;
  for (unsigned bit = offset; bit < offset + width;) {
    const unsigned left = 8 - bit % 8, taken = left < offset + width - bit ? left : offset + width - bit;
    const unsigned part = base[bit / 8] >> (left - taken) & ((1u << taken) - 1);
    value = value << taken | part;
    bit += taken;
  }
  return value;
}

void storeBits(uint8_t* base, unsigned offset, unsigned width, uint64_t value) {
  for (unsigned bit = offset + width; bit > offset;) {
    const unsigned last = (bit - 1) % 8, room = last + 1, taken = room < bit - offset ? room : bit - offset;
    const unsigned shift = 7 - last, mask = ((1u << taken) - 1) << shift;
    uint8_t& byte = base[(bit - 1) / 8];
    byte = static_cast<uint8_t>((byte & ~mask) | (static_cast<unsigned>(value) << shift & mask));
    value >>= taken;
    bit -= taken;
  }
}

uint16_t onesSum(BytesView bytes) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) sum += static_cast<uint64_t>(bytes[i]) << 8 | bytes[i + 1];
  if (bytes.size() % 2) sum += static_cast<uint64_t>(bytes.back()) << 8;
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

uint16_t onesAdd(uint16_t a, uint16_t b) {
  const uint32_t sum = uint32_t{a} + b;
  return static_cast<uint16_t>((sum & 0xFFFF) + (sum >> 16));
}

}  // namespace sfc::sim
