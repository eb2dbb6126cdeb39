// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The sizes of regions, and of the bytes before them.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/lower/anchors.h"

namespace sfc::lower {

/// The most bytes of a region in a header record.
inline constexpr unsigned MaxRegionBytes = 384;

/// Fills Region::max_bytes and Program::fixed_layout. Errors: a region is too large (E0425).
void measureRegions(const model::Model& model, const Anchors& anchors, ir::Program& program, Diagnostics& diagnostics);

/// Fills Program::min_prefix and max_prefix. The egress graph must be known. Errors: more bytes can be
/// before the last region than the programs can move (E0433).
void measurePrefix(const model::Model& model, const Anchors& anchors, ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
