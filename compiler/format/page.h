// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The lines of a formatted text, and the comments behind them.
#pragma once

#include <string>
#include <vector>

namespace sfc::canonical {

constexpr size_t LINE_WIDTH = 120;

struct Line {
  size_t indent = 0;
  std::string code;     // or a comment that has the line to itself
  std::string comment;  // behind the code; alone, it goes on with the comment of the line before
  bool blank_before = false;

  size_t codeEnd() const;  // column behind the code
};

/// The text of the lines. Comments behind code begin two spaces after it, and in one column if lines with comments
/// follow each other in one block, as long as that does not make them too long.
std::string textOf(const std::vector<Line>& lines);

}  // namespace sfc::canonical
