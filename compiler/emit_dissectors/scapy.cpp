// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The parser tells which field values of a header another one follows: from the state that extracts the first, through
// states that extract nothing, to the one that extracts the other. On this path, the cases of `select` test its fields,
// or variables that are copies of them. Layers of scapy have these values by default.
#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>

#include "compiler/emit_dissectors/description.h"
#include "compiler/emit_dissectors/emit.h"

extern const std::string_view layers_text;

namespace sfc::emit_dissectors {

namespace {

constexpr Dialect Python = {
    ".", "[", "]", "{1:#x}{0:08x}", "{}", "lambda {}: ", "", "\n@state(\"{}\")\ndef _(w):", "", "None"};

/// The first header that a state extracts.
std::optional<unsigned> firstOf(const ir::State& state) {
  for (const ir::ParserStatement& statement : state.body)
    if (const auto* node = std::get_if<ir::Extract>(&statement.node)) return node->instance;
  return std::nullopt;
}

class Bindings {
public:
  Bindings(const ir::Program& program, Writer& out) : program_(program), out_(out) {}

  void all() {
    for (const ir::State& state : program_.states) {
      lower_.reset();
      for (const ir::ParserStatement& statement : state.body)
        if (const auto* node = std::get_if<ir::Extract>(&statement.node)) lower_ = node->instance;
      if (!lower_) continue;
      visited_.clear();
      follow(state, {}, {});
    }
  }

private:
  using Values = std::map<unsigned, uint64_t>;  // of fields of the lower header
  using Copies = std::map<unsigned, unsigned>;  // variables that are fields of it

  void follow(const ir::State& state, const Values& values, Copies copies) {
    for (const ir::ParserStatement& statement : state.body) {
      const auto* node = std::get_if<ir::AssignVariable>(&statement.node);
      if (!node) continue;
      copies.erase(node->variable);
      if (const auto field = fieldOf(node->value, copies)) copies[node->variable] = *field;
    }
    for (const ir::Case& one : state.cases) {
      if (one.target.kind != ir::Target::Kind::State) continue;
      const auto asked = narrow(state, one, values, copies);
      if (asked) lead(program_.states[one.target.state], one.target.state, *asked, copies);
    }
  }

  /// The first path in the order of the text counts.
  void lead(const ir::State& to, unsigned number, const Values& values, const Copies& copies) {
    if (const auto upper = firstOf(to)) {
      if (!values.empty() && bound_.insert({*lower_, *upper}).second) print(*upper, values);
    } else if (visited_.insert(number).second) {
      follow(to, values, copies);
    }
  }

  /// The values, with those that a case requires; nothing if they contradict each other.
  std::optional<Values> narrow(const ir::State& state, const ir::Case& one, Values values, const Copies& copies) const {
    for (size_t i = 0; i < state.keys.size(); i++) {
      const ir::Pattern& pattern = one.patterns[i];
      const auto field = fieldOf(state.keys[i], copies);
      if (!field || pattern.interval || pattern.any()) continue;
      const auto [it, added] = values.emplace(*field, pattern.value);
      if (!added && (it->second & pattern.mask) != pattern.value) return std::nullopt;
    }
    return values;
  }

  std::optional<unsigned> fieldOf(const ir::ExprPtr& expr, const Copies& copies) const {
    if (const auto* ref = std::get_if<ir::FieldRef>(&expr->node); ref && !ref->isSlice() && ref->instance == *lower_)
      return ref->field;
    const auto* variable = std::get_if<ir::VariableRef>(&expr->node);
    if (!variable) return std::nullopt;
    const auto it = copies.find(variable->variable);
    return it == copies.end() ? std::nullopt : std::optional(it->second);
  }

  void print(unsigned upper, const Values& values) {
    const ir::Instance& lower = program_.instances[*lower_];
    std::string text;
    for (const auto& [field, value] : values)
      text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", program_.headers[lower.header].fields[field].name,
                          value);
    out_.line("bind(\"{}\", \"{}\", {{{}}})", lower.name, program_.instances[upper].name, text);
  }

  const ir::Program& program_;
  Writer& out_;
  std::optional<unsigned> lower_;
  std::set<unsigned> visited_;                     // states without headers, from the one with the lower header on
  std::set<std::pair<unsigned, unsigned>> bound_;  // lower and upper headers
};

}  // namespace

std::string scapy(const ir::Program& program) {
  const plan::Plan& plan = program.plan;
  Writer out(4);
  out.line("# {} for scapy, written by {}. Do not edit: change {}.sfc and emit it again.", plan.proxy, plan.compiler,
           plan.name);
  out.raw(layers_text);
  out.blank();
  out.blank();
  out.line("# ---- {}.sfc", plan.name);
  out.blank();
  describe(program, Python, out);
  out.blank();
  out.blank();
  Bindings(program, out).all();
  out.line("start = \"{}\"", program.states[program.start].name);
  return out.take();
}

}  // namespace sfc::emit_dissectors
