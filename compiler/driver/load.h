// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Reads a spec and all it imports.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/ast/ast.h"
#include "lib/source/diagnostics.h"
#include "lib/source/source.h"

namespace sfc {

/// A spec and its imports as trees; the spec comes first.
struct Sources {
  std::vector<ast::File> files;
};

/// The text of the file at `path`; nothing, and an error, if it cannot be read.
std::optional<std::string> readText(const std::string& path, Diagnostics& diagnostics);

/// Parses the file at `path` and, transitively, what it imports. `import a.b;` is looked for as a/b.sfc next to the
/// importing spec, then in `include_dirs`, then in the standard library that is built in. Nothing after errors.
std::optional<Sources> load(const std::string& path, const std::vector<std::string>& include_dirs, SourceMap& sources,
                            Diagnostics& diagnostics);

}  // namespace sfc
