// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Syntax tree to canonical text: four spaces per level, one item per line, an empty line between declarations and
// between states. Numbers are printed by value, decimal up to 255 and hexadecimal above unless they are round, so that
// EtherTypes and counts both look as people write them.
#include "compiler/ast/print.h"

#include <utility>

#include <fmt/format.h>

namespace sfc::ast {

namespace {

struct Operator {
  const char* text;
  int precedence;  // higher binds tighter; all are left-associative
};

Operator operatorOf(BinaryOp op) {
  switch (op) {
    case BinaryOp::Mul:
      return {"*", 10};
    case BinaryOp::Div:
      return {"/", 10};
    case BinaryOp::Mod:
      return {"%", 10};
    case BinaryOp::Add:
      return {"+", 9};
    case BinaryOp::Sub:
      return {"-", 9};
    case BinaryOp::Shl:
      return {"<<", 8};
    case BinaryOp::Shr:
      return {">>", 8};
    case BinaryOp::And:
      return {"&", 7};
    case BinaryOp::Xor:
      return {"^", 6};
    case BinaryOp::Or:
      return {"|", 5};
    case BinaryOp::Lt:
      return {"<", 4};
    case BinaryOp::Le:
      return {"<=", 4};
    case BinaryOp::Gt:
      return {">", 4};
    case BinaryOp::Ge:
      return {">=", 4};
    case BinaryOp::Eq:
      return {"==", 3};
    case BinaryOp::Ne:
      return {"!=", 3};
    case BinaryOp::LogicalAnd:
      return {"&&", 2};
    case BinaryOp::LogicalOr:
      return {"||", 1};
  }
  return {"?", 0};
}

constexpr int UNARY_PRECEDENCE = 11;
constexpr int PRIMARY_PRECEDENCE = 12;

int precedenceOf(const Expr& expr) {
  if (const auto* binary = std::get_if<Binary>(&expr.node)) return operatorOf(binary->op).precedence;
  return std::holds_alternative<Unary>(expr.node) ? UNARY_PRECEDENCE : PRIMARY_PRECEDENCE;
}

std::string printNumber(uint64_t value) {
  bool decimal = value <= 0xFF || value % 10 == 0;
  return decimal ? fmt::format("{}", value) : fmt::format("0x{:04X}", value);
}

/// An operand that must bind at least as tight as `precedence`.
std::string printOperand(const ExprPtr& expr, int precedence) {
  std::string text = print(*expr);
  return precedenceOf(*expr) < precedence ? "(" + text + ")" : text;
}

struct ExprPrinter {
  std::string operator()(const Number& number) const { return printNumber(number.value); }
  std::string operator()(const Boolean& boolean) const { return boolean.value ? "true" : "false"; }
  std::string operator()(const Name& name) const { return name.name; }
  std::string operator()(const Member& member) const {
    return printOperand(member.base, PRIMARY_PRECEDENCE) + "." + member.member.name;
  }
  std::string operator()(const Index& index) const {
    return printOperand(index.base, PRIMARY_PRECEDENCE) + "[" + print(*index.index) + "]";
  }
  std::string operator()(const Slice& slice) const {
    return fmt::format("{}[{}:{}]", printOperand(slice.base, PRIMARY_PRECEDENCE), print(*slice.high),
                       print(*slice.low));
  }
  std::string operator()(const Lookahead& lookahead) const {
    return fmt::format("lookahead<bit<{}>>()", lookahead.width);
  }
  std::string operator()(const Digest& digest) const {
    return fmt::format("digest<{}>(payload){}", digest.bytes, digest.unless ? " unless " + digest.unless->name : "");
  }
  std::string operator()(const Sampled& sampled) const { return fmt::format("sampled({})", print(*sampled.every)); }
  std::string operator()(const MulMod& node) const {
    return fmt::format("mulmod({}, {}, {})", print(*node.left), print(*node.right), print(*node.modulus));
  }
  std::string operator()(const Swapped& node) const {
    return fmt::format("swapped({}, {})", print(*node.first), print(*node.second));
  }
  std::string operator()(const Unary& unary) const {
    const char* op = unary.op == UnaryOp::Not ? "!" : unary.op == UnaryOp::Complement ? "~" : "-";
    return op + printOperand(unary.operand, UNARY_PRECEDENCE);
  }
  std::string operator()(const Binary& binary) const {
    Operator op = operatorOf(binary.op);
    return fmt::format("{} {} {}", printOperand(binary.left, op.precedence), op.text,
                       printOperand(binary.right, op.precedence + 1));
  }
};

std::string printPattern(const Pattern& pattern) {
  switch (pattern.kind) {
    case Pattern::Kind::Any:
      return "_";
    case Pattern::Kind::Value:
      return print(*pattern.first);
    case Pattern::Kind::Mask:
      return fmt::format("{} &&& {}", print(*pattern.first), print(*pattern.second));
    case Pattern::Kind::Interval:
      return fmt::format("{} .. {}", print(*pattern.first), print(*pattern.second));
  }
  return {};
}

std::string printTarget(const Target& target) {
  switch (target.kind) {
    case Target::Kind::State:
      return target.name.name;
    case Target::Kind::Accept:
      return "accept";
    case Target::Kind::Pass:
      return "pass";
    case Target::Kind::Reject:
      return "reject";
    case Target::Kind::Drop:
      return target.name.name.empty() ? "drop" : "drop " + target.name.name;
  }
  return {};
}

std::string printLabel(const Case& label) {
  bool all_any = true;
  std::string list;
  for (const Pattern& pattern : label.patterns) {
    all_any &= pattern.kind == Pattern::Kind::Any;
    list += (list.empty() ? "" : ", ") + printPattern(pattern);
  }
  if (all_any) return "default";
  return label.patterns.size() == 1 ? list : "(" + list + ")";
}

std::string printDuration(uint64_t nanoseconds) {
  for (auto [unit, suffix] : {std::pair(1'000'000'000u, "s"), std::pair(1'000'000u, "ms"), std::pair(1'000u, "us")}) {
    if (nanoseconds % unit == 0) return fmt::format("{}{}", nanoseconds / unit, suffix);
  }
  return fmt::format("{}ns", nanoseconds);
}

std::string printList(const std::vector<ExprPtr>& list) {
  std::string out;
  for (const ExprPtr& expr : list) out += (out.empty() ? "" : ", ") + print(*expr);
  return out;
}

/// Writes declarations line by line.
class FilePrinter {
public:
  std::string print(const File& file) {
    for (const Import& import : file.imports) {
      std::string path;
      for (const Identifier& part : import.path) path += (path.empty() ? "" : ".") + part.name;
      line("import {};", path);
    }
    bool after_short = false;
    for (const auto& declaration : file.declarations) {
      bool is_short = std::holds_alternative<Const>(declaration) || std::holds_alternative<Param>(declaration);
      if (!out_.empty() && !(is_short && after_short)) out_ += '\n';
      std::visit([this](const auto& node) { write(node); }, declaration);
      after_short = is_short;
    }
    return std::move(out_);
  }

private:
  template <typename... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    out_.append(size_t{4} * depth_, ' ');
    out_ += fmt::format(format, std::forward<Args>(args)...);
    out_ += '\n';
  }
  template <typename... Args>
  void open(fmt::format_string<Args...> format, Args&&... args) {
    line(format, std::forward<Args>(args)...);
    ++depth_;
  }
  void close() {
    --depth_;
    line("}}");
  }

  void write(const Const& node) { line("const bit<{}> {} = {};", node.width, node.name.name, ast::print(*node.value)); }
  void write(const Param& node) { line("param bit<{}> {} = {};", node.width, node.name.name, ast::print(*node.value)); }

  void write(const Header& node) {
    open("{}header {} {{", print(node.annotations), node.name.name);
    for (const Field& field : node.fields) write(field);
    close();
  }

  /// Annotations, each with a space behind it.
  static std::string print(const std::vector<Annotation>& annotations) {
    std::string text;
    for (const Annotation& annotation : annotations) {
      const std::string arguments = printList(annotation.arguments);
      text += "@" + annotation.name.name + (arguments.empty() ? "" : "(" + arguments + ")") + " ";
    }
    return text;
  }

  void write(const Field& node) {
    const std::string annotations = print(node.annotations);
    if (node.length == nullptr) return line("{}bit<{}> {};", annotations, node.width, node.name.name);
    line("{}varbit<{}> {} ({});", annotations, node.width, node.name.name, ast::print(*node.length));
  }

  void write(const Parser& node) {
    open("parser {} {{", node.name.name);
    for (const Identifier& use : node.uses) line("use {};", use.name);
    for (const Instance& instance : node.instances) {
      std::string count = instance.count == nullptr ? "" : "[" + ast::print(*instance.count) + "]";
      line("{} {}{};", instance.type.name, instance.name.name, count);
    }
    for (const Variable& variable : node.variables) write(variable);
    bool first = node.uses.empty() && node.instances.empty() && node.variables.empty();
    for (const State& state : node.states) {
      if (!std::exchange(first, false)) out_ += '\n';
      write(state);
    }
    close();
  }

  void write(const Variable& node) {
    line("bit<{}> {}{};", node.width, node.name.name, node.value == nullptr ? "" : " = " + ast::print(*node.value));
  }

  void write(const State& node) {
    open("{}state {} {{", node.overrides ? "override " : "", node.name.name);
    for (const Statement& statement : node.body) write(statement);
    write(node.transition);
    close();
  }

  void write(const Transition& node) {
    if (node.keys.empty()) return line("transition {};", printTarget(node.cases.front().target));
    open("select ({}) {{", printList(node.keys));
    for (const Case& label : node.cases) line("{}: {};", printLabel(label), printTarget(label.target));
    close();
  }

  void write(const Statement& node) {
    std::visit([this](const auto& inner) { write(inner); }, node.node);
  }
  void write(const Extract& node) { line("extract {}{};", node.instance.name, node.next ? ".next" : ""); }
  void write(const Verify& node) { line("verify ({});", ast::print(*node.condition)); }
  void write(const Limit& node) { line("limit {};", ast::print(*node.bytes)); }
  void write(const Assign& node) { line("{} = {};", ast::print(*node.target), ast::print(*node.value)); }
  void write(const Advance& node) { line("advance {};", ast::print(*node.bytes)); }
  void write(const Swap& node) { line("swap({}, {});", ast::print(*node.left), ast::print(*node.right)); }
  void write(const Drop& node) { line("drop{}{};", node.reason.name.empty() ? "" : " ", node.reason.name); }
  void write(const Call& node) { line("{}();", node.action.name); }
  void write(const Pop& node) {
    line("{}.pop({});", ast::print(*node.stack), node.count ? ast::print(*node.count) : "");
  }

  void write(const PushHeaders& node) {
    std::string names;
    for (const Identifier& header : node.headers) names += (names.empty() ? "" : ", ") + header.name;
    line("push {};", names);
  }
  void write(const Insert& node) { line("push {} behind {};", node.data.name, node.behind.name); }
  void write(const Write& node) {
    line("write {} behind {} at {};", node.data.name, node.behind.name, ast::print(*node.at));
  }
  void write(const Report& node) { line("report {};", node.data.name); }

  void write(const If& node) {
    open("if ({}) {{", ast::print(*node.condition));
    for (const Statement& statement : node.then_branch) write(statement);
    writeElse(node.else_branch);
    close();
  }

  /// `else if` for an else branch that is nothing but an `if`.
  void writeElse(const std::vector<Statement>& branch) {
    if (branch.empty()) return;
    const If* only = branch.size() == 1 ? std::get_if<If>(&branch.front().node) : nullptr;
    --depth_;
    if (only != nullptr) {
      open("}} else if ({}) {{", ast::print(*only->condition));
    } else {
      open("}} else {{");
    }
    for (const Statement& statement : only != nullptr ? only->then_branch : branch) write(statement);
    if (only != nullptr) writeElse(only->else_branch);
  }

  void write(const Key& node) {
    open("key {}{} {{", node.name.name, node.base ? " extends " + node.base->name : "");
    for (const ExprPtr& item : node.items) line("{};", ast::print(*item));
    close();
  }

  void write(const Telemetry& node) {
    open("telemetry {} {{", node.name.name);
    if (node.by) line("by {};", ast::print(*node.by));
    if (node.size) line("size {} max {};", ast::print(*node.size), ast::print(*node.size_max));
    for (const Measured& item : node.items) {
      std::string gate;
      if (item.first) gate = ast::print(*item.first);
      if (item.last) gate += ".." + ast::print(*item.last);
      if (!gate.empty()) gate = fmt::format("[{}] ", gate);
      line("{}bit<{}> {} = {};", gate, item.width, item.name.name, ast::print(*item.value));
    }
    for (const Collected& item : node.collected)
      line("{} {}[] behind {}{} size {};", item.data.name, item.name.name, item.behind.name,
           item.at ? " at " + ast::print(*item.at) : "", ast::print(*item.size));
    close();
  }

  void write(const Action& node) {
    open("action {}() {{", node.name.name);
    for (const Statement& statement : node.body) write(statement);
    close();
  }

  void write(const Proxy& node) {
    static const char* const words[] = {"proxy", "egress", "classifier"};
    open("{} {} {{", words[static_cast<size_t>(node.word)], node.name.name);
    if (!node.parser.name.empty()) line("parse {};", node.parser.name);
    for (const Strip& strip : node.strips) write(strip);
    for (const Require& require : node.requires_) {
      line("require {} else {};", ast::print(*require.condition), printTarget(require.otherwise));
    }
    if (!node.on_arrival.empty()) {
      open("on arrival {{");
      for (const Statement& statement : node.on_arrival) write(statement);
      close();
    }
    if (!node.on_return.empty()) {
      open("on return {{");
      for (const Statement& statement : node.on_return) write(statement);
      close();
    }
    if (node.key) line("key {};", node.key->name);
    if (!node.cache.empty()) {
      open("cache {{");
      for (const CacheOption& option : node.cache) write(option);
      close();
    }
    for (const Table& table : node.tables) write(table);
    close();
  }

  void write(const Strip& node) {
    std::string names;
    for (const Identifier& name : node.names) names += (names.empty() ? "" : ", ") + name.name;
    for (const Identifier& name : node.outer) names += (&name == node.outer.data() ? " in " : ", ") + name.name;
    if (node.defaults.empty()) return line("{} {};", node.is_push ? "push" : "strip", names);
    open("push {} {{", names);
    for (const Assign& assign : node.defaults) write(assign);
    close();
  }

  void write(const Table& node) {
    open("table {} {{", node.name.name);
    for (const TableField& field : node.fields) line("{}: {};", ast::print(*field.field), field.match.name);
    for (const CacheOption& option : node.options) write(option);
    if (node.values.empty()) return close();
    --depth_;
    open("}} values {{");
    for (const TableValue& value : node.values) line("bit<{}> {};", value.width, value.name.name);
    close();
  }

  void write(const CacheOption& node) {
    std::string value = node.word.name;
    if (node.number) value = node.is_duration ? printDuration(*node.number) : fmt::format("{}", *node.number);
    line("{} {};", node.name.name, value);
  }

  std::string out_;
  unsigned depth_ = 0;
};

}  // namespace

std::string print(const File& file) {
  return FilePrinter().print(file);
}

std::string print(const Expr& expr) {
  return std::visit(ExprPrinter(), expr.node);
}

}  // namespace sfc::ast
