// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The object stage as a shared library, loaded when an object is wanted. clang and LLVM have half a million
// relocations, which take longer than all that sfcc does where it compiles nothing.
#pragma once

#include <string>

#include "compiler/object/compile.h"
#include "compiler/object/stack.h"

namespace sfc {

/// What the library has.
struct ObjectStage {
  decltype(&compileBpf) compile;
  decltype(&deepestChain) deepest_chain;
};

/// The library beside the executable or in ../lib/sfcc, loaded once; null if it cannot be loaded, and `why`.
const ObjectStage* objectStage(std::string& why);

}  // namespace sfc
