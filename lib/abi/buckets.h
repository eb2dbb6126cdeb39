// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The size of the slots store: for the loader, which makes it, and for the interpreter, which has as much room.
#pragma once

#include <linux/types.h>

#include <algorithm>
#include <bit>
#include <cstdint>

#include "lib/abi/sfc_abi.h"

namespace sfc {

/// Buckets of the slots store with room for twice the entries asked for; a power of two. The far ways alone, which are
/// all that a single key can use outside of one bucket, are more than the entries asked for.
constexpr uint32_t bucketsFor(uint64_t entries) {
  constexpr uint64_t most = SFC_BUCKETS;
  const uint64_t wanted = std::min(most, (2 * std::min(entries, most * SFC_WAYS) + SFC_WAYS - 1) / SFC_WAYS);
  return static_cast<uint32_t>(std::bit_ceil(std::max<uint64_t>(wanted, 1)));
}

/// Buckets of the store of the newest headers, which uses the near ways alone: thrice the keys asked for, so that
/// hardly a bucket is full when all of them are there.
constexpr uint32_t bucketsForKeys(uint64_t keys) {
  return std::min<uint32_t>(SFC_BUCKETS,
                            static_cast<uint32_t>(std::bit_ceil((std::min<uint64_t>(keys, SFC_BUCKETS * 2) + 1) / 2)));
}

}  // namespace sfc
