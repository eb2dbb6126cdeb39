// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Source text and places in it. A place is a byte range in a file; line and column are worked out when a diagnostic
// is rendered, never before.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

namespace sfc {

/// A half-open byte range [begin, end) of one file of a SourceMap. The default range means "nowhere".
struct Range {
  uint32_t file = UINT32_MAX;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool known() const { return file != UINT32_MAX; }
};

/// The smallest range that covers both, which must be of the same file; a range that is nowhere does not count.
Range join(Range a, Range b);

/// A place as people read it: line and column count from 1, the column in code points.
struct Location {
  std::string path;
  unsigned line = 0;
  unsigned column = 0;
};

/// The texts of one compilation. Files are never removed, so ranges and views stay valid.
class SourceMap {
public:
  /// Adds a file and returns its number for Range::file. `path` is what diagnostics print.
  uint32_t add(std::string path, std::string text);

  const std::string& path(uint32_t file) const;
  const std::string& text(uint32_t file) const;
  /// The text of a range; empty for the range that is nowhere.
  std::string_view text(Range range) const;
  /// Where a range begins.
  Location locate(Range range) const;
  /// "path:line:column" of where a range begins, or "<built in>" for nowhere.
  std::string describe(Range range) const;

private:
  struct File {
    std::string path;
    std::string text;
  };
  std::deque<File> files_;  // a deque: adding a file leaves the views of earlier ones where they are
};

}  // namespace sfc
