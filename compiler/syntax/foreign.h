// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What is written as in P4 or in C, and how it is written here. Asked only where the text is wrong already: most words
// of these languages are names here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sfc::syntax {

/// Words that mean something in P4 or C, from the first to the last of them.
struct Foreign {
  size_t first = 0;
  size_t last = 0;
  std::string text;
  std::string hint;
  size_t end = 0;  // the last word of the item that they are in: nothing up to there is worth another message
};

enum class Where { State, Block, Elsewhere };  // a block is that of an action, of `on arrival`, `on return` or `if`

/// The phrase of another language that makes the word number `at` wrong, if there is one. `words` are all tokens of a
/// file; the last one can be the end of the file.
std::optional<Foreign> findForeign(const std::vector<std::string>& words, size_t at, Where where);

/// How `NAME();` is written here, if NAME is a function of P4; else nothing.
std::optional<std::string> foreignCall(std::string_view name);

/// How `header.NAME()` is written here, if NAME is an operation of P4; else nothing.
std::optional<std::string> foreignOperation(std::string_view name, std::string_view header);

/// What is written here instead of a character that the language does not know; may be empty.
std::string foreignCharacter(char character);

}  // namespace sfc::syntax
