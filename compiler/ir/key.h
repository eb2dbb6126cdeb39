// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The layout of the key. It is a masked copy of header words: for every header with key fields there are windows of
// 1, 2, 4 or 8 bytes, each loaded from the packet in one go, masked, and stored at an offset of the key that is aligned
// to the window's size. Headers that never occur in one packet share offsets; the first 32 bits of the key tell which
// headers it has (one bit per element), so that keys of different kinds of packets never compare equal.
//
//   offset 0   valid bits (host order)
//   offset 4   the windows, the variables and the digest, in the order in which the key names them
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/plan/plan.h"

namespace sfc::ir {

/// A piece of a header that is copied into the key.
struct Window {
  unsigned header_offset = 0;  // bytes from the start of the header
  unsigned size = 0;           // 1, 2, 4 or 8 bytes
  uint64_t mask = 0;           // of the bytes as a little-endian number
  unsigned key_offset = 0;     // bytes; of the first element
};

/// The part of the key from one instance.
struct KeyBlock {
  unsigned instance = 0;
  unsigned valid_bit = 0;   // of the first element; the others follow
  unsigned stride = 0;      // bytes of the key from one element to the next
  unsigned start = 0;       // first byte of the key that it uses
  unsigned end = 0;         // bytes of the key up to the end of the last element
  uint32_t valid_bits = 0;  // of all elements, in the key's first word
  std::vector<Window> windows;
};

struct KeyVariable {
  unsigned variable = 0;
  unsigned key_offset = 0;
  unsigned size = 0;
};

/// Two fields of whole bytes that change places in the key of the other way, if the key has the header.
struct KeySwap {
  uint32_t valid_bits = 0;
  unsigned first = 0, second = 0;  // offsets in the key
  unsigned size = 0;
};

struct Key {
  unsigned words = 0;       // 64-bit words in all
  unsigned base_words = 0;  // of them, those that every packet fills
  // Keys differ in length. Every key has `short_words`; one of the bits `more_words` in the first word says that it has
  // more.
  unsigned short_words = 0;
  uint64_t more_words = 0;
  std::vector<KeyBlock> blocks;
  std::vector<KeyVariable> variables;
  std::optional<unsigned> port_offset;  // of the number of the device by which the packet came, 4 bytes in wire order
  std::vector<KeySwap> swaps;
  std::optional<unsigned> digest_offset;
  std::optional<unsigned> digest_unless;  // instance; its part of the key may overlap the digest
  std::vector<plan::KeyField> fields;

  const KeyBlock* blockOf(unsigned instance) const {
    for (const KeyBlock& block : blocks)
      if (block.instance == instance) return &block;
    return nullptr;
  }
};

}  // namespace sfc::ir
