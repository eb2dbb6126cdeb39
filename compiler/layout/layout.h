// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Layout: where the key and the record of a model keep what. Computed here once; everything later reads it.
//
// The key is a masked copy of header words. For every header with key fields there are windows of 1, 2, 4 or 8 bytes,
// each loaded from the packet in one go, masked, and stored at an offset of the key that is aligned to the window's
// size. Headers that never occur in one packet share offsets; the first 32 bits of the key say which headers count (one
// bit per element), so that keys of different kinds of packets never compare equal.
//
//   offset 0   valid bits (host order)
//   offset 4   the windows, the variables and the digest, in the order in which the key names them
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/sema/model.h"
#include "lib/plan/plan.h"
#include "lib/source/diagnostics.h"

namespace sfc::layout {

/// A piece of a header that is copied into the key.
struct Window {
  unsigned header_offset = 0;  // bytes from the start of the header
  unsigned size = 0;           // 1, 2, 4 or 8 bytes
  uint64_t mask = 0;           // of the bytes as a little-endian number
  unsigned key_offset = 0;     // bytes; of the first element
};

/// What one instance contributes to the key.
struct KeyBlock {
  unsigned instance = 0;
  unsigned valid_bit = 0;  // of the first element; the others follow
  unsigned stride = 0;     // bytes of the key from one element to the next
  unsigned start = 0;      // first byte of the key that it uses
  unsigned end = 0;        // bytes of the key up to the end of the last element
  std::vector<Window> windows;
};

struct KeyVariable {
  unsigned variable = 0;
  unsigned key_offset = 0;
  unsigned size = 0;
};

struct Key {
  unsigned words = 0;       // 64-bit words in all
  unsigned base_words = 0;  // of which every packet fills so many
  std::vector<KeyBlock> blocks;
  std::vector<KeyVariable> variables;
  std::optional<unsigned> digest_offset;
  std::optional<unsigned> digest_unless;  // instance; its part of the key may lie where the digest lies
  std::vector<plan::KeyField> fields;

  const KeyBlock* blockOf(unsigned instance) const;
};

/// Lays out the key. Errors: too many headers or bytes in it (E0508).
Key layoutKey(const model::Model& model, Diagnostics& diagnostics);

/// For every pair of states: can the second be reached from the first by one or more transitions?
std::vector<std::vector<bool>> reachability(const model::Model& model);

/// Adds to a relation, row to column, all that follows from it step by step.
void closeTransitively(std::vector<std::vector<bool>>& relation);

/// Bytes that `width_bits` at `offset_bits` touch: first byte and number.
struct ByteSpan {
  unsigned first = 0;
  unsigned count = 0;
};
ByteSpan spanOf(const model::Field& field);

}  // namespace sfc::layout
