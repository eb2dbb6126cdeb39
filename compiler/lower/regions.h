// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Regions and headers: which headers lie in them, which the SF sees, which are retained and enclose them.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/lower/anchors.h"

namespace sfc::lower {

/// Fills Decapsulation::covered, Node::before_decap and seen_by_sf, Program::in_record, enclosing and retained.
/// The ingress graph must be known; `reenters` is that of Returns.
void describeRegions(const model::Model& model, const Anchors& anchors, bool reenters, ir::Program& program);

}  // namespace sfc::lower
