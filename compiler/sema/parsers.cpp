// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Parsers: `use` is flattened, states and their transitions are resolved. The role of the states in stripping is found
// when the model is lowered.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/ir/print.h"
#include "compiler/sema/names.h"
#include "lib/bytes/bits.h"

namespace sfc::sema {

namespace {

constexpr unsigned MaxStackCount = 64;
constexpr unsigned MaxPatterns = 256;

/// A parser, and the place in the proxy's file that leads to it.
struct Used {
  const ast::Parser* parser;
  Range where;
};

struct UsedState {
  const ast::State* state;
  Range where;
};

/// The parser and all it uses, each once, the used ones first. However deep it goes, the stack here does not grow.
std::vector<Used> flatten(const Declarations& declarations, const ast::Identifier& name, Diagnostics& diagnostics) {
  struct Open {
    const ast::Parser* parser;
    Range where;
    size_t used = 0;  // so many of its `use`s have been followed
  };
  std::vector<Used> order;
  std::vector<Open> open;
  std::set<std::string> seen;
  const auto enter = [&](const ast::Identifier& one) {
    const auto it = declarations.parsers.find(one.name);
    if (it == declarations.parsers.end())
      diagnostics.error(one.range, "E0217", fmt::format("unknown parser '{}'", one.name),
                        meant(one.name, namesOf(declarations.parsers)));
    else if (seen.insert(one.name).second)
      open.push_back({it->second, one.range.file == name.range.file ? one.range : open.back().where});
  };
  enter(name);
  while (!open.empty()) {
    if (Open& last = open.back(); last.used < last.parser->uses.size()) {
      enter(last.parser->uses[last.used++]);
      continue;
    }
    order.push_back({open.back().parser, open.back().where});
    open.pop_back();
  }
  return order;
}

/// The names of all used parsers share one scope, so a double declaration is the fault of the parser that uses both.
void refuseTwice(const ast::Identifier& name, Range where, Diagnostics& diagnostics) {
  const Blame blame(diagnostics, name.range, where);
  diagnostics.error(name.range, "E0219", fmt::format("'{}' is declared twice", name.name));
}

void declareInstance(const ast::Instance& declared, Range where, Names& names, model::Model& model,
                     Diagnostics& diagnostics) {
  auto header = names.headers.find(declared.type.name);
  if (header == names.headers.end()) {
    diagnostics.error(declared.type.range, "E0218", fmt::format("unknown header type '{}'", declared.type.name),
                      meant(declared.type.name, namesOf(names.headers)));
    return;
  }
  ir::Instance instance;
  instance.name = declared.name.name;
  instance.header = header->second;
  instance.range = declared.name.range;
  if (declared.count) {
    auto count = constantValue(*declared.count, names, diagnostics);
    if (count && (*count < 1 || *count > MaxStackCount))
      diagnostics.error(declared.count->range, "E0314",
                        fmt::format("a stack has 1 to {} elements, not {}", MaxStackCount, *count));
    instance.is_stack = true;
    instance.count = count && *count >= 1 && *count <= MaxStackCount ? static_cast<unsigned>(*count) : 1;
  }
  if (names.variables.count(declared.name.name) ||
      !names.instances.emplace(declared.name.name, model.instances.size()).second)
    refuseTwice(declared.name, where, diagnostics);
  model.instances.push_back(instance);
}

}  // namespace

void declareVariable(const ast::Variable& declared, Range where, Names& names, model::Model& model,
                     Diagnostics& diagnostics) {
  checkValueWidth(declared.width, declared.name, diagnostics);
  if (names.instances.count(declared.name.name) || names.constants.count(declared.name.name) ||
      !names.variables.emplace(declared.name.name, model.variables.size()).second)
    refuseTwice(declared.name, where, diagnostics);
  model.variables.push_back({declared.name.name, declared.width});
}

namespace {

std::optional<ir::Pattern> resolvePattern(const ast::Pattern& pattern, const Names& names, Diagnostics& diagnostics) {
  using Kind = ast::Pattern::Kind;
  if (pattern.kind == Kind::Any) return ir::Pattern{};
  auto first = constantValue(*pattern.first, names, diagnostics);
  if (!first) return std::nullopt;
  const auto value = static_cast<uint64_t>(*first);
  if (pattern.kind == Kind::Value) return ir::Pattern{false, value, UINT64_MAX};
  auto second = constantValue(*pattern.second, names, diagnostics);
  if (!second) return std::nullopt;
  const auto other = static_cast<uint64_t>(*second);
  if (pattern.kind == Kind::Mask) return ir::Pattern{false, value & other, other};
  if (value > other) {
    diagnostics.error(pattern.range, "E0315", "this interval is empty", "write the smaller bound first");
    return std::nullopt;
  }
  return ir::Pattern{true, value, other};
}

void checkPattern(const ast::Pattern& written, const ir::Pattern& pattern, unsigned width, Diagnostics& diagnostics) {
  const uint64_t highest = pattern.interval ? pattern.mask : pattern.value;
  if (highest > onesOf(width))
    diagnostics.error(written.range, "E0316", fmt::format("{} does not fit into {} bits", highest, width));
}

void refuseEqualKeys(const ir::State& state, const model::Model& model, Diagnostics& diagnostics) {
  std::set<std::string> seen;
  for (const ir::ExprPtr& key : state.keys)
    if (!seen.insert(ir::print(*key, model)).second)
      diagnostics.error(key->range, "E0408", fmt::format("'{}' is a key of this select twice", ir::print(*key, model)),
                        "remove one of them");
}

/// A case is a mistake if an earlier one matches all that it matches.
void refuseShadowed(const ir::State& state, Diagnostics& diagnostics) {
  for (size_t i = 1; i < state.cases.size(); i++)
    for (size_t earlier = 0; earlier < i; earlier++)
      if (ir::covers(state.cases[earlier], state.cases[i])) {
        diagnostics.error(state.cases[i].range, "E0403", "this case is never reached",
                          fmt::format("case {} matches all of its values", earlier + 1));
        break;
      }
}

void resolveTransition(const ast::Transition& transition, Names& names, model::Model& model, ir::State& state,
                       Diagnostics& diagnostics) {
  names.lookahead_allowed = true;
  for (const auto& key : transition.keys)
    if (auto resolved = resolve(*key, names, model, diagnostics)) state.keys.push_back(resolved);
  names.lookahead_allowed = false;
  if (state.keys.size() != transition.keys.size()) return;
  refuseEqualKeys(state, model, diagnostics);
  for (const ast::Case& written : transition.cases) {
    ir::Case resolved;
    resolved.range = written.range;
    if (written.patterns.size() != transition.keys.size()) {
      diagnostics.error(written.range, "E0401",
                        fmt::format("wrong number of values in a case: expected {}, found {}", transition.keys.size(),
                                    written.patterns.size()));
      continue;
    }
    for (size_t i = 0; i < written.patterns.size(); i++)
      if (auto pattern = resolvePattern(written.patterns[i], names, diagnostics)) {
        if (!pattern->any())
          checkPattern(written.patterns[i], *pattern, widthOf(*state.keys[i], model).value_or(MaxNumberBits),
                       diagnostics);
        resolved.patterns.push_back(*pattern);
      }
    auto target = resolveTarget(written.target, names, diagnostics);
    if (target) resolved.target = *target;
    if (resolved.patterns.size() == written.patterns.size()) state.cases.push_back(std::move(resolved));
  }
  if (state.cases.size() > MaxPatterns)
    diagnostics.error(transition.range, "E0402", fmt::format("a select has at most {} cases", MaxPatterns));
  else
    refuseShadowed(state, diagnostics);
}

}  // namespace

namespace {

ir::Target::Kind kindOf(ast::Target::Kind kind) {
  switch (kind) {
    case ast::Target::Kind::State:
      return ir::Target::Kind::State;
    case ast::Target::Kind::Accept:
      return ir::Target::Kind::Accept;
    case ast::Target::Kind::Pass:
      return ir::Target::Kind::Pass;
    case ast::Target::Kind::Reject:
      return ir::Target::Kind::Reject;
    case ast::Target::Kind::Drop:
      return ir::Target::Kind::Drop;
  }
  return {};
}

}  // namespace

std::optional<ir::Target> resolveTarget(const ast::Target& target, const Names& names, Diagnostics& diagnostics) {
  ir::Target resolved;
  resolved.range = target.range;
  resolved.kind = kindOf(target.kind);
  if (target.kind == ast::Target::Kind::State) {
    auto it = names.states.find(target.name.name);
    if (it == names.states.end()) return std::nullopt;
    resolved.state = it->second;
  }
  if (target.kind == ast::Target::Kind::Drop) {
    static const std::vector<std::string> reasons = {"malformed", "too_deep", "requirement", "no_key", "hops"};
    resolved.reason = target.name.name.empty() ? "requirement" : target.name.name;
    if (std::find(reasons.begin(), reasons.end(), resolved.reason) == reasons.end()) {
      diagnostics.error(target.name.range, "E0227", fmt::format("unknown drop reason '{}'", resolved.reason),
                        "the reasons are malformed, too_deep, requirement, no_key and hops");
      return std::nullopt;
    }
  }
  return resolved;
}

/// A state, or with `override` one that replaces that of a used parser. `own` are those of the same parser so far.
void declareState(const UsedState& used, Names& names, std::set<std::string>& own, std::vector<UsedState>& states,
                  Diagnostics& diagnostics) {
  const ast::State& state = *used.state;
  auto it = names.states.find(state.name.name);
  if (!own.insert(state.name.name).second) {
    diagnostics.error(state.name.range, "E0405", fmt::format("state '{}' is declared twice", state.name.name),
                      "remove one of them");
  } else if (!state.overrides && it != names.states.end()) {
    const Blame blame(diagnostics, state.name.range, used.where);
    diagnostics.error(state.name.range, "E0405", fmt::format("state '{}' is declared twice", state.name.name),
                      "to replace a state of a used parser, write `override state`");
  } else if (state.overrides && it == names.states.end()) {
    diagnostics.error(state.name.range, "E0409", fmt::format("no used parser has a state '{}'", state.name.name),
                      meant(state.name.name, namesOf(names.states)));
  } else if (state.overrides) {
    states[it->second] = used;
  } else {
    names.states.emplace(state.name.name, states.size());
    states.push_back(used);
  }
}

/// A library leaves states to its users.
void checkTargets(const UsedState& used, const Names& names, Diagnostics& diagnostics) {
  const Blame blame(diagnostics, used.state->range, used.where);
  for (const ast::Case& c : used.state->transition.cases) {
    const std::string& name = c.target.name.name;
    if (c.target.kind != ast::Target::Kind::State || names.states.count(name)) continue;
    const bool left_out = used.state->range.file != used.where.file;
    diagnostics.error(c.target.range, "E0404", fmt::format("unknown state '{}'", name),
                      left_out ? fmt::format("declare 'state {}' in the parser that uses this one", name)
                               : meant(name, namesOf(names.states)));
  }
}

void resolveParser(const Declarations& declarations, const ast::Identifier& parser, Names& names, model::Model& model,
                   Diagnostics& diagnostics) {
  std::vector<UsedState> states;
  for (const auto& [part, where] : flatten(declarations, parser, diagnostics)) {
    for (const ast::Instance& instance : part->instances) declareInstance(instance, where, names, model, diagnostics);
    for (const ast::Variable& variable : part->variables) {
      declareVariable(variable, where, names, model, diagnostics);
      if (variable.value)
        diagnostics.error(variable.value->range, "E0231",
                          fmt::format("parser variable '{}' cannot have an initial value", variable.name.name),
                          "it starts as 0; assign to it in state `start`");
    }
    std::set<std::string> own;
    for (const ast::State& state : part->states) declareState({&state, where}, names, own, states, diagnostics);
  }
  if (diagnostics.hasErrors()) return;
  for (const UsedState& used : states) {
    const ast::State& written = *used.state;
    ir::State state;
    state.name = written.name.name;
    state.range = written.name.range;
    state.transition_range = written.transition.range;
    state.body = resolveParserStatements(written.body, names, model, diagnostics);
    checkTargets(used, names, diagnostics);
    resolveTransition(written.transition, names, model, state, diagnostics);
    model.states.push_back(std::move(state));
  }
  auto start = names.states.find("start");
  if (start == names.states.end())
    diagnostics.error(parser.range, "E0406", fmt::format("parser '{}' has no state 'start'", parser.name),
                      "declare it, or use a parser that has it, such as Ethernet");
  else
    model.start = start->second;
}

}  // namespace sfc::sema
