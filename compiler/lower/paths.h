// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The paths through the programs that the kernel's verifier tells apart.
#pragma once

#include "compiler/ir/program.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Marks the nodes where paths join (Node::joins) and the loops whose rounds are counted (ParseGraph::loops), so that
/// few paths lead to each node. A parser that is too much for the verifier all the same is an error (E0447).
void planPaths(ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
