// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sema/print.h"

#include <fmt/format.h>

#include "lib/text/writer.h"

namespace sfc::model {

namespace {

const char* symbol(ast::UnaryOp op) {
  switch (op) {
    case ast::UnaryOp::Not:
      return "!";
    case ast::UnaryOp::Complement:
      return "~";
    case ast::UnaryOp::Negate:
      return "-";
  }
  return "";
}

const char* symbol(ast::BinaryOp op) {
  using Op = ast::BinaryOp;
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
      return "<";
    case Op::Le:
      return "<=";
    case Op::Gt:
      return ">";
    case Op::Ge:
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
  ExprPrinter(const Model& model, const Header* own) : model_(model), own_(own) {}

  std::string operator()(const Expr& expr) const {
    return std::visit([&](const auto& node) { return one(node); }, expr.node);
  }

private:
  std::string one(const Constant& node) const {
    return node.value < 0 ? fmt::format("{}", node.value) : number(static_cast<uint64_t>(node.value));
  }
  std::string one(const FieldRef& node) const { return print(node, model_); }
  std::string one(const OwnField& node) const { return own_ ? own_->fields[node.field].name : "own"; }
  std::string one(const VariableRef& node) const { return model_.variables[node.variable].name; }
  std::string one(const ParamRef& node) const { return "param." + model_.params[node.param].name; }
  std::string one(const Lookahead& node) const { return fmt::format("lookahead<bit<{}>>()", node.width_bits); }
  std::string one(const StackSize& node) const {
    const Instance& instance = model_.instances[node.instance];
    return instance.name + (instance.is_stack ? ".size" : ".valid");
  }
  std::string one(const Measurement& node) const { return nameOf(node.measure); }
  std::string one(const TelemetryRef& node) const {
    const char* const names[] = {".needed", ".size", ".holds", ".fits"};
    return model_.telemetry[node.telemetry].name + names[static_cast<int>(node.what)];
  }
  std::string one(const TableHit& node) const { return model_.tables[node.table].name + ".hit"; }
  std::string one(const Sampled& node) const { return fmt::format("sampled({})", (*this)(*node.every)); }
  std::string one(const Unary& node) const { return fmt::format("{}({})", symbol(node.op), (*this)(*node.operand)); }
  std::string one(const Binary& node) const {
    return fmt::format("({} {} {})", (*this)(*node.left), symbol(node.op), (*this)(*node.right));
  }

  const Model& model_;
  const Header* own_;
};

/// What is marked about a field, each with a space before it.
std::string attributes(const Field& field) {
  static const char* const derived[] = {"", " length", " checksum", " checksum of all that follows",
                                        " checksum with pseudo-header"};
  return std::string(field.is_mutable ? " mutable" : "") + derived[static_cast<unsigned>(field.derived)] +
         (field.before ? fmt::format(" and of {} bytes before it", *field.before) : "") +
         (field.protocol ? fmt::format(" of protocol {}", field.protocol) : "") + (field.is_pseudo ? " pseudo" : "");
}

class ModelPrinter {
public:
  explicit ModelPrinter(const Model& model) : model_(model) {}

  std::string run() {
    static const char* const words[] = {"proxy", "proxy", "egress", "classifier"};
    out_.line("{} {}", words[static_cast<size_t>(model_.kind)], model_.proxy);
    out_.indent();
    params();
    headers();
    instances();
    for (const Variable& variable : model_.variables)
      out_.line("variable {}: bit<{}>", variable.name, variable.width_bits);
    for (const State& one : model_.states) state(one);
    for (const Require& require : model_.requires_)
      out_.line("require {} else {}", print(*require.condition, model_), target(require.otherwise));
    if (!model_.on_arrival.empty()) block("on arrival", model_.on_arrival);
    for (const Move& move : model_.moves)
      out_.line("on arrival {} = {}", print(move.kept, model_), print(move.stripped, model_));
    if (!model_.on_return.empty()) block("on return", model_.on_return);
    for (const Telemetry& one : model_.telemetry) telemetry(one);
    if (model_.kind == plan::Kind::Classifier) {
      for (const PushDefault& one : model_.push_defaults) pushDefault(one);
    } else {
      key();
      cache();
    }
    for (const Table& one : model_.tables) table(one);
    out_.outdent();
    return out_.take();
  }

private:
  void params() {
    for (const plan::Param& param : model_.params)
      out_.line("param {}: bit<{}> = {}", param.name, param.width_bits, param.initial);
  }

  void headers() {
    for (const Header& header : model_.headers) {
      out_.line("header {}: {} bytes", header.name, header.size);
      out_.indent();
      for (const Field& field : header.fields)
        out_.line("{:>4} {}: bit<{}>{}", field.offset_bits, field.name, field.width_bits, attributes(field));
      if (header.variable_bits)
        out_.line("     then {} bits, at most {} bytes", print(*header.variable_bits, model_, &header),
                  header.variable_max);
      out_.outdent();
    }
  }

  void instances() {
    for (const Instance& instance : model_.instances)
      out_.line("instance {}: {}{}{}", instance.name, model_.headers[instance.header].name,
                instance.is_stack ? fmt::format("[{}]", instance.count) : "",
                instance.stripped ? fmt::format(" stripped in region {}", instance.region) : "");
  }

  void state(const State& state) {
    out_.line("state {}", state.name);
    out_.indent();
    statements(state.body);
    if (!state.keys.empty()) {
      std::string keys;
      for (const ExprPtr& key : state.keys) keys += (keys.empty() ? "" : ", ") + print(*key, model_);
      out_.line("select {}", keys);
    }
    for (const Case& c : state.cases) {
      std::string patterns;
      for (const Pattern& pattern : c.patterns) patterns += (patterns.empty() ? "" : ", ") + print(pattern);
      out_.line("{}-> {}", patterns.empty() ? "" : patterns + " ", target(c.target));
    }
    out_.outdent();
  }

  std::string target(const Target& target) const {
    switch (target.kind) {
      case ast::Target::Kind::State:
        return model_.states[target.state].name;
      case ast::Target::Kind::Accept:
        return "accept";
      case ast::Target::Kind::Pass:
        return "pass";
      case ast::Target::Kind::Reject:
        return "reject";
      case ast::Target::Kind::Drop:
        return "drop " + target.reason;
    }
    return "";
  }

  void block(const char* title, const std::vector<Statement>& body) {
    out_.line("{}", title);
    out_.indent();
    statements(body);
    out_.outdent();
  }

  void statements(const std::vector<Statement>& body) {
    for (const Statement& statement : body) std::visit([&](const auto& node) { one(node); }, statement.node);
  }

  void one(const Extract& node) { out_.line("extract {}", model_.instances[node.instance].name); }
  void one(const Verify& node) { out_.line("verify {}", print(*node.condition, model_)); }
  void one(const Limit& node) { out_.line("limit {}", print(*node.bytes, model_)); }
  void one(const AssignVariable& node) {
    out_.line("{} = {}", model_.variables[node.variable].name, print(*node.value, model_));
  }
  void one(const AssignField& node) { out_.line("{} = {}", print(node.field, model_), print(*node.value, model_)); }
  void one(const Advance& node) { out_.line("advance {}", print(*node.bytes, model_)); }
  void one(const CopyField& node) {
    if (!node.index) return out_.line("{} = {}", print(node.to, model_), print(node.from, model_));
    const Instance& from = model_.instances[node.from.instance];
    out_.line("{} = {}[{}].{}", print(node.to, model_), from.name, print(*node.index, model_),
              model_.headers[from.header].fields[node.from.field].name);
  }
  void one(const SwapFields& node) { out_.line("swap {}, {}", print(node.left, model_), print(node.right, model_)); }
  void one(const Drop& node) { out_.line("drop {}", node.reason); }
  void one(const Pop& node) { out_.line("pop {}", model_.instances[node.instance].name); }
  void one(const PushHeaders& node) {
    std::string names;
    for (unsigned instance : node.instances) names += (names.empty() ? "" : ", ") + model_.instances[instance].name;
    out_.line("push {}", names);
  }
  void one(const Insert& node) {
    out_.line("push {} behind {}", model_.telemetry[node.telemetry].name, model_.instances[node.instance].name);
  }
  void one(const PushRoom& node) {
    out_.line("push room {} behind {}", model_.telemetry[node.telemetry].name, model_.instances[node.instance].name);
  }
  void one(const Write& node) {
    out_.line("write {} behind {} at {}", model_.telemetry[node.telemetry].name, model_.instances[node.instance].name,
              print(*node.at, model_));
  }
  void one(const Report& node) { out_.line("report {}", model_.telemetry[node.telemetry].name); }
  void one(const If& node) {
    block(fmt::format("if {}", print(*node.condition, model_)).c_str(), node.then_branch);
    if (!node.else_branch.empty()) block("else", node.else_branch);
  }

  void key() {
    out_.line("key");
    out_.indent();
    for (const KeyItem& item : model_.key) {
      if (const auto* field = std::get_if<KeyField>(&item)) {
        const Instance& instance = model_.instances[field->instance];
        out_.line("{}.{}", instance.name, model_.headers[instance.header].fields[field->field].name);
      } else if (const auto* variable = std::get_if<KeyVariable>(&item)) {
        out_.line("{}", model_.variables[variable->variable].name);
      } else {
        const auto unless = std::get<KeyDigest>(item).unless;
        out_.line("digest of the payload{}", unless ? " unless " + model_.instances[*unless].name : "");
      }
    }
    out_.outdent();
  }

  void telemetry(const Telemetry& telemetry) {
    out_.line("telemetry {}: at most {} bytes", telemetry.name, telemetry.max_bytes);
    out_.indent();
    if (telemetry.by) out_.line("by {}", print(*telemetry.by, model_));
    if (telemetry.size) out_.line("size {}", print(*telemetry.size, model_));
    for (const TelemetryGroup& group : telemetry.groups)
      for (const TelemetryField& field : group.fields)
        out_.line("{}{}: bit<{}>{}", group.gated ? fmt::format("[{}..{}] ", group.first, group.last) : "", field.name,
                  field.width_bits, field.value ? " = " + print(*field.value, model_) : "");
    for (const Collected& one : telemetry.collected)
      out_.line("{}[]: {} behind {}{} size {}", one.name, model_.telemetry[one.telemetry].name,
                model_.instances[one.instance].name, one.at ? " at " + print(*one.at, model_) : "",
                print(*one.size, model_));
    out_.outdent();
  }

  void pushDefault(const PushDefault& one) {
    const Instance& instance = model_.instances[one.instance];
    out_.line("pushed {}.{}{} = {}", instance.name, one.last_only ? "last." : "",
              model_.headers[instance.header].fields[one.field].name, one.value);
  }

  void table(const Table& table) {
    out_.line("table {}: {} entries", table.name, table.entries);
    out_.indent();
    for (const TableField& field : table.fields)
      out_.line("{} {}", print(*field.field, model_), field.match == plan::Match::Lpm ? "lpm" : "exact");
    out_.outdent();
  }

  void cache() {
    const auto word = [](plan::Policy policy) { return policy == plan::Policy::Pass ? "pass" : "drop"; };
    out_.line("cache: {} entries, {} ns, full {}, miss {}", model_.cache.entries, model_.cache.lifetime_ns,
              word(model_.cache.full), word(model_.cache.miss));
  }

  const Model& model_;
  Writer out_;
};

}  // namespace

std::string print(const Model& model) {
  return ModelPrinter(model).run();
}

std::string print(const Expr& expr, const Model& model, const Header* own) {
  return ExprPrinter(model, own)(expr);
}

std::string print(const Pattern& pattern) {
  if (pattern.any()) return "_";
  if (pattern.interval) return fmt::format("{} .. {}", number(pattern.value), number(pattern.mask));
  if (pattern.mask == UINT64_MAX) return number(pattern.value);
  return fmt::format("{} &&& {}", number(pattern.value), number(pattern.mask));
}

std::string print(const FieldRef& ref, const Model& model) {
  const Instance& instance = model.instances[ref.instance];
  const std::string& field = model.headers[instance.header].fields[ref.field].name;
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

}  // namespace sfc::model
