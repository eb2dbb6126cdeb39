// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/layout/print.h"

#include <fmt/format.h>

#include "lib/text/writer.h"

namespace sfc::layout {

namespace {

void printBlock(const ir::KeyBlock& block, const ir::Declarations& model, Writer& out) {
  const ir::Instance& instance = model.instances[block.instance];
  const unsigned last = block.valid_bit + instance.count - 1;
  out.line("{}: valid bit {}{}, ends at {}", instance.name, block.valid_bit,
           instance.count > 1 ? fmt::format(" to {}, {} bytes apart", last, block.stride) : "", block.end);
  out.indent();
  for (const ir::Window& window : block.windows)
    out.line("header byte {} -> key byte {}: {} bytes & {:#x}", window.header_offset, window.key_offset, window.size,
             window.mask);
  out.outdent();
}

void printField(const plan::KeyField& field, Writer& out) {
  const std::string valid = field.valid_bit == plan::AlwaysValid ? "always" : fmt::format("bit {}", field.valid_bit);
  out.line("{}: {} bits at bit {}, {}", field.name, field.width_bits, field.offset_bits, valid);
}

}  // namespace

std::string print(const ir::Key& key, const ir::Declarations& model) {
  Writer out;
  out.line("key: {} words of 64 bits, {} in every packet", key.words, key.base_words);
  out.indent();
  for (const ir::KeyVariable& variable : key.variables)
    out.line("{}: key byte {}, {} bytes", model.variables[variable.variable].name, variable.key_offset, variable.size);
  if (key.port_offset) out.line("ingress_port: key byte {}, 4 bytes", *key.port_offset);
  for (const ir::KeySwap& swap : key.swaps)
    out.line("swapped: {} bytes at key bytes {} and {}", swap.size, swap.first, swap.second);
  if (key.digest_offset) out.line("digest: key byte {}, 8 bytes", *key.digest_offset);
  for (const ir::KeyBlock& block : key.blocks) printBlock(block, model, out);
  out.line("fields");
  out.indent();
  for (const plan::KeyField& field : key.fields) printField(field, out);
  out.outdent();
  out.outdent();
  return out.take();
}

}  // namespace sfc::layout
