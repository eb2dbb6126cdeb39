// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/format/page.h"

#include <algorithm>
#include <cstdint>

#include "compiler/format/pieces.h"

namespace sfc::canonical {

namespace {

constexpr size_t BEFORE_COMMENT = 2;

/// The comments of lines that follow each other, while they are collected.
struct Column {
  size_t at = 0;              // where they begin
  size_t at_most = SIZE_MAX;  // where they would have to begin for none of them to get too long

  /// With one more line; false if they would not fit.
  bool add(const Line& line) {
    if (line.code.empty()) return true;  // goes on with the comment before, wherever that is
    size_t own = line.codeEnd() + BEFORE_COMMENT;
    size_t width = widthOf(line.comment);
    size_t limit = own + width > LINE_WIDTH ? own : LINE_WIDTH - width;  // too long anyway: not any longer
    if (std::max(at, own) > std::min(at_most, limit)) return false;
    at = std::max(at, own);
    at_most = std::min(at_most, limit);
    return true;
  }
};

bool follows(const Line& line, const Line& before) {
  return !line.comment.empty() && !line.blank_before && line.indent == before.indent;
}

void append(std::string& text, const Line& line, size_t comment_at) {
  if (line.blank_before) text += "\n";
  if (!line.code.empty()) text += std::string(line.indent, ' ') + line.code;
  if (!line.comment.empty()) text += std::string(comment_at - line.codeEnd(), ' ') + line.comment;
  text += "\n";
}

}  // namespace

size_t Line::codeEnd() const {
  if (code.empty()) return 0;
  size_t last = code.rfind('\n');
  return last == std::string::npos ? indent + widthOf(code) : widthOf(std::string_view(code).substr(last + 1));
}

std::string textOf(const std::vector<Line>& lines) {
  std::string text;
  for (size_t begin = 0; begin < lines.size();) {
    Column column;
    size_t end = begin + 1;
    if (!lines[begin].comment.empty()) {
      column.add(lines[begin]);
      while (end < lines.size() && follows(lines[end], lines[end - 1]) && column.add(lines[end])) ++end;
    }
    for (; begin < end; ++begin) append(text, lines[begin], column.at);
  }
  return text;
}

}  // namespace sfc::canonical
