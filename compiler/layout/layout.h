// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The layout of the key of a model (compiler/ir/key.h).
#pragma once

#include "compiler/ir/key.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::layout {

/// Lays out the key. Errors: too many headers or bytes in it (E0508).
ir::Key layoutKey(const model::Model& model, Diagnostics& diagnostics);

}  // namespace sfc::layout
