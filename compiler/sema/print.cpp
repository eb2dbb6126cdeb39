// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sema/print.h"

#include <fmt/format.h>

#include "compiler/ir/print.h"
#include "lib/text/writer.h"

namespace sfc::model {

namespace {

/// The annotations of a field, each with a space before it.
std::string attributes(const ir::Field& field) {
  static const char* const computed[] = {"", " length", " checksum", " checksum of all that follows",
                                         " checksum with pseudo-header"};
  return std::string(field.is_mutable ? " mutable" : "") + computed[static_cast<unsigned>(field.computed)] +
         (field.before ? fmt::format(" and of {} bytes before it", *field.before) : "") +
         (field.protocol ? fmt::format(" of protocol {}", field.protocol) : "") + (field.is_pseudo ? " pseudo" : "");
}

class ModelPrinter {
public:
  explicit ModelPrinter(const Model& model) : model_(model) {}

  std::string run() {
    static const char* const words[] = {"proxy",      "proxy",        "egress",
                                        "classifier", "static proxy", "proxy of the newest headers"};
    out_.line("{} {}", words[static_cast<size_t>(model_.kind)], model_.proxy);
    out_.indent();
    params();
    headers();
    instances();
    for (const ir::Variable& variable : model_.variables)
      out_.line("variable {}: bit<{}>", variable.name, variable.width_bits);
    for (const ir::State& one : model_.states) state(one);
    for (const Require& require : model_.requires_)
      out_.line("require {} else {}", ir::print(*require.condition, model_), target(require.otherwise));
    if (!model_.on_arrival.empty()) block("on arrival", model_.on_arrival);
    for (const ir::Move& move : model_.moves)
      out_.line("on arrival {} = {}", ir::print(move.retained, model_), ir::print(move.stripped, model_));
    if (!model_.on_return.empty()) block("on return", model_.on_return);
    for (const ir::Telemetry& one : model_.telemetry) telemetry(one);
    for (const unsigned instance : model_.pushed) out_.line("pushes {}", model_.instances[instance].name);
    if (plan::pushesHeaders(model_.kind)) {
      for (const ir::PushDefault& one : model_.push_defaults) pushDefault(one);
    } else {
      key();
      cache();
    }
    for (const ir::Table& one : model_.tables) table(one);
    out_.outdent();
    return out_.take();
  }

private:
  void params() {
    for (const plan::Param& param : model_.params)
      out_.line("param {}: bit<{}> = {}", param.name, param.width_bits, param.initial);
  }

  void headers() {
    for (const ir::Header& header : model_.headers) {
      std::string offload;
      for (const ir::KnownOffload& known : ir::KnownOffloads)
        if (header.offload == known.offload) offload = fmt::format(", offload {}", known.name);
      out_.line("header {}: {} bytes{}", header.name, header.size, offload);
      out_.indent();
      for (const ir::Field& field : header.fields)
        out_.line("{:>4} {}: bit<{}>{}", field.offset_bits, field.name, field.width_bits, attributes(field));
      if (header.variable_bits)
        out_.line("     then {} bits, at most {} bytes", ir::print(*header.variable_bits, model_, &header),
                  header.variable_max);
      out_.outdent();
    }
  }

  void instances() {
    for (const ir::Instance& instance : model_.instances)
      out_.line("instance {}: {}{}{}", instance.name, model_.headers[instance.header].name,
                instance.is_stack ? fmt::format("[{}]", instance.count) : "",
                instance.stripped ? fmt::format(" stripped in region {}", instance.region) : "");
  }

  void state(const ir::State& state) {
    out_.line("state {}", state.name);
    out_.indent();
    for (const ir::ParserStatement& statement : state.body)
      std::visit([&](const auto& node) { one(node); }, statement.node);
    if (!state.keys.empty()) {
      std::string keys;
      for (const ir::ExprPtr& key : state.keys) keys += (keys.empty() ? "" : ", ") + ir::print(*key, model_);
      out_.line("select {}", keys);
    }
    for (const ir::Case& c : state.cases) {
      std::string patterns;
      for (const ir::Pattern& pattern : c.patterns) patterns += (patterns.empty() ? "" : ", ") + ir::print(pattern);
      out_.line("{}-> {}", patterns.empty() ? "" : patterns + " ", target(c.target));
    }
    out_.outdent();
  }

  std::string target(const ir::Target& target) const {
    switch (target.kind) {
      case ir::Target::Kind::State:
        return model_.states[target.state].name;
      case ir::Target::Kind::Accept:
        return "accept";
      case ir::Target::Kind::Pass:
        return "pass";
      case ir::Target::Kind::Reject:
        return "reject";
      case ir::Target::Kind::Drop:
        return "drop " + target.reason;
    }
    return "";
  }

  void block(const char* title, const std::vector<ir::Edit>& edits) {
    out_.line("{}", title);
    out_.indent();
    ir::print(edits, model_, [](const ir::Drop& drop) { return drop.reason; }, out_);
    out_.outdent();
  }

  void one(const ir::Extract& node) { out_.line("extract {}", model_.instances[node.instance].name); }
  void one(const ir::Verify& node) { out_.line("verify {}", ir::print(*node.condition, model_)); }
  void one(const ir::Limit& node) { out_.line("limit {}", ir::print(*node.bytes, model_)); }
  void one(const ir::AssignVariable& node) {
    out_.line("{} = {}", model_.variables[node.variable].name, ir::print(*node.value, model_));
  }
  void one(const ir::Advance& node) { out_.line("advance {}", ir::print(*node.bytes, model_)); }
  void key() {
    out_.line("key");
    out_.indent();
    for (const KeyItem& item : model_.key) {
      if (const auto* field = std::get_if<KeyField>(&item)) {
        const ir::Instance& instance = model_.instances[field->instance];
        out_.line("{}.{}", instance.name, model_.headers[instance.header].fields[field->field].name);
      } else if (const auto* variable = std::get_if<KeyVariable>(&item)) {
        out_.line("{}", model_.variables[variable->variable].name);
      } else if (std::holds_alternative<KeyPort>(item)) {
        out_.line("ingress_port");
      } else {
        const auto unless = std::get<KeyDigest>(item).unless;
        out_.line("digest of the payload{}", unless ? " unless " + model_.instances[*unless].name : "");
      }
    }
    out_.outdent();
  }

  void telemetry(const ir::Telemetry& telemetry) {
    out_.line("telemetry {}: at most {} bytes", telemetry.name, telemetry.max_bytes);
    out_.indent();
    if (telemetry.by) out_.line("by {}", ir::print(*telemetry.by, model_));
    if (telemetry.size) out_.line("size {}", ir::print(*telemetry.size, model_));
    for (const ir::TelemetryGroup& group : telemetry.groups)
      for (const ir::TelemetryField& field : group.fields)
        out_.line("{}{}: bit<{}>{}", group.gated ? fmt::format("[{}..{}] ", group.first, group.last) : "", field.name,
                  field.width_bits, field.value ? " = " + ir::print(*field.value, model_) : "");
    for (const ir::Collected& one : telemetry.collected)
      out_.line("{}[]: {} behind {}{} size {}", one.name, model_.telemetry[one.telemetry].name,
                model_.instances[one.instance].name, one.at ? " at " + ir::print(*one.at, model_) : "",
                ir::print(*one.size, model_));
    out_.outdent();
  }

  void pushDefault(const ir::PushDefault& one) {
    const ir::Instance& instance = model_.instances[one.instance];
    out_.line("pushed {}{}.{}{} = {}", instance.name, one.element ? fmt::format("[{}]", *one.element) : "",
              one.last_only ? "last." : "", model_.headers[instance.header].fields[one.field].name,
              ir::print(*one.value, model_));
  }

  void table(const ir::Table& table) {
    out_.line("table {}: {} entries", table.name, table.entries);
    out_.indent();
    for (const ir::TableField& field : table.fields)
      out_.line("{} {}", ir::print(field.field, model_), field.match == plan::Match::Lpm ? "lpm" : "exact");
    for (const ir::TableValue& value : table.values) out_.line("value {}: bit<{}>", value.name, value.width_bits);
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

}  // namespace sfc::model
