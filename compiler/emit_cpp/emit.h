// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// program + object -> C++ header.
#pragma once

#include <string>
#include <string_view>

#include "compiler/ir/program.h"

namespace sfc::emit_cpp {

/// The text of NAME.sfc.hpp: types for the stripped headers, key, record, counters and parameters, a class that loads
/// the proxy and looks into it, and the bytes of `object`. Its users link libsfc.
std::string emit(const ir::Program& program, std::string_view object);

}  // namespace sfc::emit_cpp
