// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The model as text, for people and for golden files.
#pragma once

#include <string>

#include "compiler/sema/model.h"

namespace sfc::model {

/// A resolved proxy: constants are numbers, `use` and `extends` are gone, every width is known.
std::string print(const Model& model);

}  // namespace sfc::model
