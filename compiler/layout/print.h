// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The layout of a key as text, for people and for golden files.
#pragma once

#include <string>

#include "compiler/ir/declarations.h"
#include "compiler/ir/key.h"

namespace sfc::layout {

/// The places of all parts of the key: words, windows over headers, variables, digest, fields.
std::string print(const ir::Key& key, const ir::Declarations& declarations);

}  // namespace sfc::layout
