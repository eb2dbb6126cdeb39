// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What has to be known of a parse graph before code is made of it: which questions can be left out, what is asked of
// headers later, and which path most packets take.
#pragma once

#include "compiler/ir/program.h"

namespace sfc::lower {

/// Fills in what ParseGraph and its nodes say about themselves: from Node::at_once on, and from ParseGraph::uses on.
void findFacts(plan::Hook hook, ir::Program& program);

}  // namespace sfc::lower
