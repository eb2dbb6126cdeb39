// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_dissectors/description.h"

#include <fmt/format.h>

namespace sfc::emit_dissectors {

namespace {

const char* functionOf(ir::UnaryOp op) {
  switch (op) {
    case ir::UnaryOp::Not:
      return "lnot";
    case ir::UnaryOp::Complement:
      return "inv";
    case ir::UnaryOp::Negate:
      return "neg";
  }
  return "";
}

const char* functionOf(ir::BinaryOp op) {
  // In the order of ir::BinaryOp.
  static const char* const names[] = {"mul", "div", "mod", "add", "sub", "shl", "shr",  "lt",   "le",  "gt",   "ge",
                                      "ult", "ule", "ugt", "uge", "eq",  "ne",  "band", "bxor", "bor", "land", "lor"};
  return names[static_cast<size_t>(op)];
}

/// Values that a packet alone does not determine: a parameter has its initial value, nothing is in a table or measured.
class Describer {
public:
  Describer(const ir::Program& program, const Dialect& dialect, Writer& out)
      : program_(program), dialect_(dialect), out_(out) {}

  void all() {
    for (const ir::Header& one : program_.headers) header(one);
    slices();
    out_.blank();
    for (const ir::Instance& one : program_.instances) instance(one);
    for (const ir::Move& one : program_.moves) move(one);
    for (const ir::Telemetry& one : program_.telemetry)
      if (one.collected.empty()) telemetry(one);
    for (const ir::Instance& one : program_.instances) data(one);
    for (const ir::State& one : program_.states) state(one);
  }

private:
  // ---- expressions

  std::string operator()(const ir::ExprPtr& expr) const {
    return std::visit([this](const auto& node) { return one(node); }, expr->node);
  }

  std::string number(uint64_t value) const {
    if (value >> 32) return fmt::format(fmt::runtime(dialect_.wide_number), value & UINT32_MAX, value >> 32);
    return fmt::format(fmt::runtime(dialect_.number), fmt::format(fmt::runtime(value < 256 ? "{}" : "{:#x}"), value));
  }

  std::string one(const ir::Constant& node) const { return number(static_cast<uint64_t>(node.value)); }
  std::string one(const ir::FieldRef& node) const {
    const ir::Instance& instance = program_.instances[node.instance];
    const std::string field = program_.partOf(node).name;
    if (node.element == ir::FieldRef::Last) return ask("last", fmt::format("\"{}\", \"{}\"", instance.name, field));
    return ask("field", fmt::format("\"{}\", \"{}\"{}", instance.name, field,
                                    node.element ? fmt::format(", {}", node.element) : ""));
  }
  std::string one(const ir::OwnField& node) const { return fmt::format("own(\"{}\")", own_->fields[node.field].name); }
  std::string one(const ir::VariableRef& node) const {
    return ask("get", fmt::format("\"{}\"", program_.variables[node.variable].name));
  }
  std::string one(const ir::ParamRef& node) const { return number(program_.params[node.param].initial); }
  std::string one(const ir::Lookahead& node) const { return ask("ahead", std::to_string(node.width_bits)); }
  std::string one(const ir::StackSize& node) const {
    return ask("count", fmt::format("\"{}\"", program_.instances[node.instance].name));
  }
  std::string one(const ir::TableHit&) const { return number(0); }
  std::string one(const ir::TableValueRef&) const { return number(0); }
  std::string one(const ir::ArrivalBit&) const { return number(0); }
  std::string one(const ir::Measurement&) const { return number(0); }
  std::string one(const ir::Sampled&) const { return number(0); }
  std::string one(const ir::TelemetryRef& node) const {
    using What = ir::TelemetryRef::What;
    if (node.what != What::Size && node.what != What::Needed) return number(1);
    return ask("size", fmt::format("\"{}\"", program_.telemetry[node.telemetry].name));
  }
  std::string one(const ir::MulMod& node) const {
    return fmt::format("mulmod({}, {}, {})", (*this)(node.left), (*this)(node.right), (*this)(node.modulus));
  }
  std::string one(const ir::Unary& node) const {
    return fmt::format("{}({})", functionOf(node.op), (*this)(node.operand));
  }
  std::string one(const ir::Binary& node) const {
    return fmt::format("{}({}, {})", functionOf(node.op), (*this)(node.left), (*this)(node.right));
  }

  /// Something of the graph.
  std::string ask(std::string_view what, std::string_view arguments) const {
    return fmt::format("w{}{}({})", dialect_.method, what, arguments);
  }
  std::string list(std::string_view items) const {
    return fmt::format("{}{}{}", dialect_.list, items, dialect_.list_end);
  }
  std::string lambda(std::string_view parameter, std::string_view value) const {
    return fmt::format(fmt::runtime(dialect_.lambda), parameter) + std::string(value) + dialect_.lambda_end;
  }

  // ---- headers

  void header(const ir::Header& header) {
    own_ = &header;
    out_.line("header(\"{}\", {}, {}", header.name, header.size, dialect_.list);
    out_.indent();
    for (const ir::Field& field : header.fields)
      out_.line("{},", list(fmt::format("\"{}\", {}, {}", field.name, field.offset_bits, field.width_bits)));
    out_.outdent();
    out_.line("{}{})", dialect_.list_end,
              header.variable_bits
                  ? fmt::format(", \"{}\", {}", header.variable_name, lambda("own", (*this)(header.variable_bits)))
                  : "");
  }

  /// Bits of fields that states and telemetry read.
  void slices() {
    std::set<std::string> lines;
    const auto note = [&](const ir::Expr& part) {
      const auto* ref = std::get_if<ir::FieldRef>(&part.node);
      if (!ref || !ref->isSlice()) return;
      const ir::Field bits = program_.partOf(*ref);
      lines.insert(fmt::format("slice(\"{}\", \"{}\", {}, {})", program_.headerOf(ref->instance).name, bits.name,
                               bits.offset_bits, bits.width_bits));
    };
    const auto look = [&](const ir::ExprPtr& expr) {
      if (expr) ir::visit(expr, note);
    };
    for (const ir::State& state : program_.states) {
      for (const ir::ParserStatement& statement : state.body) look(ir::exprOf(statement));
      for (const ir::ExprPtr& key : state.keys) look(key);
    }
    for (const ir::Telemetry& telemetry : program_.telemetry) ir::visitExpressions(telemetry, note);
    for (const std::string& line : lines) out_.line("{}", line);
  }

  void instance(const ir::Instance& instance) {
    const std::string& type = program_.headers[instance.header].name;
    if (instance.is_stack)
      out_.line("stack(\"{}\", \"{}\", {})", instance.name, type, instance.count);
    else
      out_.line("single(\"{}\", \"{}\")", instance.name, type);
  }

  void move(const ir::Move& move) {
    const auto name = [this](const ir::FieldRef& ref) {
      const ir::Instance& instance = program_.instances[ref.instance];
      return fmt::format("\"{}\", \"{}\"", instance.name, program_.headers[instance.header].fields[ref.field].name);
    };
    out_.line("moved({}, {})", name(move.retained), name(move.stripped));
  }

  // ---- telemetry

  void telemetry(const ir::Telemetry& telemetry) {
    out_.blank();
    const auto function = [this](const ir::ExprPtr& expr) {
      return expr ? lambda("w", (*this)(expr)) : std::string(dialect_.nothing);
    };
    out_.line("telemetry(\"{}\", {}, {}, {}, {}", telemetry.name, function(telemetry.by), telemetry.by_bits,
              function(telemetry.size), dialect_.list);
    out_.indent();
    for (const ir::TelemetryGroup& group : telemetry.groups) {
      std::string fields;
      for (const ir::TelemetryField& field : group.fields)
        fields += (fields.empty() ? "" : ", ") + list(fmt::format("\"{}\", {}", field.name, field.width_bits));
      out_.line("{},", group.gated ? fmt::format("gated({}, {}, {})", group.first, group.last, list(fields))
                                   : fmt::format("always({})", list(fields)));
    }
    out_.outdent();
    out_.line("{})", dialect_.list_end);
  }

  void data(const ir::Instance& instance) {
    const auto number = static_cast<unsigned>(&instance - program_.instances.data());
    std::string where = dataBehind(number, program_.on_return);
    if (where.empty()) where = collectedBehind(number);
    if (where.empty()) return;
    out_.blank();
    out_.line("data(\"{}\", {})", instance.name, lambda("w", where));
  }

  /// The data collected behind an instance, in the same form; empty if none.
  std::string collectedBehind(unsigned instance) const {
    for (const ir::Telemetry& telemetry : program_.telemetry)
      for (const ir::Collected& one : telemetry.collected)
        if (one.instance == instance)
          return ask("hops", fmt::format("\"{}\", {}", program_.telemetry[one.telemetry].name,
                                         one.at ? (*this)(one.at) : number(0)));
    return {};
  }

  /// The telemetry that `on return` puts behind an instance, and the number of bytes from there to the first hop that
  /// is there already; empty if none. A condition counts if it decides between two.
  std::string dataBehind(unsigned instance, const std::vector<ir::Edit>& statements) const {
    for (const ir::Edit& statement : statements) {
      if (const auto* node = std::get_if<ir::Insert>(&statement.node); node && node->instance == instance)
        return ask("hops", fmt::format("\"{}\", {}", program_.telemetry[node->telemetry].name, number(0)));
      if (const auto* node = std::get_if<ir::Write>(&statement.node); node && node->instance == instance) {
        const ir::TelemetryRef size{node->telemetry, ir::TelemetryRef::What::Size};
        return ask("hops", fmt::format("\"{}\", add({}, {})", program_.telemetry[node->telemetry].name,
                                       (*this)(node->at), one(size)));
      }
      const auto* node = std::get_if<ir::If>(&statement.node);
      if (!node) continue;
      const std::string then_data = dataBehind(instance, node->then_branch);
      const std::string else_data = dataBehind(instance, node->else_branch);
      if (!then_data.empty() && !else_data.empty() && then_data != else_data)
        return fmt::format("choose({}, {}, {})", (*this)(node->condition), then_data, else_data);
      if (!then_data.empty() || !else_data.empty()) return then_data.empty() ? else_data : then_data;
    }
    return {};
  }

  // ---- states

  void state(const ir::State& state) {
    out_.blank();
    out_.line(fmt::runtime(dialect_.state), state.name);
    out_.indent();
    for (const ir::ParserStatement& statement : state.body) step(statement);
    if (state.keys.empty()) {
      out_.line("return {}", target(state.cases.front().target));
    } else {
      std::string keys;
      for (const ir::ExprPtr& key : state.keys) keys += (keys.empty() ? "" : ", ") + (*this)(key);
      out_.line("return {}", fmt::format("w{}select({}, {}", dialect_.method, list(keys), dialect_.list));
      out_.indent();
      for (const ir::Case& one : state.cases) selectCase(one);
      out_.outdent();
      out_.line("{})", dialect_.list_end);
    }
    out_.outdent();
    if (*dialect_.state_end) out_.line("{}", dialect_.state_end);
  }

  void step(const ir::ParserStatement& statement) {
    out_.line("{}", std::visit([&](const auto& node) { return asked(node); }, statement.node));
  }

  std::string asked(const ir::Extract& node) const {
    return ask("extract", fmt::format("\"{}\"", program_.instances[node.instance].name));
  }
  std::string asked(const ir::Verify& node) const { return ask("verify", (*this)(node.condition)); }
  std::string asked(const ir::Limit& node) const { return ask("limit", (*this)(node.bytes)); }
  std::string asked(const ir::Advance& node) const { return ask("advance", (*this)(node.bytes)); }
  std::string asked(const ir::AssignVariable& node) const {
    const ir::Variable& variable = program_.variables[node.variable];
    return ask("set", fmt::format("\"{}\", {}, {}", variable.name, variable.width_bits, (*this)(node.value)));
  }

  void selectCase(const ir::Case& one) {
    std::string patterns;
    for (const ir::Pattern& pattern : one.patterns) patterns += (patterns.empty() ? "" : ", ") + print(pattern);
    out_.line("{},", list(fmt::format("{}, {}", list(patterns), target(one.target))));
  }

  std::string print(const ir::Pattern& pattern) const {
    if (pattern.any()) return "anything";
    if (pattern.interval) return fmt::format("between({}, {})", number(pattern.value), number(pattern.mask));
    if (pattern.mask == UINT64_MAX) return fmt::format("exactly({})", number(pattern.value));
    return fmt::format("masked({}, {})", number(pattern.value), number(pattern.mask));
  }

  std::string target(const ir::Target& target) const {
    switch (target.kind) {
      case ir::Target::Kind::State:
        return fmt::format("\"{}\"", program_.states[target.state].name);
      case ir::Target::Kind::Accept:
        return "stop(\"accept\")";
      case ir::Target::Kind::Pass:
        return "stop(\"pass\")";
      case ir::Target::Kind::Reject:
        return "stop(\"malformed\")";
      case ir::Target::Kind::Drop:
        return fmt::format("stop(\"{}\")", target.reason);
    }
    return "";
  }

  const ir::Program& program_;
  const Dialect& dialect_;
  Writer& out_;
  const ir::Header* own_ = nullptr;
};

}  // namespace

void describe(const ir::Program& program, const Dialect& dialect, Writer& out) {
  Describer(program, dialect, out).all();
}

}  // namespace sfc::emit_dissectors
