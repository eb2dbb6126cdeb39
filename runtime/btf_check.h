// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Checks the types of an object (BTF) before libbpf follows them: libbpf looks names up and walks from type to type
// without checking for an end.
#pragma once

#include <string_view>

namespace sfc::elf {

/// Section .BTF: every name and type that something refers to is there, and no type contains itself. Throws
/// std::runtime_error with one line.
void checkBtf(std::string_view section);

/// Section .BTF.ext of an object with this .BTF.
void checkBtfExt(std::string_view section, std::string_view btf);

}  // namespace sfc::elf
