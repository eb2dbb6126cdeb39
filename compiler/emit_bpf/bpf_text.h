// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The hand-written BPF headers (compiler/bpf/, lib/abi/), built into the compiler as text, in the order in which a
// program has them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

struct BpfText {
  std::string name;
  std::string_view text;
};

std::vector<BpfText> bpfTypes();                            // before the sizes
std::vector<BpfText> bpfParts(const ir::Program& program);  // called by the spec's functions, and their prototypes
std::vector<BpfText> bpfHooks(const ir::Program& program);  // they call the spec's functions

}  // namespace sfc::emit_bpf
