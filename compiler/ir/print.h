// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The program and its parts as text: for people, for messages and for golden files.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "compiler/ir/program.h"
#include "lib/text/writer.h"

namespace sfc::ir {

/// An expression, with all parentheses. `own` is the header whose length is being printed, if any.
std::string print(const Expr& expr, const Declarations& declarations, const Header* own = nullptr);

/// A select value: `4`, `0x10 &&& 0xf0`, `8 .. 15`, `_`.
std::string print(const Pattern& pattern);

/// `labels[0].ttl`, `labels.last.bos`, `ether.type`
std::string print(const FieldRef& ref, const Declarations& declarations);

/// 'a', 'b' and 'c'
std::string listed(const std::vector<std::string>& names);

/// Edits, one per line, the branches of an `if` indented. `drop` gives the text behind the word of a drop.
using DropName = std::function<std::string(const Drop&)>;
void print(const std::vector<Edit>& edits, const Declarations& declarations, const DropName& drop, Writer& out);

/// The whole program: layouts, the steps of both hooks, every exit by its counter.
std::string print(const Program& program, const SourceMap& sources);

}  // namespace sfc::ir
