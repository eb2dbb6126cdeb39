// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Bytes, the bits in them, and Internet checksums (RFC 1071). All numbers in packets are big-endian.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lib/bytes/bits.h"

namespace sfc::sim {

using Bytes = std::vector<uint8_t>;
using BytesView = std::span<const uint8_t>;

/// The ones' complement sum of 16-bit words; an odd byte at the end is the high one of a word.
uint16_t onesSum(BytesView bytes);

/// The ones' complement sum of two numbers. Zero is 0xFFFF unless both are 0.
uint16_t onesAdd(uint16_t a, uint16_t b);

}  // namespace sfc::sim
