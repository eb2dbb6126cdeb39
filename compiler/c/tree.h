// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A small tree of C: expressions, statements, functions, structs, macros. Code is built of these, with text at the
// leaves alone (names, types, numbers); braces, indentation and parentheses are the printer's (print.cpp).
//
//   c::Block& body = unit.function("static int", "half", {{"int", "n"}});
//   body.when(c::name("n") < 0).returns(0);
//   body.returns(c::name("n") / 2);
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sfc::c {

struct ExprNode;
class Block;

/// An expression. Copies share their immutable parts.
class Expr {
public:
  Expr(unsigned value);  // in decimal. NOLINT(google-explicit-constructor): so that numbers are operands
  explicit Expr(std::shared_ptr<const ExprNode> node) : node_(std::move(node)) {}

  const ExprNode& node() const { return *node_; }

  /// `base.member` and `base->member`.
  Expr dot(std::string member) const;
  Expr arrow(std::string member) const;
  /// `base[at]`
  Expr at(const Expr& index) const;

private:
  std::shared_ptr<const ExprNode> node_;
};

struct Atom {
  std::string text;
};
struct Call {
  std::string function;
  std::vector<Expr> arguments;
};
struct Index {
  Expr base, at;
};
struct Member {
  Expr base;
  std::string name;
  bool through_pointer = false;
};
struct Unary {
  std::string op;  // of a cast: the type in parentheses
  Expr operand;
};
struct Binary {
  std::string op;
  Expr left, right;
};
struct Conditional {
  Expr condition, then_value, else_value;
};
/// `(type){a, b}`
struct Literal {
  std::string type;
  std::vector<Expr> values;
};
/// GNU C's `({ statements; value; })`
struct StatementExpr {
  std::shared_ptr<const Block> statements;
  Expr value;
};
struct ExprNode {
  std::variant<Atom, Call, Index, Member, Unary, Binary, Conditional, Literal, StatementExpr> node;
};

/// An identifier or a keyword.
Expr name(std::string text);
/// A number in hexadecimal: of 64 bits (`0x10ULL`), or of the type that its size gives.
Expr wide(uint64_t value);
Expr hex(uint64_t value);
Expr call(std::string function, std::vector<Expr> arguments);
Expr cast(std::string_view type, const Expr& value);
Expr sizeOf(std::string_view type);
Expr addressOf(const Expr& value);
Expr pointee(const Expr& pointer);
Expr choose(const Expr& condition, const Expr& then_value, const Expr& else_value);
Expr literal(std::string type, std::vector<Expr> values);
Expr statements(Block block, const Expr& value);
/// A binary expression with the operator of that name.
Expr binary(const Expr& left, std::string op, const Expr& right);
Expr unary(std::string op, const Expr& operand);

Expr operator+(const Expr& left, const Expr& right);
Expr operator-(const Expr& left, const Expr& right);
Expr operator*(const Expr& left, const Expr& right);
Expr operator<<(const Expr& left, const Expr& right);
Expr operator>>(const Expr& left, const Expr& right);
Expr operator&(const Expr& left, const Expr& right);
Expr operator|(const Expr& left, const Expr& right);
Expr operator^(const Expr& left, const Expr& right);
Expr operator==(const Expr& left, const Expr& right);
Expr operator!=(const Expr& left, const Expr& right);
Expr operator<(const Expr& left, const Expr& right);
Expr operator<=(const Expr& left, const Expr& right);
Expr operator>(const Expr& left, const Expr& right);
Expr operator>=(const Expr& left, const Expr& right);
Expr operator&&(const Expr& left, const Expr& right);
Expr operator||(const Expr& left, const Expr& right);
Expr operator!(const Expr& operand);
Expr operator~(const Expr& operand);

/// All of them joined by an operator; nothing for none.
std::optional<Expr> joined(std::string_view op, const std::vector<Expr>& operands);

struct Statement;

/// Whether a variable need not be used.
enum class Use { Sure, Maybe };

/// A sequence of statements. References that it returns are to parts of this block, and stay valid.
class Block {
public:
  Block();
  Block(Block&&) noexcept;
  Block& operator=(Block&&) noexcept;
  ~Block();

  void declare(std::string type, std::string name, Use use = Use::Sure);
  void declare(std::string type, std::string name, const Expr& value, Use use = Use::Sure);
  void declareArray(std::string type, std::string name, const Expr& size);

  void set(const Expr& to, const Expr& value);
  /// `to op= value`
  void change(const Expr& to, std::string op, const Expr& value);
  void add(const Expr& to, const Expr& value) { change(to, "+", value); }
  void increment(const Expr& to);
  void eval(const Expr& value);
  void call(std::string function, std::vector<Expr> arguments);

  /// The block for a condition that holds, and the block for the last `when` whose condition does not.
  Block& when(const Expr& condition);
  Block& otherwise();
  /// A block of its own.
  Block& scope();
  /// One that `leaveScope` leaves; the comment stands behind its brace.
  Block& breakableScope(std::string comment);
  void leaveScope();
  /// `for (__u32 i = 0; i < end; i += step)`, unrolled; `i` is the name to use.
  Block& unrolled(const std::string& i, const Expr& end, unsigned step);

  void returns();
  void returns(const Expr& value);
  void jump(std::string label);
  void label(std::string name);
  void comment(std::string text);
  /// The following code is from this line of this file.
  void line(unsigned number, std::string path);

  bool empty() const { return statements_.empty(); }
  const std::deque<Statement>& statements() const { return statements_; }

private:
  std::deque<Statement> statements_;
};

struct Parameter {
  std::string type, name;
};

struct Function;
struct Item;

/// A translation unit, or a part of one.
class Unit {
public:
  Unit();
  Unit(Unit&&) noexcept;
  Unit& operator=(Unit&&) noexcept;
  ~Unit();

  /// Text from elsewhere, of that file; it ends its lines itself.
  void file(std::string name, std::string_view text);
  /// The following code is from here.
  void section(std::string name);
  void define(std::string macro, const Expr& value);
  void comment(std::string text);
  void structure(std::string name, std::vector<Parameter> members);
  /// A declaration that ends with its name: `prefix struct { members } name;`
  void object(std::string prefix, std::string name, std::vector<Expr> members);
  void assertStatic(const Expr& condition, std::string text);
  Block& function(std::string type, std::string name, std::vector<Parameter> parameters);
  /// A part under a condition of the preprocessor.
  Unit& conditional(std::string condition);

  const std::deque<Item>& items() const { return items_; }

private:
  std::deque<Item> items_;
};

/// The text.
std::string print(const Unit& unit);
std::string print(const Expr& expr);
/// Characters of the text without its #line directives, whose length depends on where the spec is.
size_t sizeOf(const Unit& unit);

}  // namespace sfc::c
