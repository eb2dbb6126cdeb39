// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The ways through the programs that the kernel's verifier tells apart.
#pragma once

#include "compiler/ir/program.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Marks the nodes where ways join (Node::joins) and the loops whose rounds are counted (ParseGraph::loops), so that
/// there are few ways everywhere. Parsers that are too much for the verifier all the same are errors (E0447).
void planWays(ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
