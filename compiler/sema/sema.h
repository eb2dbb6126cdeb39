// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Semantic analysis: syntax trees of a spec and all it imports -> the model of its proxy.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::sema {

/// Constants given on the command line: name -> value.
using Overrides = std::map<std::string, uint64_t>;

/// Checks `files` (the spec first, then its imports) and resolves the spec's one proxy. Nothing if there were errors,
/// which are then among the diagnostics (E02xx names, E03xx values and widths, E04xx parsers, E05xx keys, E06xx proxy).
std::optional<model::Model> analyse(const std::vector<const ast::File*>& files, const Overrides& overrides,
                                    Diagnostics& diagnostics);

/// Warns of what is declared in one of the files and used nowhere. The spec must be right.
void warnOfUnused(const std::vector<const ast::File*>& files, uint32_t own, Diagnostics& diagnostics);

}  // namespace sfc::sema
