// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_dissectors/description.h"

#include <fmt/format.h>

namespace sfc::emit_dissectors {

namespace {

const char* functionOf(ast::UnaryOp op) {
  switch (op) {
    case ast::UnaryOp::Not:
      return "lnot";
    case ast::UnaryOp::Complement:
      return "inv";
    case ast::UnaryOp::Negate:
      return "neg";
  }
  return "";
}

const char* functionOf(ast::BinaryOp op) {
  // In the order of ast::BinaryOp.
  static const char* const names[] = {"mul", "div", "mod", "add", "sub",  "shl",  "shr", "lt",   "le",
                                      "gt",  "ge",  "eq",  "ne",  "band", "bxor", "bor", "land", "lor"};
  return names[static_cast<size_t>(op)];
}

/// What a packet alone does not say: a parameter has its initial value, nothing is in a table or measured.
class Describer {
public:
  Describer(const model::Model& model, const Dialect& dialect, Writer& out)
      : model_(model), dialect_(dialect), out_(out) {}

  void all() {
    for (const model::Header& one : model_.headers) header(one);
    out_.blank();
    for (const model::Instance& one : model_.instances) instance(one);
    for (const model::Move& one : model_.moves) move(one);
    for (const model::Telemetry& one : model_.telemetry)
      if (one.collected.empty()) telemetry(one);
    for (const model::Instance& one : model_.instances) data(one);
    for (const model::State& one : model_.states) state(one);
  }

private:
  // ---- expressions

  std::string operator()(const model::ExprPtr& expr) const {
    return std::visit([this](const auto& node) { return one(node); }, expr->node);
  }

  std::string number(uint64_t value) const {
    if (value >> 32) return fmt::format(fmt::runtime(dialect_.wide_number), value & UINT32_MAX, value >> 32);
    return fmt::format(fmt::runtime(dialect_.number), fmt::format(fmt::runtime(value < 256 ? "{}" : "{:#x}"), value));
  }

  std::string one(const model::Constant& node) const { return number(static_cast<uint64_t>(node.value)); }
  std::string one(const model::FieldRef& node) const {
    const model::Instance& instance = model_.instances[node.instance];
    const std::string& field = model_.headers[instance.header].fields[node.field].name;
    if (node.element == model::FieldRef::Last) return ask("last", fmt::format("\"{}\", \"{}\"", instance.name, field));
    return ask("field", fmt::format("\"{}\", \"{}\"{}", instance.name, field,
                                    node.element ? fmt::format(", {}", node.element) : ""));
  }
  std::string one(const model::OwnField& node) const {
    return fmt::format("own(\"{}\")", own_->fields[node.field].name);
  }
  std::string one(const model::VariableRef& node) const {
    return ask("get", fmt::format("\"{}\"", model_.variables[node.variable].name));
  }
  std::string one(const model::ParamRef& node) const { return number(model_.params[node.param].initial); }
  std::string one(const model::Lookahead& node) const { return ask("ahead", std::to_string(node.width_bits)); }
  std::string one(const model::StackSize& node) const {
    return ask("count", fmt::format("\"{}\"", model_.instances[node.instance].name));
  }
  std::string one(const model::TableHit&) const { return number(0); }
  std::string one(const model::Measurement&) const { return number(0); }
  std::string one(const model::Sampled&) const { return number(0); }
  std::string one(const model::TelemetryRef& node) const {
    using What = model::TelemetryRef::What;
    if (node.what != What::Size && node.what != What::Needed) return number(1);
    return ask("size", fmt::format("\"{}\"", model_.telemetry[node.telemetry].name));
  }
  std::string one(const model::Unary& node) const {
    return fmt::format("{}({})", functionOf(node.op), (*this)(node.operand));
  }
  std::string one(const model::Binary& node) const {
    return fmt::format("{}({}, {})", functionOf(node.op), (*this)(node.left), (*this)(node.right));
  }

  /// Something of the walk.
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

  void header(const model::Header& header) {
    own_ = &header;
    out_.line("header(\"{}\", {}, {}", header.name, header.size, dialect_.list);
    out_.indent();
    for (const model::Field& field : header.fields)
      out_.line("{},", list(fmt::format("\"{}\", {}, {}", field.name, field.offset_bits, field.width_bits)));
    out_.outdent();
    out_.line("{}{})", dialect_.list_end,
              header.variable_bits
                  ? fmt::format(", \"{}\", {}", header.variable_name, lambda("own", (*this)(header.variable_bits)))
                  : "");
  }

  void instance(const model::Instance& instance) {
    const std::string& type = model_.headers[instance.header].name;
    if (instance.is_stack)
      out_.line("stack(\"{}\", \"{}\", {})", instance.name, type, instance.count);
    else
      out_.line("single(\"{}\", \"{}\")", instance.name, type);
  }

  void move(const model::Move& move) {
    const auto name = [this](const model::FieldRef& ref) {
      const model::Instance& instance = model_.instances[ref.instance];
      return fmt::format("\"{}\", \"{}\"", instance.name, model_.headers[instance.header].fields[ref.field].name);
    };
    out_.line("moved({}, {})", name(move.kept), name(move.stripped));
  }

  // ---- telemetry

  void telemetry(const model::Telemetry& telemetry) {
    out_.blank();
    const auto function = [this](const model::ExprPtr& expr) {
      return expr ? lambda("w", (*this)(expr)) : std::string(dialect_.nothing);
    };
    out_.line("telemetry(\"{}\", {}, {}, {}, {}", telemetry.name, function(telemetry.by), telemetry.by_bits,
              function(telemetry.size), dialect_.list);
    out_.indent();
    for (const model::TelemetryGroup& group : telemetry.groups) {
      std::string fields;
      for (const model::TelemetryField& field : group.fields)
        fields += (fields.empty() ? "" : ", ") + list(fmt::format("\"{}\", {}", field.name, field.width_bits));
      out_.line("{},", group.gated ? fmt::format("gated({}, {}, {})", group.first, group.last, list(fields))
                                   : fmt::format("always({})", list(fields)));
    }
    out_.outdent();
    out_.line("{})", dialect_.list_end);
  }

  void data(const model::Instance& instance) {
    const auto number = static_cast<unsigned>(&instance - model_.instances.data());
    std::string where = dataBehind(number, model_.on_return);
    if (where.empty()) where = collectedBehind(number);
    if (where.empty()) return;
    out_.blank();
    out_.line("data(\"{}\", {})", instance.name, lambda("w", where));
  }

  /// What is collected behind an instance, in the same form; empty if nothing.
  std::string collectedBehind(unsigned instance) const {
    for (const model::Telemetry& telemetry : model_.telemetry)
      for (const model::Collected& one : telemetry.collected)
        if (one.instance == instance)
          return ask("hops", fmt::format("\"{}\", {}", model_.telemetry[one.telemetry].name,
                                         one.at ? (*this)(one.at) : number(0)));
    return {};
  }

  /// What `on return` puts behind an instance, and how many bytes behind it the first hop lies that is there already;
  /// empty if nothing. A condition counts where it decides between two.
  std::string dataBehind(unsigned instance, const std::vector<model::Statement>& statements) const {
    for (const model::Statement& statement : statements) {
      if (const auto* node = std::get_if<model::Insert>(&statement.node); node && node->instance == instance)
        return ask("hops", fmt::format("\"{}\", {}", model_.telemetry[node->telemetry].name, number(0)));
      if (const auto* node = std::get_if<model::Write>(&statement.node); node && node->instance == instance) {
        const model::TelemetryRef size{node->telemetry, model::TelemetryRef::What::Size};
        return ask("hops", fmt::format("\"{}\", add({}, {})", model_.telemetry[node->telemetry].name, (*this)(node->at),
                                       one(size)));
      }
      const auto* node = std::get_if<model::If>(&statement.node);
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

  void state(const model::State& state) {
    out_.blank();
    out_.line(fmt::runtime(dialect_.state), state.name);
    out_.indent();
    for (const model::Statement& statement : state.body) step(statement);
    if (state.keys.empty()) {
      out_.line("return {}", target(state.cases.front().target));
    } else {
      std::string keys;
      for (const model::ExprPtr& key : state.keys) keys += (keys.empty() ? "" : ", ") + (*this)(key);
      out_.line("return {}", fmt::format("w{}select({}, {}", dialect_.method, list(keys), dialect_.list));
      out_.indent();
      for (const model::Case& one : state.cases) selectCase(one);
      out_.outdent();
      out_.line("{})", dialect_.list_end);
    }
    out_.outdent();
    if (*dialect_.state_end) out_.line("{}", dialect_.state_end);
  }

  void step(const model::Statement& statement) {
    if (const auto* node = std::get_if<model::Extract>(&statement.node))
      out_.line("{}", ask("extract", fmt::format("\"{}\"", model_.instances[node->instance].name)));
    if (const auto* node = std::get_if<model::Verify>(&statement.node))
      out_.line("{}", ask("verify", (*this)(node->condition)));
    if (const auto* node = std::get_if<model::Limit>(&statement.node))
      out_.line("{}", ask("limit", (*this)(node->bytes)));
    if (const auto* node = std::get_if<model::Advance>(&statement.node))
      out_.line("{}", ask("advance", (*this)(node->bytes)));
    if (const auto* node = std::get_if<model::AssignVariable>(&statement.node)) {
      const model::Variable& variable = model_.variables[node->variable];
      out_.line("{}",
                ask("set", fmt::format("\"{}\", {}, {}", variable.name, variable.width_bits, (*this)(node->value))));
    }
  }

  void selectCase(const model::Case& one) {
    std::string patterns;
    for (const model::Pattern& pattern : one.patterns) patterns += (patterns.empty() ? "" : ", ") + print(pattern);
    out_.line("{},", list(fmt::format("{}, {}", list(patterns), target(one.target))));
  }

  std::string print(const model::Pattern& pattern) const {
    if (pattern.any()) return "anything";
    if (pattern.interval) return fmt::format("between({}, {})", number(pattern.value), number(pattern.mask));
    if (pattern.mask == UINT64_MAX) return fmt::format("exactly({})", number(pattern.value));
    return fmt::format("masked({}, {})", number(pattern.value), number(pattern.mask));
  }

  std::string target(const model::Target& target) const {
    switch (target.kind) {
      case ast::Target::Kind::State:
        return fmt::format("\"{}\"", model_.states[target.state].name);
      case ast::Target::Kind::Accept:
        return "stop(\"accept\")";
      case ast::Target::Kind::Pass:
        return "stop(\"pass\")";
      case ast::Target::Kind::Reject:
        return "stop(\"malformed\")";
      case ast::Target::Kind::Drop:
        return fmt::format("stop(\"{}\")", target.reason);
    }
    return "";
  }

  const model::Model& model_;
  const Dialect& dialect_;
  Writer& out_;
  const model::Header* own_ = nullptr;
};

}  // namespace

void describe(const model::Model& model, const Dialect& dialect, Writer& out) {
  Describer(model, dialect, out).all();
}

}  // namespace sfc::emit_dissectors
