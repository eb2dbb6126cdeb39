// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_dissectors/description.h"
#include "compiler/emit_dissectors/emit.h"

extern const std::string_view dissector_text;

namespace sfc::emit_dissectors {

namespace {

constexpr Dialect Lua = {
    ":",    "{",  "}", "n({:#x}, {:#x})", "n({})", "function({}) return ", " end", "state(\"{}\", function(w)",
    "end)", "nil"};

/// The prefix of filters in Wireshark: small letters, digits and underscores.
std::string filterName(const std::string& spec) {
  std::string name = "sfc_";
  for (const char c : spec) {
    if (c >= 'A' && c <= 'Z')
      name += static_cast<char>(c - 'A' + 'a');
    else
      name += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  }
  return name;
}

}  // namespace

std::string lua(const ir::Program& program) {
  const plan::Plan& plan = program.plan;
  Writer out;
  out.line("-- {} for Wireshark, written by {}. Do not edit: change {}.sfc and emit it again.", plan.proxy,
           plan.compiler, plan.name);
  out.raw(dissector_text);
  out.blank();
  out.line("-- ---- {}.sfc", plan.name);
  out.blank();
  out.line("protocol(\"{}\", \"{}\")", filterName(plan.name), plan.proxy);
  out.blank();
  describe(program, Lua, out);
  out.blank();
  out.line("register(\"{}\")", program.states[program.start].name);
  return out.take();
}

}  // namespace sfc::emit_dissectors
