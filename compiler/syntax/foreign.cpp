// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Three kinds of phrases, tried one after the other:
//
//   beginnings   an item that begins as no item of ours does: `while (`, `int x`, `struct`
//   inside       what is wrong inside of an item, right where the parser stopped: `x -= 1`, `a and b`, `x.isValid()`
//   endings      an item that lacks something: `require c;`
#include "compiler/syntax/foreign.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

namespace sfc::syntax {

namespace {

using Words = std::vector<std::string>;

constexpr const char* WHERE_CHANGES_GO =
    "write changes on the way to the SF in `on arrival { ... }` of the proxy, and those on the way back in `on return "
    "{ ... }`";
constexpr const char* NO_LOOPS =
    "a state can transition back to one that extracts 'NAME.next'; elsewhere use the elements one by one, such as "
    "labels[0]";

struct Beginning {
  std::vector<std::string_view> words;  // `*` is any word
  const char* text;
  const char* hint;
  std::optional<Where> where = std::nullopt;  // only there
};

const std::vector<Beginning>& beginnings() {
  static const std::vector<Beginning> all = {
      {{"transition", "*"},
       "a state branches by 'select', not by 'if'",
       "end the state with select (FIELD) { VALUE: STATE; default: STATE; }",
       Where::Block},
      {{"while", "("}, "there are no loops: 'while'", NO_LOOPS},
      {{"for", "("}, "there are no loops: 'for'", NO_LOOPS},
      {{"do", "{"}, "there are no loops: 'do'", NO_LOOPS},
      {{"switch", "("},
       "there is no 'switch'",
       "a state ends in select (VALUE) { 1: STATE; default: STATE; }; elsewhere write if (...) { } else if (...) { }"},
      {{"transition", "select"}, "'select' is a transition by itself", "leave out the word 'transition'"},
      {{"*", ".", "emit", "("}, "nothing is emitted: egress puts the stripped headers back", "leave this out"},
      {{"*", ".", "advance", "("}, "'advance' is a statement", "write advance BYTES;"},
      {{"return", ";"}, "there is no 'return'", "use 'if' with 'else'"},
      {{"goto", "*"}, "'goto' is written 'transition'", "end the state with transition STATE;"},
      {{"accept", ";"}, "'accept' is the target of a transition", "write transition accept;", Where::State},
      {{"reject", ";"}, "'reject' is the target of a transition", "write transition reject;", Where::State},
      {{"pass", ";"}, "'pass' is the target of a transition", "write transition pass;", Where::State},
      {{"elif", "("}, "'elif' is written 'else if'", "write else if (...) { ... }"},
      {{"elsif", "("}, "'elsif' is written 'else if'", "write else if (...) { ... }"},
      {{"on", "ingress"}, "'on ingress' is written 'on arrival'", WHERE_CHANGES_GO},
      {{"on", "egress"}, "'on egress' is written 'on return'", WHERE_CHANGES_GO},
      {{"apply", "{"}, "there is no 'apply'", WHERE_CHANGES_GO},
      {{"control", "*"}, "there is no 'control'", WHERE_CHANGES_GO},
      {{"struct", "*"}, "there is no 'struct'", "the headers of a packet are declared in a parser: HEADER_TYPE NAME;"},
      {{"header_union", "*"},
       "there is no 'header_union'",
       "declare the headers one by one, and extract each in its own state"},
      {{"typedef", "*"}, "there is no 'typedef'", "write the width where it is needed: bit<48> NAME;"},
      {{"type", "bit"}, "there is no 'type'", "write the width where it is needed: bit<48> NAME;"},
      {{"enum", "*"}, "there is no 'enum'", "write const bit<8> NAME = 1; for each value"},
      {{"error", "{"}, "errors are not declared", "drop reasons are malformed, too_deep, requirement, no_key and hops"},
      {{"extern", "*"}, "there is no 'extern'", "a spec describes all that it does"},
      {{"package", "*"}, "there is no 'package'", "a spec has one 'proxy', which is the whole program"},
      {{"void", "*"}, "there are no functions", "name statements with action NAME() { ... }"},
      {{"def", "*"}, "there are no functions", "name statements with action NAME() { ... }"},
      {{"parser", "*", "("}, "a parser has no parameters", "its headers are declared in it: HEADER_TYPE NAME;"},
      {{"action", "*", "(", "*"},
       "an action has no parameters",
       "use the headers of the proxy, and parameters of the spec as param.NAME"},
  };
  return all;
}

/// A type of C or P4 and its width in bits; 0 if it has none by itself.
struct Type {
  std::string_view name;
  unsigned bits;
};
constexpr auto TYPES =
    std::to_array<Type>({{"int", 0},      {"unsigned", 0}, {"long", 0},     {"short", 16},    {"char", 8},
                         {"bool", 1},     {"float", 0},    {"double", 0},   {"auto", 0},      {"var", 0},
                         {"let", 0},      {"uint", 0},     {"uint8_t", 8},  {"uint16_t", 16}, {"uint32_t", 32},
                         {"uint64_t", 0}, {"int8_t", 8},   {"int16_t", 16}, {"int32_t", 32},  {"u8", 8},
                         {"u16", 16},     {"u32", 32},     {"__u8", 8},     {"__u16", 16},    {"__u32", 32}});

bool isWord(std::string_view word) {
  return !word.empty() && (std::isalpha(static_cast<unsigned char>(word[0])) || word[0] == '_');
}

bool isStructure(std::string_view word) {
  return word == ";" || word == "{" || word == "}";
}

/// One error in a text, with the item that it is in.
class Search {
public:
  Search(const Words& words, size_t at, Where where) : words_(words), where_(where), at_(at), start_(at) {
    while (start_ > 0 && !isStructure(words_[start_ - 1])) --start_;
  }

  std::optional<Foreign> run() const {
    for (auto find : {&Search::beginning, &Search::call, &Search::extract, &Search::type, &Search::change,
                      &Search::increment, &Search::logic, &Search::valid, &Search::lookahead, &Search::cast,
                      &Search::other, &Search::withoutElse, &Search::withoutBraces})
      if (auto found = (this->*find)()) {
        found->end = std::max(endOfItem(), found->last);
        return found;
      }
    return std::nullopt;
  }

private:
  std::string_view word(size_t i) const { return i < words_.size() ? std::string_view(words_[i]) : std::string_view(); }

  bool matches(size_t i, const std::vector<std::string_view>& pattern) const {
    for (size_t k = 0; k < pattern.size(); ++k)
      if (pattern[k] == "*" ? !isWord(word(i + k)) : word(i + k) != pattern[k]) return false;
    return true;
  }

  /// Is a word in the item, before the error?
  bool has(std::string_view one) const {
    for (size_t i = start_; i < at_; ++i)
      if (word(i) == one) return true;
    return false;
  }

  /// The last word of the item that begins at `start_`, with what is behind an `else`: its `;`, or the end of its
  /// braces.
  size_t endOfItem() const {
    size_t brackets = 0, braces = 0;
    for (size_t i = start_; i < words_.size(); ++i) {
      const std::string_view one = word(i);
      if (one == "(") ++brackets;
      if (one == ")" && brackets > 0) --brackets;
      if (one == "{") ++braces;
      if (one == "}" && braces == 0) return i > start_ ? i - 1 : i;
      if (one == "}") --braces;
      const bool ends = braces == 0 && (one == "}" || (one == ";" && brackets == 0));
      if (ends && word(i + 1) != "else") return one == "}" && word(i + 1) == ";" ? i + 1 : i;
    }
    return words_.size() - 1;
  }

  /// Words as they are written.
  std::string textOf(size_t first, size_t last) const {
    std::string text;
    for (size_t i = first; i <= last; ++i) {
      const auto tight = [](std::string_view one) { return one == "." || one == "(" || one == "[" || one == "<"; };
      const bool glued = i == first || tight(word(i)) || tight(word(i - 1)) || word(i) == ")" || word(i) == "]" ||
                         word(i) == ">" || word(i) == ",";
      text += glued ? "" : " ";
      text += word(i);
    }
    return text;
  }

  /// What is called at `i` without the name of a struct before it: `trail` of hdr.trail.isValid().
  std::string nameBefore(size_t i) const {
    return i >= 2 && word(i - 1) == "." && isWord(word(i - 2)) ? std::string(word(i - 2)) : "NAME";
  }

  Foreign statement(size_t last_shown, std::string text, std::string hint) const {
    return {start_, std::max(last_shown, start_), std::move(text), std::move(hint)};
  }

  // ---- beginnings

  std::optional<Foreign> beginning() const {
    for (const Beginning& one : beginnings())
      if ((!one.where || one.where == where_) && matches(start_, one.words) && at_ <= start_ + one.words.size() + 1)
        return statement(start_ + one.words.size() - (isWord(one.words.back()) || one.words.back() == "*" ? 1 : 2),
                         one.text, one.hint);
    return std::nullopt;
  }

  std::optional<Foreign> call() const {
    const auto hint = word(start_ + 1) == "(" ? foreignCall(word(start_)) : std::nullopt;
    if (!hint) return std::nullopt;
    return statement(start_, fmt::format("there is no '{}()'", word(start_)), *hint);
  }

  /// packet.extract(hdr.trail); or extract(trail);
  std::optional<Foreign> extract() const {
    const size_t name = word(start_ + 1) == "." ? start_ + 2 : start_;
    if (word(name) != "extract" || word(name + 1) != "(") return std::nullopt;
    size_t end = name + 2;
    while (end < words_.size() && word(end) != ")" && !isStructure(word(end))) ++end;
    const size_t last = end - 1;
    const bool next = word(last) == "next" && last >= 2;
    const std::string header = isWord(word(last)) ? textOf(next ? last - 2 : last, last) : "NAME";
    return statement(word(end) == ")" ? end : last, "'extract' is a statement",
                     fmt::format("write extract {};", header));
  }

  /// int x; const bool X = 1;
  std::optional<Foreign> type() const {
    const size_t i = word(start_) == "const" || word(start_) == "param" ? start_ + 1 : start_;
    const auto* found = std::find_if(TYPES.begin(), TYPES.end(), [&](const Type& one) { return one.name == word(i); });
    if (found == TYPES.end() || at_ < i || at_ > i + 2) return std::nullopt;
    if (!isWord(word(i + 1)) && word(i + 1) != "<") return std::nullopt;
    return Foreign{i, i, fmt::format("there is no type '{}'", found->name),
                   fmt::format("numbers have a width in bits: {}bit<{}> NAME = ...;",
                               i > start_ ? textOf(start_, start_) + " " : "", found->bits > 0 ? found->bits : 32)};
  }

  // ---- inside

  /// x -= 1;
  std::optional<Foreign> change() const {
    static constexpr auto OPERATORS =
        std::to_array<std::string_view>({"+", "-", "*", "/", "%", "&", "|", "^", "<<", ">"});
    size_t op = at_;
    if (word(op) == "=" && op > start_) --op;
    if (std::find(OPERATORS.begin(), OPERATORS.end(), word(op)) == OPERATORS.end()) {
      // `>=` is one token: x >>= 1
      if (word(op) != ">=" || word(op - 1) != ">") return std::nullopt;
      return changed(op - 1, op, ">>");
    }
    if (word(op) == ">" && word(op + 1) == ">=") return changed(op, op + 1, ">>");
    if (word(op + 1) != "=") return std::nullopt;
    return changed(op, op + 1, std::string(word(op)));
  }

  std::optional<Foreign> changed(size_t op, size_t equal, const std::string& name) const {
    if (op == start_) return std::nullopt;
    size_t end = equal + 1;
    while (end < words_.size() && !isStructure(word(end))) ++end;
    const std::string place = textOf(start_, op - 1);
    const std::string value = end > equal + 1 ? textOf(equal + 1, end - 1) : "...";
    const bool single = end <= equal + 2;
    return Foreign{op, equal, fmt::format("there is no operator '{}='", name),
                   fmt::format("write {0} = {0} {1} {2};", place, name, single ? value : "(" + value + ")")};
  }

  /// x++; ++x; and, in P4, a ++ b
  std::optional<Foreign> increment() const {
    size_t i = at_;
    const auto is = [&](size_t k) { return (word(k) == "+" || word(k) == "-") && word(k + 1) == word(k); };
    if (!is(i) && i > start_ && is(i - 1)) --i;
    if (!is(i)) return std::nullopt;
    const std::string op(word(i));
    const bool behind = word(i + 2) == ";";
    if (!behind && i != start_) {
      if (op == "-") return std::nullopt;
      return Foreign{i, i + 1, "'++' does not concatenate bits", "shift and add: (HIGH << WIDTH_OF_LOW) + LOW"};
    }
    const std::string place = behind ? textOf(start_, i - 1) : textOf(i + 2, endOfItem() - 1);
    return Foreign{i, i + 1, fmt::format("there is no operator '{0}{0}'", op),
                   fmt::format("write {0} = {0} {1} 1;", place, op)};
  }

  std::optional<Foreign> logic() const {
    static constexpr auto LOGIC =
        std::to_array<std::pair<std::string_view, std::string_view>>({{"and", "&&"}, {"or", "||"}, {"not", "!"}});
    for (const size_t i : {at_, at_ - 1}) {
      if (i < start_ || i >= words_.size()) continue;
      for (const auto& [name, op] : LOGIC)
        if (word(i) == name && i > start_) return Foreign{i, i, fmt::format("'{}' is written '{}'", name, op), {}};
    }
    return std::nullopt;
  }

  /// x.isValid(), x.setValid() where the parser does not take them for an operation
  std::optional<Foreign> valid() const {
    for (size_t i = at_ > start_ + 2 ? at_ - 2 : start_; i <= at_; ++i)
      if (auto hint = foreignOperation(word(i), nameBefore(i)); hint && word(i + 1) == "(")
        return Foreign{i, i, fmt::format("there is no '{}()'", word(i)), *hint};
    return std::nullopt;
  }

  /// packet.lookahead<bit<8>>()
  std::optional<Foreign> lookahead() const {
    for (size_t i = at_ > start_ + 3 ? at_ - 3 : start_; i <= at_; ++i)
      if (i > start_ && word(i) == "lookahead" && word(i - 1) == ".")
        return Foreign{i - 2, i, "'lookahead' is not a method", "write lookahead<bit<N>>()"};
    return std::nullopt;
  }

  std::optional<Foreign> cast() const {
    if (word(at_) != "bit" || at_ == start_ || word(at_ - 1) != "(") return std::nullopt;
    return Foreign{at_ - 1, at_, "there are no casts",
                   "leave the type out: all numbers have 64 bits and are truncated when they are assigned"};
  }

  std::optional<Foreign> other() const {
    if (word(at_) == "=" && (word(start_) == "if" || word(start_) == "verify" || word(start_) == "require"))
      return Foreign{at_, at_, "'=' assigns", "to compare, write '=='"};
    if (word(at_) == ">" && at_ > start_ && word(at_ - 1) == "-")
      return Foreign{at_ - 1, at_, "'->' is written '.'", {}};
    if (word(at_) == ";" && has("varbit"))
      return Foreign{at_, at_, "a varbit field needs a length",
                     "write its length in bits behind its name: varbit<320> options (32 * (ihl - 5));"};
    return std::nullopt;
  }

  // ---- endings

  std::optional<Foreign> withoutElse() const {
    if (word(start_) != "require" || word(at_) != ";") return std::nullopt;
    return Foreign{at_, at_, "a requirement needs an 'else'",
                   "end it with 'else pass;', 'else drop;' or 'else drop REASON;'"};
  }

  /// if (c) statement; else statement;
  std::optional<Foreign> withoutBraces() const {
    const bool branch = word(start_) == "if" && at_ > start_ && word(at_ - 1) == ")";
    const bool otherwise = at_ == start_ + 1 && word(start_) == "else";
    if ((!branch && !otherwise) || word(at_) == "{" || word(at_) == "") return std::nullopt;
    Foreign found{at_, at_, fmt::format("the statements of '{}' need braces", word(start_)), {}};
    found.hint = branch ? "write if (...) { ... }" : "write else { ... }";
    return found;
  }

  const Words& words_;
  Where where_;
  size_t at_;     // the word with the error
  size_t start_;  // the first word of its item
};

}  // namespace

std::optional<Foreign> findForeign(const Words& words, size_t at, Where where) {
  return at < words.size() ? Search(words, at, where).run() : std::nullopt;
}

std::optional<std::string> foreignCall(std::string_view name) {
  if (name == "drop" || name == "mark_to_drop") return "write drop; or drop REASON;";
  return std::nullopt;
}

std::optional<std::string> foreignOperation(std::string_view name, std::string_view header) {
  if (name == "isValid") return fmt::format("write {}.valid", header);
  if (name == "setValid") return fmt::format("to add a header, write push {};", header);
  if (name == "setInvalid") return "remove a header by 'strip' in the proxy, an element of a stack by pop()";
  if (name == "pop_front") return fmt::format("write {0}.pop(); or {0}.pop(N);", header);
  if (name == "push_front") return "'push NAME;' adds headers that a packet does not have";
  return std::nullopt;
}

std::string foreignCharacter(char character) {
  if (character == '?') return "there is no ?: here: write if (...) { ... } else { ... }";
  if (character == '#') return "#include is 'import std.ip;' here, and #define is 'const bit<16> NAME = 1;'";
  if (character == '"' || character == '\'') return "there are no strings here: an import is written 'import std.ip;'";
  return {};
}

}  // namespace sfc::syntax
