// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/c/tree.h"

#include <fmt/format.h>

#include "compiler/c/nodes.h"

namespace sfc::c {

namespace {

template <typename Node>
Expr make(Node node) {
  return Expr(std::make_shared<const ExprNode>(ExprNode{std::move(node)}));
}

}  // namespace

// ---- expressions

Expr::Expr(unsigned value) : Expr(name(std::to_string(value))) {}

Expr Expr::dot(std::string member) const {
  return make(Member{*this, std::move(member), false});
}

Expr Expr::arrow(std::string member) const {
  return make(Member{*this, std::move(member), true});
}

Expr Expr::at(const Expr& index) const {
  return make(Index{*this, index});
}

Expr name(std::string text) {
  return make(Atom{std::move(text)});
}

Expr wide(uint64_t value) {
  return name(fmt::format("{:#x}ULL", value));
}

Expr hex(uint64_t value) {
  return name(fmt::format("{:#x}", value));
}

Expr call(std::string function, std::vector<Expr> arguments) {
  return make(Call{std::move(function), std::move(arguments)});
}

Expr cast(std::string_view type, const Expr& value) {
  return make(Unary{fmt::format("({})", type), value});
}

Expr sizeOf(std::string_view type) {
  return call("sizeof", {name(std::string(type))});
}

Expr addressOf(const Expr& value) {
  return unary("&", value);
}

Expr pointee(const Expr& pointer) {
  return unary("*", pointer);
}

Expr choose(const Expr& condition, const Expr& then_value, const Expr& else_value) {
  return make(Conditional{condition, then_value, else_value});
}

Expr literal(std::string type, std::vector<Expr> values) {
  return make(Literal{std::move(type), std::move(values)});
}

Expr statements(Block block, const Expr& value) {
  return make(StatementExpr{std::make_shared<const Block>(std::move(block)), value});
}

Expr binary(const Expr& left, std::string op, const Expr& right) {
  return make(Binary{std::move(op), left, right});
}

Expr unary(std::string op, const Expr& operand) {
  return make(Unary{std::move(op), operand});
}

Expr operator+(const Expr& left, const Expr& right) {
  return binary(left, "+", right);
}
Expr operator-(const Expr& left, const Expr& right) {
  return binary(left, "-", right);
}
Expr operator*(const Expr& left, const Expr& right) {
  return binary(left, "*", right);
}
Expr operator<<(const Expr& left, const Expr& right) {
  return binary(left, "<<", right);
}
Expr operator>>(const Expr& left, const Expr& right) {
  return binary(left, ">>", right);
}
Expr operator&(const Expr& left, const Expr& right) {
  return binary(left, "&", right);
}
Expr operator|(const Expr& left, const Expr& right) {
  return binary(left, "|", right);
}
Expr operator^(const Expr& left, const Expr& right) {
  return binary(left, "^", right);
}
Expr operator==(const Expr& left, const Expr& right) {
  return binary(left, "==", right);
}
Expr operator!=(const Expr& left, const Expr& right) {
  return binary(left, "!=", right);
}
Expr operator<(const Expr& left, const Expr& right) {
  return binary(left, "<", right);
}
Expr operator<=(const Expr& left, const Expr& right) {
  return binary(left, "<=", right);
}
Expr operator>(const Expr& left, const Expr& right) {
  return binary(left, ">", right);
}
Expr operator>=(const Expr& left, const Expr& right) {
  return binary(left, ">=", right);
}
Expr operator&&(const Expr& left, const Expr& right) {
  return binary(left, "&&", right);
}
Expr operator||(const Expr& left, const Expr& right) {
  return binary(left, "||", right);
}
Expr operator!(const Expr& operand) {
  return unary("!", operand);
}
Expr operator~(const Expr& operand) {
  return unary("~", operand);
}

std::optional<Expr> joined(std::string_view op, const std::vector<Expr>& operands) {
  std::optional<Expr> all;
  for (const Expr& operand : operands) all = all ? binary(*all, std::string(op), operand) : operand;
  return all;
}

// ---- statements

Block::Block() = default;
Block::Block(Block&&) noexcept = default;
Block& Block::operator=(Block&&) noexcept = default;
Block::~Block() = default;

void Block::declare(std::string type, std::string name, Use use) {
  statements_.push_back({Declaration{std::move(type), std::move(name), std::nullopt, std::nullopt, use}});
}

void Block::declare(std::string type, std::string name, const Expr& value, Use use) {
  statements_.push_back({Declaration{std::move(type), std::move(name), value, std::nullopt, use}});
}

void Block::declareArray(std::string type, std::string name, const Expr& size) {
  statements_.push_back({Declaration{std::move(type), std::move(name), std::nullopt, size, Use::Sure}});
}

void Block::set(const Expr& to, const Expr& value) {
  change(to, "", value);
}

void Block::change(const Expr& to, std::string op, const Expr& value) {
  statements_.push_back({Assignment{to, std::move(op), value}});
}

void Block::increment(const Expr& to) {
  statements_.push_back({Increment{to}});
}

void Block::eval(const Expr& value) {
  statements_.push_back({Evaluation{value}});
}

void Block::call(std::string function, std::vector<Expr> arguments) {
  eval(c::call(std::move(function), std::move(arguments)));
}

Block& Block::when(const Expr& condition) {
  statements_.push_back({If{condition, {}, std::nullopt}});
  return std::get<If>(statements_.back().node).then_block;
}

Block& Block::otherwise() {
  return std::get<If>(statements_.back().node).else_block.emplace();
}

Block& Block::scope() {
  statements_.push_back({Scope{}});
  return std::get<Scope>(statements_.back().node).block;
}

Block& Block::breakableScope(std::string comment) {
  statements_.push_back({BreakableScope{{}, std::move(comment)}});
  return std::get<BreakableScope>(statements_.back().node).block;
}

void Block::leaveScope() {
  statements_.push_back({Break{}});
}

Block& Block::unrolled(const std::string& i, const Expr& end, unsigned step) {
  statements_.push_back({Unrolled{i, end, step, {}}});
  return std::get<Unrolled>(statements_.back().node).block;
}

void Block::returns() {
  statements_.push_back({Return{}});
}

void Block::returns(const Expr& value) {
  statements_.push_back({Return{value}});
}

void Block::jump(std::string label) {
  statements_.push_back({Goto{std::move(label)}});
}

void Block::label(std::string name) {
  statements_.push_back({Label{std::move(name)}});
}

void Block::comment(std::string text) {
  statements_.push_back({Comment{std::move(text)}});
}

void Block::line(unsigned number, std::string path) {
  statements_.push_back({Line{number, std::move(path)}});
}

// ---- units

Unit::Unit() = default;
Unit::Unit(Unit&&) noexcept = default;
Unit& Unit::operator=(Unit&&) noexcept = default;
Unit::~Unit() = default;

void Unit::file(std::string name, std::string_view text) {
  items_.push_back({File{std::move(name), text}});
}

void Unit::section(std::string name) {
  items_.push_back({Line{1, std::move(name)}});
}

void Unit::define(std::string macro, const Expr& value) {
  items_.push_back({Define{std::move(macro), value}});
}

void Unit::comment(std::string text) {
  items_.push_back({Comment{std::move(text)}});
}

void Unit::structure(std::string name, std::vector<Parameter> members) {
  items_.push_back({Structure{std::move(name), std::move(members)}});
}

void Unit::object(std::string prefix, std::string name, std::vector<Expr> members) {
  items_.push_back({Object{std::move(prefix), std::move(name), std::move(members)}});
}

void Unit::assertStatic(const Expr& condition, std::string text) {
  items_.push_back({StaticAssert{condition, std::move(text)}});
}

Block& Unit::function(std::string type, std::string name, std::vector<Parameter> parameters) {
  items_.push_back({Function{std::move(type), std::move(name), std::move(parameters), {}}});
  return std::get<Function>(items_.back().node).body;
}

Unit& Unit::conditional(std::string condition) {
  items_.push_back({ConditionalPart{std::move(condition), {}}});
  return std::get<ConditionalPart>(items_.back().node).unit;
}

}  // namespace sfc::c
