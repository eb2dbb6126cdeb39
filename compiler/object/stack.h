// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What the programs of a BPF object need on the kernel's stack.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sfc {

/// A function, and the bytes that the kernel counts for it.
struct Frame {
  std::string function;
  unsigned bytes = 0;

  bool operator==(const Frame&) const = default;
};

/// The kernel's limits for functions that call each other, MAX_BPF_STACK and MAX_CALL_FRAMES.
constexpr unsigned MaxStackBytes = 512;
constexpr size_t MaxFrames = 8;

/// Functions of which each calls the next, the first one a program.
struct CallChain {
  std::vector<Frame> frames;
  unsigned bytes = 0;  // of all frames

  /// Does the kernel refuse it?
  bool refused() const { return bytes > MaxStackBytes || frames.size() > MaxFrames; }
};

/// The chain that needs the most bytes, or one of more functions than the kernel allows if there is one. Empty if there
/// is no program.
CallChain deepestChain(std::string_view object);

}  // namespace sfc
