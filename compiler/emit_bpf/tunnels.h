// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The stripped headers that the kernel's segmentation updates in each segment (@offload).
#pragma once

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

/// Are there computed fields among the stripped bytes, and can they go onto superframes?
bool hasTunnels(const ir::Program& program);

/// Adds spec_tunnel and spec_clearIdentification.
void emitTunnels(const ir::Program& program, c::Unit& unit);

}  // namespace sfc::emit_bpf
