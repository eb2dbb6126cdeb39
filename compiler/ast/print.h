// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The syntax tree as .sfc text.
#pragma once

#include <string>

#include "compiler/ast/ast.h"

namespace sfc::ast {

/// Canonical text of a tree: parses to an equal tree, and equal trees have equal text. Comments are not in the tree and
/// so not in the text; in a parser, instances and variables come before the states.
std::string print(const File& file);
/// The canonical text of one expression, with no more parentheses than it needs.
std::string print(const Expr& expr);

}  // namespace sfc::ast
