// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// program -> BPF C.
#pragma once

#include <string>
#include <vector>

#include "compiler/ir/program.h"
#include "lib/source/source.h"

namespace sfc::emit_bpf {

/// The BPF C of a program: self-contained, with #line directives that point into the spec. Generated are declarations
/// and calls; the algorithms are in compiler/bpf/.
std::string emit(const ir::Program& program, const SourceMap& sources);

/// The preprocessor definitions that select one hook of that text, for each hook.
std::vector<std::string> hooks(const ir::Program& program);

}  // namespace sfc::emit_bpf
