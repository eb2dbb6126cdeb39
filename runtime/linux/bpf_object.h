// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Loads an ELF file into the kernel. It is checked first, so that neither libbpf nor the kernel can be surprised by it.
#pragma once

#include <string>
#include <string_view>

#include "runtime/kernel.h"

namespace sfc {

/// From now on libbpf's warnings are kept for the errors of loadElf() instead of being printed.
void collectLibbpfWords();

/// Makes the maps and has the programs verified. Throws Input unless the file is one that sfcc writes and goes with the
/// setup, Kernel with the end of the verifier's log if a program is refused.
LoadedObject loadElf(std::string_view elf, const std::string& label, const ObjectSetup& setup);

}  // namespace sfc
