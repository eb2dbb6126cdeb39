// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/ir/print.h"

#include <fmt/format.h>

namespace sfc::ir {

namespace {

const char* symbol(UnaryOp op) {
  switch (op) {
    case UnaryOp::Not:
      return "!";
    case UnaryOp::Complement:
      return "~";
    case UnaryOp::Negate:
      return "-";
  }
  return "";
}

const char* symbol(BinaryOp op) {
  using Op = BinaryOp;
  switch (op) {
    case Op::Mul:
      return "*";
    case Op::Div:
      return "/";
    case Op::Mod:
      return "%";
    case Op::Add:
      return "+";
    case Op::Sub:
      return "-";
    case Op::Shl:
      return "<<";
    case Op::Shr:
      return ">>";
    case Op::Lt:
    case Op::ULt:
      return "<";
    case Op::Le:
    case Op::ULe:
      return "<=";
    case Op::Gt:
    case Op::UGt:
      return ">";
    case Op::Ge:
    case Op::UGe:
      return ">=";
    case Op::Eq:
      return "==";
    case Op::Ne:
      return "!=";
    case Op::And:
      return "&";
    case Op::Xor:
      return "^";
    case Op::Or:
      return "|";
    case Op::LogicalAnd:
      return "&&";
    case Op::LogicalOr:
      return "||";
  }
  return "";
}

/// Small numbers are easier to read in decimal, protocol numbers and masks in hexadecimal.
std::string number(uint64_t value) {
  return value < 256 ? fmt::format("{}", value) : fmt::format("{:#x}", value);
}

const char* nameOf(Measure measure) {
  static const char* const names[] = {"arrived",      "now",         "arrived_tai", "now_tai",
                                      "ingress_port", "egress_port", "in_flight",   "vnf_drops"};
  return names[static_cast<size_t>(measure)];
}

class ExprPrinter {
public:
  ExprPrinter(const Declarations& declarations, const Header* own) : declarations_(declarations), own_(own) {}

  std::string operator()(const Expr& expr) const {
    return std::visit([&](const auto& node) { return one(node); }, expr.node);
  }

private:
  std::string one(const Constant& node) const {
    return node.value < 0 ? fmt::format("{}", node.value) : number(static_cast<uint64_t>(node.value));
  }
  std::string one(const FieldRef& node) const { return print(node, declarations_); }
  std::string one(const OwnField& node) const { return own_ ? own_->fields[node.field].name : "own"; }
  std::string one(const VariableRef& node) const { return declarations_.variables[node.variable].name; }
  std::string one(const ParamRef& node) const { return "param." + declarations_.params[node.param].name; }
  std::string one(const Lookahead& node) const { return fmt::format("lookahead<bit<{}>>()", node.width_bits); }
  std::string one(const StackSize& node) const {
    const Instance& instance = declarations_.instances[node.instance];
    return instance.name + (instance.is_stack ? ".size" : ".valid");
  }
  std::string one(const Measurement& node) const { return nameOf(node.measure); }
  std::string one(const TelemetryRef& node) const {
    const char* const names[] = {".needed", ".size", ".holds", ".fits"};
    return declarations_.telemetry[node.telemetry].name + names[static_cast<int>(node.what)];
  }
  std::string one(const TableHit& node) const { return declarations_.tables[node.table].name + ".hit"; }
  std::string one(const TableValueRef& node) const {
    const Table& table = declarations_.tables[node.table];
    return fmt::format("{}.{}", table.name, table.values[node.value].name);
  }
  static std::string one(const ArrivalBit& node) { return fmt::format("arrival.bit{}", node.bit); }
  std::string one(const Sampled& node) const { return fmt::format("sampled({})", (*this)(*node.every)); }
  std::string one(const MulMod& node) const {
    return fmt::format("mulmod({}, {}, {})", (*this)(*node.left), (*this)(*node.right), (*this)(*node.modulus));
  }
  std::string one(const Unary& node) const { return fmt::format("{}({})", symbol(node.op), (*this)(*node.operand)); }
  std::string one(const Binary& node) const {
    return fmt::format("({} {} {})", (*this)(*node.left), symbol(node.op), (*this)(*node.right));
  }

  const Declarations& declarations_;
  const Header* own_;
};

class EditPrinter {
public:
  EditPrinter(const Declarations& declarations, const DropName& drop, Writer& out)
      : declarations_(declarations), drop_(drop), out_(out) {}

  void all(const std::vector<Edit>& edits) {
    for (const Edit& edit : edits) std::visit([&](const auto& node) { one(node); }, edit.node);
  }

private:
  void block(const std::string& title, const std::vector<Edit>& edits) {
    out_.line("{}", title);
    out_.indent();
    all(edits);
    out_.outdent();
  }

  void one(const AssignVariable& node) {
    out_.line("{} = {}", declarations_.variables[node.variable].name, print(*node.value, declarations_));
  }
  void one(const AssignField& node) {
    out_.line("{} = {}", print(node.field, declarations_), print(*node.value, declarations_));
  }
  void one(const CopyField& node) {
    if (!node.index) return out_.line("{} = {}", print(node.to, declarations_), print(node.from, declarations_));
    const Instance& from = declarations_.instances[node.from.instance];
    out_.line("{} = {}[{}].{}", print(node.to, declarations_), from.name, print(*node.index, declarations_),
              declarations_.headers[from.header].fields[node.from.field].name);
  }
  void one(const SwapFields& node) {
    out_.line("swap {}, {}", print(node.left, declarations_), print(node.right, declarations_));
  }
  void one(const Drop& node) { out_.line("drop {}", drop_(node)); }
  void one(const Pop& node) {
    out_.line("pop {}{}", declarations_.instances[node.instance].name,
              node.count == 1 ? "" : fmt::format(" {} times", node.count));
  }
  void one(const PushHeaders& node) {
    std::string names;
    for (unsigned instance : node.instances)
      names += (names.empty() ? "" : ", ") + declarations_.instances[instance].name;
    out_.line("push {}", names);
  }
  void one(const Insert& node) {
    out_.line("push {} behind {}", declarations_.telemetry[node.telemetry].name,
              declarations_.instances[node.instance].name);
  }
  void one(const PushRoom& node) {
    out_.line("push room {} behind {}", declarations_.telemetry[node.telemetry].name,
              declarations_.instances[node.instance].name);
  }
  void one(const Write& node) {
    out_.line("write {} behind {} at {}", declarations_.telemetry[node.telemetry].name,
              declarations_.instances[node.instance].name, print(*node.at, declarations_));
  }
  void one(const Report& node) { out_.line("report {}", declarations_.telemetry[node.telemetry].name); }
  void one(const If& node) {
    block(fmt::format("if {}", print(*node.condition, declarations_)), node.then_branch);
    if (!node.else_branch.empty()) block("else", node.else_branch);
  }

  const Declarations& declarations_;
  const DropName& drop_;
  Writer& out_;
};

}  // namespace

std::string print(const Expr& expr, const Declarations& declarations, const Header* own) {
  return ExprPrinter(declarations, own)(expr);
}

std::string print(const Pattern& pattern) {
  if (pattern.any()) return "_";
  if (pattern.interval) return fmt::format("{} .. {}", number(pattern.value), number(pattern.mask));
  if (pattern.mask == UINT64_MAX) return number(pattern.value);
  return fmt::format("{} &&& {}", number(pattern.value), number(pattern.mask));
}

std::string print(const FieldRef& ref, const Declarations& declarations) {
  const Instance& instance = declarations.instances[ref.instance];
  const std::string field = declarations.partOf(ref).name;
  if (!instance.is_stack) return fmt::format("{}.{}", instance.name, field);
  if (ref.element == FieldRef::Last) return fmt::format("{}.last.{}", instance.name, field);
  return fmt::format("{}[{}].{}", instance.name, ref.element, field);
}

std::string listed(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); i++)
    out += fmt::format("{}'{}'", i == 0 ? "" : i + 1 == names.size() ? " and " : ", ", names[i]);
  return out;
}

void print(const std::vector<Edit>& edits, const Declarations& declarations, const DropName& drop, Writer& out) {
  EditPrinter(declarations, drop, out).all(edits);
}

}  // namespace sfc::ir
