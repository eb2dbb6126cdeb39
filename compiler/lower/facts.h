// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Facts about a parse graph for code generation: which checks can be omitted, which facts of headers are used later,
// and which path most packets take.
#pragma once

#include "compiler/ir/program.h"

namespace sfc::lower {

/// Fills in the members from Node::at_once on, and from ParseGraph::uses on.
void findFacts(plan::Hook hook, ir::Program& program);

}  // namespace sfc::lower
