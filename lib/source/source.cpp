// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Source texts, and the lines and columns of byte ranges. Works on any bytes: every byte that does not continue a code
// point counts as one, so that text that is not UTF-8 has lines and columns, too.
#include "lib/source/source.h"

#include <algorithm>
#include <utility>

namespace sfc {

Range join(Range a, Range b) {
  if (!a.known()) return b;
  if (!b.known()) return a;
  return {a.file, std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

uint32_t SourceMap::add(std::string path, std::string text) {
  files_.push_back({std::move(path), std::move(text)});
  return static_cast<uint32_t>(files_.size() - 1);
}

const std::string& SourceMap::path(uint32_t file) const {
  return files_.at(file).path;
}

const std::string& SourceMap::text(uint32_t file) const {
  return files_.at(file).text;
}

std::string_view SourceMap::text(Range range) const {
  if (!range.known()) return {};
  std::string_view whole = text(range.file);
  size_t begin = std::min<size_t>(range.begin, whole.size());
  size_t end = std::clamp<size_t>(range.end, begin, whole.size());
  return whole.substr(begin, end - begin);
}

Location SourceMap::locate(Range range) const {
  if (!range.known()) return {};
  std::string_view before = text(Range{range.file, 0, range.begin});
  size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0: the first line
  std::string_view on_line = before.substr(line_start);
  auto startsCodePoint = [](unsigned char byte) { return (byte & 0xC0) != 0x80; };
  return {path(range.file), static_cast<unsigned>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<unsigned>(std::count_if(on_line.begin(), on_line.end(), startsCodePoint)) + 1};
}

std::string SourceMap::describe(Range range) const {
  if (!range.known()) return "<built in>";
  Location at = locate(range);
  return at.path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

}  // namespace sfc
