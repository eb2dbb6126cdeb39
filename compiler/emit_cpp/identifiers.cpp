// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_cpp/identifiers.h"

#include <algorithm>
#include <array>

namespace sfc::emit_cpp {

namespace {

// Keywords of C++20, macros of the C library and of compilers, and types that the header itself uses.
constexpr auto Reserved = std::to_array<std::string_view>(
    {"EOF",          "NULL",     "alignas",       "alignof",     "and",       "and_eq",
     "asm",          "assert",   "auto",          "bitand",      "bitor",     "bool",
     "break",        "case",     "catch",         "char",        "char16_t",  "char32_t",
     "char8_t",      "class",    "co_await",      "co_return",   "co_yield",  "compl",
     "concept",      "const",    "const_cast",    "consteval",   "constexpr", "constinit",
     "continue",     "decltype", "default",       "delete",      "do",        "double",
     "dynamic_cast", "else",     "enum",          "errno",       "explicit",  "export",
     "extern",       "false",    "float",         "for",         "friend",    "goto",
     "i386",         "if",       "inline",        "int",         "linux",     "long",
     "major",        "makedev",  "minor",         "mutable",     "namespace", "new",
     "noexcept",     "not",      "not_eq",        "nullptr",     "operator",  "or",
     "or_eq",        "private",  "protected",     "public",      "register",  "reinterpret_cast",
     "requires",     "return",   "sfc",           "short",       "signed",    "size_t",
     "sizeof",       "static",   "static_assert", "static_cast", "std",       "stderr",
     "stdin",        "stdout",   "struct",        "switch",      "template",  "this",
     "thread_local", "throw",    "true",          "try",         "typedef",   "typeid",
     "typename",     "uint16_t", "uint32_t",      "uint64_t",    "uint8_t",   "union",
     "unix",         "unsigned", "using",         "virtual",     "void",      "volatile",
     "wchar_t",      "while",    "xor",           "xor_eq"});
static_assert(std::is_sorted(Reserved.begin(), Reserved.end()));

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}
bool isLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lettersOf(std::string_view name) {
  std::string letters;
  for (const char c : name) {
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
  while (std::binary_search(Reserved.begin(), Reserved.end(), identifier) || taken_.count(identifier))
    identifier += '_';
  taken_.insert(identifier);
  return identifier;
}

}  // namespace sfc::emit_cpp
