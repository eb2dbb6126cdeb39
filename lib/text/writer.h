// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Text that is written line by line with indentation, for every stage that prints code.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace sfc {

class Writer {
public:
  explicit Writer(unsigned indent_width = 2) : indent_width_(indent_width) {}

  /// One line, indented. The arguments are those of fmt::format.
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    text_.append(size_t{depth_} * indent_width_, ' ');
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }

  /// Text as it is, such as a preprocessor line or a whole file.
  void raw(std::string_view text) { text_ += text; }

  void blank() { text_ += '\n'; }
  void indent() { depth_++; }
  void outdent() { depth_--; }

  std::string take() { return std::move(text_); }

private:
  std::string text_;
  unsigned indent_width_;
  unsigned depth_ = 0;
};

}  // namespace sfc
