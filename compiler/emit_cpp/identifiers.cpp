// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Forbidden names: keywords, macros of headers that may be included before ours, names that our header uses
// unqualified, and, for a namespace, anything that C has in the global scope.
#include "compiler/emit_cpp/identifiers.h"

#include <algorithm>
#include <array>

// c_macros.txt and c_globals.txt
extern const std::string_view c_macros, c_globals;

namespace sfc::emit_cpp {

namespace {

using Words = std::set<std::string_view, std::less<>>;

// Keywords of C++20, and the unqualified names in the header itself.
constexpr auto Reserved = std::to_array<std::string_view>(
    {"alignas",   "alignof",       "and",         "and_eq",    "asm",       "auto",         "bitand",
     "bitor",     "bool",          "break",       "case",      "catch",     "char",         "char16_t",
     "char32_t",  "char8_t",       "class",       "co_await",  "co_return", "co_yield",     "compl",
     "concept",   "const",         "const_cast",  "consteval", "constexpr", "constinit",    "continue",
     "decltype",  "default",       "delete",      "do",        "double",    "dynamic_cast", "else",
     "enum",      "explicit",      "export",      "extern",    "false",     "float",        "for",
     "friend",    "goto",          "if",          "inline",    "int",       "long",         "mutable",
     "namespace", "new",           "noexcept",    "not",       "not_eq",    "nullptr",      "operator",
     "or",        "or_eq",         "private",     "protected", "public",    "register",     "reinterpret_cast",
     "requires",  "return",        "sfc",         "short",     "signed",    "size_t",       "sizeof",
     "static",    "static_assert", "static_cast", "std",       "struct",    "switch",       "template",
     "this",      "thread_local",  "throw",       "true",      "try",       "typedef",      "typeid",
     "typename",  "uint16_t",      "uint32_t",    "uint64_t",  "uint8_t",   "union",        "unsigned",
     "using",     "virtual",       "void",        "volatile",  "wchar_t",   "while",        "xor",
     "xor_eq"});
static_assert(std::is_sorted(Reserved.begin(), Reserved.end()));

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool isCapital(char c) {
  return c >= 'A' && c <= 'Z';
}
bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || isCapital(c);
}

/// The words of a text, but for lines that begin with `#`.
Words wordsOf(std::string_view text) {
  Words words;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with('#')) continue;
    while (!line.empty()) {
      const std::string_view word = line.substr(0, line.find(' '));
      line.remove_prefix(std::min(line.size(), word.size() + 1));
      words.insert(word);
    }
  }
  return words;
}

/// INT_MAX, SYS_read, M_PIf: capitals up to the first `_`; and the formats of <inttypes.h>, PRIu64 and SCNu64.
bool looksLikeMacro(std::string_view identifier) {
  if (identifier.back() == '_' || !isCapital(identifier.front())) return false;
  const std::string_view first = identifier.substr(0, identifier.find('_'));
  return first.starts_with("PRI") || first.starts_with("SCN") ||
         std::all_of(first.begin(), first.end(), [](char c) { return isCapital(c) || isDigit(c); });
}

bool isReserved(std::string_view identifier) {
  static const Words macros = wordsOf(c_macros);
  return std::binary_search(Reserved.begin(), Reserved.end(), identifier) || macros.count(identifier) > 0 ||
         looksLikeMacro(identifier);
}

/// C++ keeps names that begin with `__`, or `_` and a capital, for compilers.
std::string_view withoutCompilersPrefix(std::string_view name) {
  while (name.size() > 1 && name[0] == '_' && (name[1] == '_' || isCapital(name[1]))) name.remove_prefix(1);
  return name;
}

std::string lettersOf(std::string_view name) {
  std::string letters;
  for (const char c : withoutCompilersPrefix(name)) {
    if (isLetter(c) || isDigit(c) || c == '_')
      letters += c;
    else if (!letters.empty() && letters.back() != '_')
      letters += '_';
  }
  const bool spelt_so = !name.empty() && name.back() == '_';
  if (!spelt_so && !letters.empty() && letters.back() == '_') letters.pop_back();
  if (letters.empty() || isDigit(letters.front())) letters.insert(letters.begin(), '_');
  return letters;
}

}  // namespace

std::string Names::add(std::string_view name) {
  std::string identifier = lettersOf(name);
  while (isReserved(identifier) || taken_.count(identifier)) identifier += '_';
  taken_.insert(identifier);
  return identifier;
}

std::string namespaceOf(std::string_view spec) {
  static const Words globals = wordsOf(c_globals);
  std::string identifier = Names{}.add(spec);
  return globals.count(identifier) ? identifier + '_' : identifier;
}

}  // namespace sfc::emit_cpp
