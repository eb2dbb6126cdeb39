// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// program -> BPF C.
#pragma once

#include <string>

#include "compiler/plan/program.h"
#include "lib/source/source.h"

namespace sfc::emit_bpf {

/// The BPF C of a program: self-contained, with #line directives that point into the spec, the plan in a section of its
/// own. Generated are declarations and calls; the algorithms are in compiler/bpf/.
std::string emit(const plan::Program& program, const SourceMap& sources);

}  // namespace sfc::emit_bpf
