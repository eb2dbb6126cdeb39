// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The headers that a classifier or a static proxy pushes: one way through the parser, from the state in front of them
// to what follows.
#pragma once

#include "compiler/ir/program.h"
#include "compiler/lower/anchors.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

/// Finds the way that reads the pushed headers in the order of the text, and what it says of the region: its headers,
/// its size, the value of the next-header field that leads to it, and whether it begins the packet. Errors: the headers
/// have no fixed layout or no such way (E0707), no value leads to them (E0708), they are too large (E0425).
void choosePushed(const model::Model& model, Anchors& anchors, ir::Program& program, Diagnostics& diagnostics);

}  // namespace sfc::lower
