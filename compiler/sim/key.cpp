// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The digested bytes replace the digest: the emitted programs take two packets for the same if the seeded hashes of
// these bytes are equal.
#include "compiler/sim/key.h"

#include <algorithm>

#include "compiler/ir/limits.h"
#include "compiler/sim/bytes.h"

namespace sfc::sim {

namespace {

class KeyMaker {
public:
  KeyMaker(const ir::Key& layout, BytesView packet) : packet_(packet), key_(size_t{layout.words} * 8, '\0') {}

  void element(const ir::KeyBlock& block, unsigned number, size_t at) {
    setValid(block.valid_bit + number);
    for (const ir::Window& window : block.windows)
      for (unsigned byte = 0; byte < window.size; byte++)
        put(window.key_offset + number * block.stride + byte,
            static_cast<uint8_t>(packet_[at + window.header_offset + byte] & window.mask >> 8 * byte));
  }

  void variable(const ir::KeyVariable& variable, uint64_t value) {
    for (unsigned byte = 0; byte < variable.size; byte++)
      put(variable.key_offset + byte, static_cast<uint8_t>(value >> 8 * (variable.size - 1 - byte)));
  }

  void digest(size_t from) {
    const size_t length = std::min<size_t>(ir::DigestBytes, packet_.size() - from);
    key_ += static_cast<char>(length);
    key_.append(packet_.begin() + static_cast<std::ptrdiff_t>(from),
                packet_.begin() + static_cast<std::ptrdiff_t>(from + length));
  }

  Key take() { return std::move(key_); }

private:
  // The valid bits are a 32-bit number in host order; the order does not matter here, as keys are only compared.
  void setValid(unsigned bit) { put(bit / 8, static_cast<uint8_t>(1u << bit % 8)); }

  void put(size_t at, uint8_t bits) { key_[at] = static_cast<char>(static_cast<uint8_t>(key_[at]) | bits); }

  const BytesView packet_;
  Key key_;
};

}  // namespace

Key makeKey(const ir::Program& program, BytesView packet, size_t cursor,
            const std::vector<std::vector<size_t>>& elements, const std::vector<uint64_t>& variables) {
  const ir::Key& layout = program.key;
  KeyMaker key(layout, packet);
  for (const ir::KeyBlock& block : layout.blocks)
    for (unsigned i = 0; i < elements[block.instance].size(); i++) key.element(block, i, elements[block.instance][i]);
  for (const ir::KeyVariable& one : layout.variables) key.variable(one, variables[one.variable]);
  if (layout.digest_offset && !(layout.digest_unless && !elements[*layout.digest_unless].empty())) key.digest(cursor);
  return key.take();
}

Key swappedKey(const ir::Key& layout, Key key) {
  for (const ir::KeySwap& swap : layout.swaps) {
    bool has_header = false;
    for (unsigned byte = 0; byte < sizeof(swap.valid_bits); byte++)
      has_header = has_header || (static_cast<uint8_t>(key[byte]) & swap.valid_bits >> 8 * byte);
    const auto at = [&](unsigned offset) { return key.begin() + static_cast<std::ptrdiff_t>(offset); };
    if (has_header) std::swap_ranges(at(swap.first), at(swap.first + swap.size), at(swap.second));
  }
  return key;
}

}  // namespace sfc::sim
