// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// model -> program.
#pragma once

#include <optional>
#include <string>

#include "compiler/ir/program.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"
#include "lib/source/source.h"

namespace sfc::lower {

/// Lowers a model, with the layout of its key, to a program. Errors (E04xx) are parser graphs from which
/// decapsulation and re-encapsulation cannot be inferred, and sizes that a BPF program cannot hold.
std::optional<ir::Program> lower(const model::Model& model, ir::Key key, const std::string& name,
                                 const SourceMap& sources, Diagnostics& diagnostics);

/// Warns of likely mistakes in a correct spec: conditions that never or always hold, paths that lead nowhere.
void warn(const model::Model& model, const ir::Program& program, const SourceMap& sources, Diagnostics& diagnostics);

}  // namespace sfc::lower
