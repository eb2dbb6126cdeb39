// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "compiler/emit_bpf/parser_parts.h"

namespace sfc::emit_bpf {

namespace {

c::Expr keyWord(unsigned byte) {
  return c::name("p").arrow("key").at(byte / 8);
}

c::Expr shiftedIntoWord(const c::Expr& value, unsigned byte) {
  return byte % 8 == 0 ? value : value << byte % 8 * 8;
}

void keyBlock(const Parser& parser, const ir::KeyBlock& block, c::Block& out) {
  const ir::Program& program = parser.program;
  const unsigned count = program.instances[block.instance].count;
  const c::Expr keyed = c::name("keyed"), valid = c::name("valid");
  for (unsigned element = 0; element < count; element++) {
    c::Block& scope = out.when(count == 1 ? keyed : keyed && parser.count(block.instance) == element + 1);
    if (block.end > 0)
      scope.when(c::Expr((block.end + 7) / 8) > c::name("SFC_KEY_SHORT") && !(valid & c::name("SFC_KEY_LONG")))
          .call("sfc_clearLongKey", {c::name("p")});
    scope.change(valid, "|", c::hex(uint32_t{1} << (block.valid_bit + element)));
    for (const ir::Window& window : block.windows) {
      const unsigned at = window.key_offset + element * block.stride;
      c::Expr load =
          c::call(fmt::format("sfc_load{}", window.size * 8), {parser.header(block.instance) + window.header_offset});
      if (window.mask != onesOf(8 * window.size)) load = load & c::wide(window.mask);
      if (window.size == 8)
        scope.set(keyWord(at), load);
      else
        scope.change(keyWord(at), "|", shiftedIntoWord(load, at));
    }
  }
}

/// A field of an enclosing header goes into the key as the SF sees it, although ingress has read it before its update.
void coverKey(const Parser& parser, const ir::KeyBlock& block, const ir::Field& field, bool is_moved, c::Block& out) {
  for (const ir::Window& window : block.windows) {
    const unsigned first = field.offset_bits / 8, bits = field.width_bits;
    if (first < window.header_offset || first + bits / 8 > window.header_offset + window.size) continue;
    const unsigned shift = (window.key_offset + first - window.header_offset) % 8 * 8;
    const uint64_t mask = onesOf(bits) << shift;
    if (((window.mask << 8 * (window.key_offset % 8)) & mask) != mask) continue;  // not in the key
    const c::Expr word = keyWord(window.key_offset);
    const auto swapped = [&](const c::Expr& value) {
      return bits == 8 ? c::cast("__u8", value) : c::call(fmt::format("__builtin_bswap{}", bits), {value});
    };
    const c::Expr old = bits == 8 ? word >> shift : swapped(word >> shift);
    const c::Expr value = is_moved ? parser.region(0).dot("next_header_value") : old - parser.region(0).dot("length");
    out.when(c::name("valid") & c::hex(block.valid_bits))
        .set(word, (word & ~c::wide(mask)) | (c::cast("__u64", swapped(value)) << shift));
  }
}

void coverKey(const Parser& parser, c::Block& out) {
  const ir::Program& program = parser.program;
  for (const ir::KeyBlock& block : program.key.blocks) {
    const bool covers = std::count(program.enclosing.begin(), program.enclosing.end(), block.instance) > 0;
    const ir::Header& header = program.headerOf(block.instance);
    for (unsigned f = 0; f < header.fields.size(); f++) {
      const ir::Move* move = parser.moved();
      const bool is_moved = move && move->retained.instance == block.instance && move->retained.field == f;
      if (is_moved || (covers && header.fields[f].computed == ir::Computed::Length))
        coverKey(parser, block, header.fields[f], is_moved, out);
    }
  }
}

void digest(Parser& parser, c::Block& out) {
  const ir::Key& key = parser.program.key;
  const c::Expr hook = c::name(parser.hookName()), limit = c::name("limit");
  c::Block& scope = key.digest_unless ? out.when(!parser.count(*key.digest_unless)) : out.scope();
  launderCursor(parser, scope);
  launderLimit(parser, scope);
  scope.when(limit == c::name("SFC_NO_LIMIT")).set(limit, c::call("sfc_frameLength", {c::name("ctx"), hook}));
  scope.set(keyWord(*key.digest_offset),
            c::call("sfc_digest", {c::name("ctx"), hook, c::name("data"), c::name("end"), c::name("cursor"), limit}));
}

}  // namespace

void writeKeyBlocks(const Parser& parser, Here& here, c::Block& out) {
  for (unsigned instance : std::exchange(here.unwritten, {}))
    keyBlock(parser, *parser.program.key.blockOf(instance), out);
}

void clearInKey(const Parser& parser, unsigned instance, c::Block& out) {
  const ir::KeyBlock* block = parser.program.key.blockOf(instance);
  const bool keyed = std::any_of(parser.graph.nodes.begin(), parser.graph.nodes.end(), [&](const ir::Node& node) {
    return node.seen_by_sf && node.before_decap && ir::extracts(node, instance);
  });
  if (!block || !keyed) return;
  out.change(c::name("valid"), "&", ~c::hex(block->valid_bits));
  for (unsigned element = 0; element < parser.program.instances[instance].count; element++)
    for (const ir::Window& window : block->windows) {
      const unsigned at = window.key_offset + element * block->stride;
      out.change(keyWord(at), "&", ~shiftedIntoWord(c::wide(window.mask), at));
    }
}

void finishKey(Parser& parser, c::Block& out) {
  out.change(keyWord(0), "|", c::name("valid"));
  if (parser.ingress) coverKey(parser, out);
  // Variables stand in the key in wire order, like the fields.
  for (const ir::KeyVariable& one : parser.program.key.variables) {
    c::Expr value = variable(one.variable);
    if (one.size > 1) value = c::cast("__u64", c::call(fmt::format("__builtin_bswap{}", one.size * 8), {value}));
    out.change(keyWord(one.key_offset), "|", shiftedIntoWord(value, one.key_offset));
  }
  if (const auto offset = parser.program.key.port_offset) {
    const c::Expr port = c::name("ctx").arrow("ingress_ifindex");
    const c::Expr number = parser.ingress ? port : c::call("sfc_portOf", {port});
    out.change(keyWord(*offset), "|",
               shiftedIntoWord(c::cast("__u64", c::call("__builtin_bswap32", {number})), *offset));
  }
  if (parser.program.key.digest_offset) digest(parser, out);
}

void emitSwapKey(const ir::Program& program, c::Unit& unit) {
  c::Block& body = unit.function("static __always_inline void", "spec_swapKey", {{"struct sfc_packet *", "p"}});
  const c::Expr key = c::cast("__u8 *", c::name("p").arrow("key"));
  for (const ir::KeySwap& swap : program.key.swaps) {
    c::Block& block = body.when(c::name("p").arrow("key").at(0) & c::hex(swap.valid_bits));
    for (unsigned done = 0; done < swap.size;) {
      unsigned size = 8;
      while (size > swap.size - done || (swap.first + done) % size || (swap.second + done) % size) size /= 2;
      const std::string type = fmt::format("__u{}", size * 8), kept = fmt::format("first{}", done);
      const c::Expr first = c::pointee(c::cast(type + " *", key + (swap.first + done)));
      const c::Expr second = c::pointee(c::cast(type + " *", key + (swap.second + done)));
      block.declare("const " + type, kept, first);
      block.set(first, second);
      block.set(second, c::name(kept));
      done += size;
    }
  }
}

}  // namespace sfc::emit_bpf
