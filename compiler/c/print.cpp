// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The text of a tree of C. Parentheses are printed where C needs them, and where most readers do not know its
// precedence: between operators of different kind, except in sums of products and in the operands of && and ||.
#include <fmt/format.h>

#include <set>

#include "compiler/c/nodes.h"
#include "lib/text/writer.h"
#include "lib/variant/overloaded.h"

namespace sfc::c {

namespace {

bool isComparison(std::string_view op) {
  static const std::set<std::string_view> all = {"==", "!=", "<", "<=", ">", ">="};
  return all.count(op) > 0;
}

/// Can an operand with the operator `inner` go without parentheses beside `outer`?
bool standsBare(std::string_view outer, std::string_view inner, bool left) {
  if (outer == inner) return left && outer != "<<" && outer != ">>" && !isComparison(outer);
  if (outer == "&&" || outer == "||") return isComparison(inner);
  if (isComparison(outer)) return inner == "+" || inner == "-" || inner == "*" || inner == "/";
  if (outer == "+") return inner == "*" || (inner == "-" && left);
  if (outer == "-") return inner == "*" || (inner == "+" && left);
  return false;
}

class Printer {
public:
  std::string run(const Unit& unit) {
    all(unit);
    return out_.take();
  }

  /// See c::sizeOf.
  size_t size(const Unit& unit) { return run(unit).size() - directives_; }

  std::string text(const Expr& expr) {
    return std::visit([&](const auto& node) { return one(node); }, expr.node().node);
  }

private:
  // ---- expressions

  /// As the operand of something that binds more strongly than any binary operator.
  std::string tight(const Expr& expr) {
    const bool bare = std::visit(Overloaded{[](const Binary&) { return false; },
                                            [](const Conditional&) { return false; }, [](const auto&) { return true; }},
                                 expr.node().node);
    return bare ? text(expr) : fmt::format("({})", text(expr));
  }

  /// As the base of a member, an index or a call.
  std::string base(const Expr& expr) {
    return std::holds_alternative<Unary>(expr.node().node) ? fmt::format("({})", text(expr)) : tight(expr);
  }

  std::string operand(std::string_view op, const Expr& expr, bool left) {
    const auto* inner = std::get_if<Binary>(&expr.node().node);
    return inner && standsBare(op, inner->op, left) ? text(expr) : tight(expr);
  }

  std::string list(const std::vector<Expr>& exprs) {
    std::string all;
    for (const Expr& expr : exprs) all += (all.empty() ? "" : ", ") + text(expr);
    return all;
  }

  static std::string one(const Atom& node) { return node.text; }
  std::string one(const Call& node) { return fmt::format("{}({})", node.function, list(node.arguments)); }
  std::string one(const Index& node) { return fmt::format("{}[{}]", base(node.base), text(node.at)); }
  std::string one(const Member& node) {
    return fmt::format("{}{}{}", base(node.base), node.through_pointer ? "->" : ".", node.name);
  }
  std::string one(const Unary& node) { return node.op + tight(node.operand); }
  std::string one(const Binary& node) {
    return fmt::format("{} {} {}", operand(node.op, node.left, true), node.op, operand(node.op, node.right, false));
  }
  std::string one(const Conditional& node) {
    return fmt::format("{} ? {} : {}", text(node.condition), tight(node.then_value), tight(node.else_value));
  }
  std::string one(const Literal& node) { return fmt::format("({}){{{}}}", node.type, list(node.values)); }
  std::string one(const StatementExpr& node) {
    Printer inner;
    inner.inline_ = true;
    inner.all(*node.statements);
    return fmt::format("({{ {}{}; }})", inner.out_.take(), text(node.value));
  }

  // ---- statements

  void all(const Block& block) {
    for (const Statement& statement : block.statements())
      std::visit([&](const auto& node) { put(node); }, statement.node);
  }

  void put(const std::string& text) {
    if (inline_)
      out_.raw(text + " ");
    else
      out_.line("{}", text);
  }

  void braced(const std::string& head, const Block& block, const std::string& tail = "}") {
    put(head + "{");
    out_.indent();
    all(block);
    out_.outdent();
    put(tail);
  }

  /// Statements that need no braces.
  std::optional<std::string> single(const Block& block) {
    if (block.statements().size() != 1) return std::nullopt;
    return std::visit(Overloaded{[&](const Assignment& node) { return std::optional(textOf(node)); },
                                 [&](const Increment& node) { return std::optional(textOf(node)); },
                                 [&](const Evaluation& node) { return std::optional(textOf(node)); },
                                 [&](const Return& node) { return std::optional(textOf(node)); },
                                 [&](const Goto& node) { return std::optional(textOf(node)); },
                                 [&](const Break& node) { return std::optional(textOf(node)); },
                                 [&](const auto&) { return std::optional<std::string>(); }},
                      block.statements().front().node);
  }

  std::string textOf(const Assignment& node) {
    return fmt::format("{} {}= {};", text(node.to), node.op, text(node.value));
  }
  std::string textOf(const Increment& node) { return tight(node.to) + "++;"; }
  std::string textOf(const Evaluation& node) { return text(node.value) + ";"; }
  std::string textOf(const Return& node) {
    return node.value ? fmt::format("return {};", text(*node.value)) : "return;";
  }
  static std::string textOf(const Goto& node) { return fmt::format("goto {};", node.label); }
  static std::string textOf(const Break&) { return "break;"; }

  static bool endsInStar(const std::string& type) { return !type.empty() && type.back() == '*'; }

  static std::string declared(const std::string& type, const std::string& name) {
    return type + (endsInStar(type) ? "" : " ") + name;
  }

  void put(const Declaration& node) {
    put(fmt::format(
        "{}{}{}{};", declared(node.type, node.name), node.array_size ? fmt::format("[{}]", text(*node.array_size)) : "",
        node.use == Use::Maybe ? " __maybe_unused" : "", node.value ? fmt::format(" = {}", text(*node.value)) : ""));
  }
  void put(const Assignment& node) { put(textOf(node)); }
  void put(const Increment& node) { put(textOf(node)); }
  void put(const Evaluation& node) { put(textOf(node)); }
  void put(const Return& node) { put(textOf(node)); }
  void put(const Goto& node) { put(textOf(node)); }
  void put(const Break& node) { put(textOf(node)); }
  void put(const If& node) {
    const std::string head = fmt::format("if ({}) ", text(node.condition));
    const auto then_text = single(node.then_block);
    if (then_text && !node.else_block) return put(head + *then_text);
    braced(head, node.then_block, node.else_block ? "} else {" : "}");
    if (!node.else_block) return;
    out_.indent();
    all(*node.else_block);
    out_.outdent();
    put("}");
  }
  void put(const Scope& node) { braced("", node.block); }
  void put(const BreakableScope& node) {
    put(fmt::format("do {{{}", node.comment.empty() ? "" : "  // " + node.comment));
    out_.indent();
    all(node.block);
    out_.outdent();
    put("} while (0);");
  }
  void put(const Unrolled& node) {
    put("#pragma unroll");
    braced(fmt::format("for (__u32 {0} = 0; {0} < {1}; {0} += {2}) ", node.variable, text(node.end), node.step),
           node.block);
  }
  void put(const Label& node) { put(fmt::format("{}: __maybe_unused;", node.name)); }
  void put(const Line& node) {
    std::string path;
    for (char c : node.path) path += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    const std::string directive = fmt::format("#line {} \"{}\"\n", node.number, path);
    out_.raw(directive);
    directives_ += directive.size();
  }

  // ---- units

  void all(const Unit& unit) {
    for (const Item& item : unit.items()) std::visit([&](const auto& node) { put(node); }, item.node);
  }

  void put(const File& node) {
    put(Line{1, node.name});
    out_.raw(node.text);
  }
  void put(const Define& node) { out_.line("#define {} {}", node.macro, text(node.value)); }
  void put(const Comment& node) { put(fmt::format("/* {} */", node.text)); }
  void put(const Structure& node) {
    out_.line("struct {} {{", node.name);
    out_.indent();
    for (const Parameter& member : node.members) out_.line("{};", declared(member.type, member.name));
    out_.outdent();
    out_.line("}};");
  }
  void put(const Object& node) {
    out_.line("{} struct {{", node.prefix);
    out_.indent();
    for (const Expr& member : node.members) out_.line("{};", text(member));
    out_.outdent();
    out_.line("}} {};", node.name);
    out_.blank();
  }
  void put(const StaticAssert& node) { out_.line("_Static_assert({}, \"{}\");", text(node.condition), node.text); }
  void put(const Function& node) {
    std::string parameters;
    for (const Parameter& one : node.parameters)
      parameters += (parameters.empty() ? "" : ", ") + declared(one.type, one.name);
    braced(fmt::format("{}({}) ", declared(node.type, node.name), parameters.empty() ? "void" : parameters), node.body);
    out_.blank();
  }
  void put(const ConditionalPart& node) {
    out_.raw(fmt::format("#if {}\n", node.condition));
    all(node.unit);
    out_.raw("#endif\n");
  }

  Writer out_;
  bool inline_ = false;    // on one line
  size_t directives_ = 0;  // characters of #line directives
};

}  // namespace

std::string print(const Unit& unit) {
  return Printer().run(unit);
}

size_t sizeOf(const Unit& unit) {
  return Printer().size(unit);
}

std::string print(const Expr& expr) {
  return Printer().text(expr);
}

}  // namespace sfc::c
