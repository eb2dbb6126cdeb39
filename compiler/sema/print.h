// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The model as text, for people and for golden files.
#pragma once

#include <string>
#include <vector>

#include "compiler/sema/model.h"

namespace sfc::model {

/// What a proxy was resolved to: constants are numbers, `use` and `extends` are gone, every width is known.
std::string print(const Model& model);

/// An expression of the model, with all parentheses. `own` is the header whose length is being printed, if any.
std::string print(const Expr& expr, const Model& model, const Header* own = nullptr);

/// What a select value matches: `4`, `0x10 &&& 0xf0`, `8 .. 15`, `_`.
std::string print(const Pattern& pattern);

/// `labels[0].ttl`, `labels.last.bos`, `ether.type`
std::string print(const FieldRef& ref, const Model& model);

/// 'a', 'b' and 'c'
std::string listed(const std::vector<std::string>& names);

}  // namespace sfc::model
