// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The hand-written BPF headers (compiler/bpf/, lib/abi/), built into the compiler as text.
#pragma once

#include <string_view>
#include <vector>

#include "lib/plan/plan.h"

namespace sfc::emit_bpf {

struct BpfText {
  const char* name;
  std::string_view text;
};

std::vector<BpfText> bpfTypes();                 // before the sizes
std::vector<BpfText> bpfParts();                 // what the spec's functions call
BpfText bpfReport();                             // and where it reports telemetry
std::vector<BpfText> bpfHooks(plan::Kind kind);  // what calls the spec's functions

}  // namespace sfc::emit_bpf
