// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Bit masks, and bit fields among bytes. Offsets and widths are in bits, bit 0 is the most significant of the first
// byte.
#pragma once

#include <algorithm>
#include <cstdint>

namespace sfc {

/// The mask of the low `bits` bits; all ones from 64 on.
constexpr uint64_t onesOf(unsigned bits) {
  return bits >= 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1;
}

/// `width` bits, at most 64, from bit `at` on.
constexpr uint64_t getBits(const uint8_t* bytes, unsigned at, unsigned width) {
  uint64_t value = 0;
  for (const unsigned end = at + width; at < end;) {
    const unsigned room = 8 - at % 8;
    const unsigned count = std::min(room, end - at);
    value = value << count | (bytes[at / 8] >> (room - count) & ((1U << count) - 1));
    at += count;
  }
  return value;
}

/// Writes the lowest `width` bits of `value`, at most 64, from bit `at` on. The bits around them stay.
constexpr void setBits(uint8_t* bytes, unsigned at, unsigned width, uint64_t value) {
  for (unsigned end = at + width; end > at;) {
    const unsigned unused = (8 - end % 8) % 8;  // bits of this byte behind the field
    const unsigned count = std::min(8 - unused, end - at);
    const unsigned mask = ((1U << count) - 1) << unused;
    uint8_t& byte = bytes[(end - 1) / 8];
    byte = static_cast<uint8_t>((byte & ~mask) | (static_cast<unsigned>(value << unused) & mask));
    value >>= count;
    end -= count;
  }
}

}  // namespace sfc
