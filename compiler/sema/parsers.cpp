// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Parsers: `use` is flattened, states and statements are resolved. What the graph of the states means for stripping is
// the plan's business.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/sema/names.h"
#include "compiler/sema/print.h"

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
      diagnostics.error(one.range, "E0217", fmt::format("no parser is called '{}'", one.name),
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

/// Names of all parsers that are used are in one space, so what is declared twice is the fault of who uses both.
void refuseTwice(const ast::Identifier& name, Range where, Diagnostics& diagnostics) {
  const Blame blame(diagnostics, name.range, where);
  diagnostics.error(name.range, "E0219", fmt::format("'{}' is declared twice", name.name));
}

void declareInstance(const ast::Instance& declared, Range where, Names& names, model::Model& model,
                     Diagnostics& diagnostics) {
  auto header = names.headers.find(declared.type.name);
  if (header == names.headers.end()) {
    diagnostics.error(declared.type.range, "E0218", fmt::format("no header type is called '{}'", declared.type.name),
                      meant(declared.type.name, namesOf(names.headers)));
    return;
  }
  model::Instance instance;
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

void declareVariable(const ast::Variable& declared, Range where, Names& names, model::Model& model,
                     Diagnostics& diagnostics) {
  if (declared.width < 1 || declared.width > 63)
    diagnostics.error(declared.name.range, "E0301",
                      fmt::format("'{}' cannot have {} bits", declared.name.name, declared.width),
                      "widths go from 1 to 63 bits here");
  if (names.instances.count(declared.name.name) || names.constants.count(declared.name.name) ||
      !names.variables.emplace(declared.name.name, model.variables.size()).second)
    refuseTwice(declared.name, where, diagnostics);
  model.variables.push_back({declared.name.name, declared.width});
}

class StatementResolver {
public:
  StatementResolver(Names& names, model::Model& model, Diagnostics& diagnostics)
      : names_(names), model_(model), diagnostics_(diagnostics) {}

  std::vector<model::Statement> all(const std::vector<ast::Statement>& body) {
    std::vector<model::Statement> resolved;
    for (const ast::Statement& statement : body) add(statement, resolved);
    return resolved;
  }

  std::vector<model::Statement> one(const ast::Statement& statement) {
    std::vector<model::Statement> resolved;
    add(statement, resolved);
    return resolved;
  }

private:
  using Out = std::vector<model::Statement>;

  void add(const ast::Statement& statement, Out& out) {
    std::visit([&](const auto& node) { one(statement.range, node, out); }, statement.node);
  }

  void one(Range range, const ast::Extract& node, Out& out) {
    if (!inParser(range, "extract")) return;
    auto it = names_.instances.find(node.instance.name);
    if (it == names_.instances.end()) {
      error(node.instance.range, "E0215", fmt::format("no header is called '{}'", node.instance.name),
            meant(node.instance.name, namesOf(names_.instances)));
      return;
    }
    const bool is_stack = model_.instances[it->second].is_stack;
    if (is_stack != node.next) {
      error(node.instance.range, "E0220",
            is_stack ? fmt::format("'{}' is a stack", node.instance.name)
                     : fmt::format("'{}' is a single header, not a stack", node.instance.name),
            is_stack ? fmt::format("write extract {}.next", node.instance.name)
                     : fmt::format("write extract {}", node.instance.name));
      return;
    }
    out.push_back({range, model::Extract{it->second}});
  }

  void one(Range range, const ast::Verify& node, Out& out) {
    if (!inParser(range, "verify")) return;
    names_.lookahead_allowed = true;
    if (auto condition = resolve(*node.condition, names_, model_, diagnostics_))
      out.push_back({range, model::Verify{condition}});
    names_.lookahead_allowed = false;
  }

  void one(Range range, const ast::Limit& node, Out& out) {
    if (!inParser(range, "limit")) return;
    if (auto bytes = resolve(*node.bytes, names_, model_, diagnostics_)) out.push_back({range, model::Limit{bytes}});
  }

  void one(Range range, const ast::Advance& node, Out& out) {
    if (!inParser(range, "advance")) return;
    if (auto bytes = resolve(*node.bytes, names_, model_, diagnostics_)) out.push_back({range, model::Advance{bytes}});
  }

  void one(Range range, const ast::Assign& node, Out& out) {
    if (auto to = wideField(*node.target)) return copy(range, *to, node, out);
    auto value = resolve(*node.value, names_, model_, diagnostics_);
    if (const auto* name = std::get_if<ast::Name>(&node.target->node)) {
      auto it = names_.variables.find(name->name);
      if (it == names_.variables.end()) {
        error(node.target->range, "E0221", fmt::format("'{}' is not a variable", name->name),
              meant(name->name, namesOf(names_.variables)));
        return;
      }
      if (value) out.push_back({range, model::AssignVariable{it->second, value}});
      return;
    }
    if (!names_.on_return) {
      error(node.target->range, "E0222", "a parser reads packets, it does not change them",
            "assign to header fields in `on return`");
      return;
    }
    auto field = resolveField(*node.target, names_, model_, diagnostics_);
    if (!field || !value || !mayChange(node.target->range, *field)) return;
    out.push_back({range, model::AssignField{*field, value}});
  }

  const model::Field& fieldOf(const model::FieldRef& ref) const {
    return model_.headers[model_.instances[ref.instance].header].fields[ref.field];
  }

  /// A field of more than 63 bits, which can be copied but not calculated. Reports nothing.
  std::optional<model::FieldRef> wideField(const ast::Expr& expr) const {
    if (!names_.on_return || !std::holds_alternative<ast::Member>(expr.node)) return std::nullopt;
    Diagnostics ignored;
    auto field = resolveField(expr, names_, model_, ignored);
    return field && fieldOf(*field).width_bits > 63 ? field : std::nullopt;
  }

  void copy(Range range, const model::FieldRef& to, const ast::Assign& node, Out& out) {
    if (!std::holds_alternative<ast::Member>(node.value->node)) {
      error(range, "E0307",
            fmt::format("'{0}' has {1} bits: only a field of {1} bits can be copied to it", fieldOf(to).name,
                        fieldOf(to).width_bits));
      return;
    }
    model::CopyField copied{to, {}, nullptr};
    if (!copySource(*node.value, copied) || !mayChange(node.target->range, to)) return;
    sameShape(range, to, copied.from);
    out.push_back({range, copied});
  }

  /// A field, in an element of a stack that is worked out when the packet returns.
  bool copySource(const ast::Expr& expr, model::CopyField& copied) {
    const auto* member = std::get_if<ast::Member>(&expr.node);
    const auto* index = member ? std::get_if<ast::Index>(&member->base->node) : nullptr;
    const auto* stack = index ? std::get_if<ast::Name>(&index->base->node) : nullptr;
    Diagnostics ignored;
    if (!stack || constantValue(*index->index, names_, ignored)) {
      auto field = resolveField(expr, names_, model_, diagnostics_);
      if (field) copied.from = *field;
      return field.has_value();
    }
    auto it = names_.instances.find(stack->name);
    if (it == names_.instances.end() || !model_.instances[it->second].is_stack) {
      error(index->base->range, "E0223", fmt::format("'{}' is no header stack", stack->name));
      return false;
    }
    if (!hasFixedSize(index->index->range, it->second)) return false;
    const model::Header& header = model_.headers[model_.instances[it->second].header];
    for (unsigned i = 0; i < header.fields.size(); i++)
      if (header.fields[i].name == member->member.name) {
        copied.from = {it->second, 0, i};
        copied.index = resolve(*index->index, names_, model_, diagnostics_);
        return copied.index != nullptr;
      }
    error(member->member.range, "E0206",
          fmt::format("header '{}' has no field '{}'", header.name, member->member.name));
    return false;
  }

  /// Of a stack of headers of variable length, only the place of the first is known.
  bool hasFixedSize(Range range, unsigned instance) {
    if (!model_.headers[model_.instances[instance].header].variable_bits) return true;
    error(range, "E0312", fmt::format("elements of '{}' have no fixed size", model_.instances[instance].name),
          "only its first element can be worked on");
    return false;
  }

  void sameShape(Range range, const model::FieldRef& a, const model::FieldRef& b) {
    const model::Field &left = fieldOf(a), &right = fieldOf(b);
    if (left.width_bits != right.width_bits)
      error(range, "E0317",
            fmt::format("'{}' has {} bits and '{}' has {}", left.name, left.width_bits, right.name, right.width_bits),
            "both must have the same width");
    else if (left.offset_bits % 8 || right.offset_bits % 8 || left.width_bits % 8)
      error(range, "E0317", "these fields do not consist of whole bytes");
  }

  void one(Range range, const ast::Swap& node, Out& out) {
    if (!onReturn(range, "swap()")) return;
    auto left = resolveField(*node.left, names_, model_, diagnostics_);
    auto right = resolveField(*node.right, names_, model_, diagnostics_);
    if (!left || !right || !mayChange(node.left->range, *left) || !mayChange(node.right->range, *right)) return;
    sameShape(range, *left, *right);
    out.push_back({range, model::SwapFields{*left, *right}});
  }

  void one(Range range, const ast::Drop& node, Out& out) {
    if (!onReturn(range, "drop")) return;
    auto target = resolveTarget({range, ast::Target::Kind::Drop, node.reason}, names_, diagnostics_);
    if (target) out.push_back({range, model::Drop{target->reason}});
  }

  bool onReturn(Range range, const char* what) {
    if (names_.on_return) return true;
    error(range, "E0222", fmt::format("a parser reads packets: '{}' is for `on return`", what));
    return false;
  }

  bool mayChange(Range range, const model::FieldRef& field) {
    if (fieldOf(field).derived == model::Derived::No) return true;
    error(range, "E0232", fmt::format("'{}' follows from other bytes of the packet", fieldOf(field).name),
          "it is put right by itself when they change");
    return false;
  }

  void one(Range range, const ast::Variable& node, Out& out) {
    auto value = node.value ? resolve(*node.value, names_, model_, diagnostics_) : nullptr;
    declareVariable(node, range, names_, model_, diagnostics_);
    const unsigned variable = names_.variables[node.name.name];
    if (value) out.push_back({range, model::AssignVariable{variable, value}});
  }

  void one(Range range, const ast::Call& node, Out&) {
    error(range, "E0233", fmt::format("'{}' is not done while a packet is read", node.action.name),
          "actions are for `on arrival` and `on return`");
  }

  void one(Range range, const ast::Pop& node, Out& out) {
    const auto* name = std::get_if<ast::Name>(&node.stack->node);
    auto it = name ? names_.instances.find(name->name) : names_.instances.end();
    if (name && it == names_.instances.end()) {
      error(node.stack->range, "E0215", fmt::format("no header is called '{}'", name->name),
            meant(name->name, namesOf(names_.instances)));
      return;
    }
    if (it == names_.instances.end() || !model_.instances[it->second].is_stack) {
      error(node.stack->range, "E0223", "pop() is for header stacks");
      return;
    }
    if (!names_.on_return) {
      error(range, "E0222", "a parser reads packets, it does not change them", "use pop() in `on return`");
      return;
    }
    if (!hasFixedSize(range, it->second)) return;
    if (popped_ && *popped_ != it->second) {
      error(range, "E0230", fmt::format("'{}' is popped, and another stack as well", name->name),
            "of the stripped headers, one stack can be popped");
      return;
    }
    popped_ = it->second;
    out.push_back({range, model::Pop{it->second}});
  }

  void one(Range range, const ast::If& node, Out& out) {
    if (!names_.on_return) {
      error(range, "E0224", "a state branches by 'select', not by 'if'",
            "end the state with select (FIELD) { VALUE: STATE; default: STATE; }");
      return;
    }
    auto condition = resolve(*node.condition, names_, model_, diagnostics_);
    auto then_branch = all(node.then_branch), else_branch = all(node.else_branch);
    if (condition) out.push_back({range, model::If{condition, std::move(then_branch), std::move(else_branch)}});
  }

  /// The telemetry of a name; nothing after an error. One that does not exist has been reported.
  std::optional<unsigned> telemetry(Range range, const ast::Identifier& name, const char* what) {
    if (!onReturn(range, what)) return std::nullopt;
    if (!names_.measured) {
      error(range, "E0810",
            "telemetry is for `on return` where headers are stripped, and for `on arrival` of an egress");
      return std::nullopt;
    }
    const auto it = names_.telemetry.find(name.name);
    return it == names_.telemetry.end() ? std::nullopt : std::optional(it->second);
  }

  /// The same for what goes into the packet: hops that others have been in are there already.
  std::optional<unsigned> ownTelemetry(Range range, const ast::Identifier& name, const char* what) {
    const auto found = telemetry(range, name, what);
    if (!found || model_.telemetry[*found].collected.empty()) return found;
    error(name.range, "E0820", fmt::format("'{}' has what other hops have said, which is for `report`", name.name),
          "declare another telemetry with what this hop says");
    return std::nullopt;
  }

  /// Room for the data of others is pushed, and nothing else can be done with it.
  bool saysNothing(const ast::Identifier& name, unsigned telemetry) {
    if (!model_.telemetry[telemetry].is_room) return false;
    error(name.range, "E0802", fmt::format("'{}' measures nothing", name.name), "it is room, which can be pushed");
    return true;
  }

  /// What has no other content than what the spec says: a single header of fixed size, in the last strip clause.
  std::optional<unsigned> pushable(const ast::Identifier& name) {
    const auto it = names_.instances.find(name.name);
    if (it == names_.instances.end()) {
      error(name.range, "E0215", fmt::format("no header is called '{}'", name.name),
            meant(name.name, namesOf(names_.instances)));
      return std::nullopt;
    }
    const model::Instance& instance = model_.instances[it->second];
    const model::Header& header = model_.headers[instance.header];
    if (!instance.stripped || instance.region + 1 != model_.strip_ranges.size()) {
      error(name.range, "E0812", fmt::format("'{}' is not one of the headers that are stripped last", name.name),
            "what is pushed goes behind all stripped headers: name it in the last `strip` clause");
      return std::nullopt;
    }
    if (instance.is_stack || header.variable_bits || model::hasDerived(header)) {
      error(name.range, "E0813",
            fmt::format("'{}' {}", name.name,
                        instance.is_stack      ? "is a stack"
                        : header.variable_bits ? "has no fixed size"
                                               : "has lengths or checksums that follow from other bytes"),
            "a single header of plain fields can be pushed");
      return std::nullopt;
    }
    return it->second;
  }

  /// With a field that moves, the packet may have no stripped headers at all: that field tells what follows those that
  /// are pushed then.
  void needsMoved(Range range, const std::vector<unsigned>& pushed) {
    for (const model::Move& move : model_.moves)
      if (!std::count(pushed.begin(), pushed.end(), move.stripped.instance))
        error(
            range, "E0815",
            fmt::format("'{}' is not pushed, and it says what follows", model_.instances[move.stripped.instance].name),
            "what moved to a field of it has to be there when the packet has it");
  }

  void one(Range range, const ast::PushHeaders& node, Out& out) {
    if (!onReturn(range, "push")) return;
    if (!names_.measured) {
      error(range, "E0810", "headers are pushed in the `on return` of proxies that strip headers");
      return;
    }
    model::PushHeaders push;
    unsigned bytes = 0;
    for (const ast::Identifier& name : node.headers) {
      const auto instance = pushable(name);
      if (!instance) return;
      if (std::count(push.instances.begin(), push.instances.end(), *instance)) {
        error(name.range, "E0813", fmt::format("'{}' is pushed twice", name.name), "a packet has a single header once");
        return;
      }
      push.instances.push_back(*instance);
      bytes += model_.headers[model_.instances[*instance].header].size;
    }
    if (bytes % 4)
      error(range, "E0814", fmt::format("these headers have {} bytes together", bytes),
            "what is pushed at a time takes whole 32-bit words");
    needsMoved(range, push.instances);
    out.push_back({range, std::move(push)});
  }

  void one(Range range, const ast::Insert& node, Out& out) {
    const auto data = ownTelemetry(range, node.data, "push");
    const auto behind = data ? singleHeader(node.behind, names_, model_, diagnostics_) : std::nullopt;
    if (!behind) return;
    if (model_.telemetry[*data].is_room)
      out.push_back({range, model::PushRoom{*data, *behind}});
    else
      out.push_back({range, model::Insert{*data, *behind}});
  }

  void one(Range range, const ast::Write& node, Out& out) {
    const auto data = ownTelemetry(range, node.data, "write");
    const auto behind = data ? singleHeader(node.behind, names_, model_, diagnostics_) : std::nullopt;
    auto at = resolve(*node.at, names_, model_, diagnostics_);
    if (data && saysNothing(node.data, *data)) return;
    if (behind && at) out.push_back({range, model::Write{*data, *behind, at}});
  }

  void one(Range range, const ast::Report& node, Out& out) {
    const auto data = telemetry(range, node.data, "report");
    if (!data || saysNothing(node.data, *data)) return;
    if (!names_.for_good && !model_.telemetry[*data].collected.empty())
      error(range, "E0821", "what hops have said is reported where it is taken off for good",
            "that is the `on arrival` of an `egress`");
    out.push_back({range, model::Report{*data}});
  }

  bool inParser(Range range, const char* what) {
    if (!names_.on_return) return true;
    error(range, "E0225", fmt::format("'{}' is for parser states", what));
    return false;
  }

  void error(Range range, const char* code, std::string text, std::string hint = {}) {
    diagnostics_.error(range, code, std::move(text), std::move(hint));
  }

  Names& names_;
  model::Model& model_;
  Diagnostics& diagnostics_;
  std::optional<unsigned> popped_;
};

std::optional<model::Pattern> resolvePattern(const ast::Pattern& pattern, const Names& names,
                                             Diagnostics& diagnostics) {
  using Kind = ast::Pattern::Kind;
  if (pattern.kind == Kind::Any) return model::Pattern{};
  auto first = constantValue(*pattern.first, names, diagnostics);
  if (!first) return std::nullopt;
  const auto value = static_cast<uint64_t>(*first);
  if (pattern.kind == Kind::Value) return model::Pattern{false, value, UINT64_MAX};
  auto second = constantValue(*pattern.second, names, diagnostics);
  if (!second) return std::nullopt;
  const auto other = static_cast<uint64_t>(*second);
  if (pattern.kind == Kind::Mask) return model::Pattern{false, value & other, other};
  if (value > other) {
    diagnostics.error(pattern.range, "E0315", "this interval is empty", "write the smaller bound first");
    return std::nullopt;
  }
  return model::Pattern{true, value, other};
}

/// The bits that a select key can have, for the check that its values are possible.
unsigned widthOf(const model::Expr& expr, const model::Model& model) {
  if (const auto* ref = std::get_if<model::FieldRef>(&expr.node))
    return model.headers[model.instances[ref->instance].header].fields[ref->field].width_bits;
  if (const auto* ref = std::get_if<model::VariableRef>(&expr.node)) return model.variables[ref->variable].width_bits;
  if (const auto* ahead = std::get_if<model::Lookahead>(&expr.node)) return ahead->width_bits;
  return 64;
}

void checkPattern(const ast::Pattern& written, const model::Pattern& pattern, unsigned width,
                  Diagnostics& diagnostics) {
  const uint64_t most = width >= 64 ? UINT64_MAX : (uint64_t{1} << width) - 1;
  const uint64_t highest = pattern.interval ? pattern.mask : pattern.value;
  if (highest > most)
    diagnostics.error(written.range, "E0316", fmt::format("{} never occurs in {} bits", highest, width));
}

void refuseEqualKeys(const model::State& state, const model::Model& model, Diagnostics& diagnostics) {
  std::set<std::string> seen;
  for (const model::ExprPtr& key : state.keys)
    if (!seen.insert(print(*key, model)).second)
      diagnostics.error(key->range, "E0408", fmt::format("'{}' is selected twice", print(*key, model)),
                        "remove one of them");
}

/// A case behind one that matches all that it matches is a mistake: of the two, only the first counts.
void refuseShadowed(const model::State& state, Diagnostics& diagnostics) {
  for (size_t i = 1; i < state.cases.size(); i++)
    for (size_t earlier = 0; earlier < i; earlier++)
      if (model::covers(state.cases[earlier], state.cases[i])) {
        diagnostics.error(state.cases[i].range, "E0403", "this case is never reached",
                          fmt::format("case {} matches all that it matches", earlier + 1));
        break;
      }
}

void resolveTransition(const ast::Transition& transition, Names& names, model::Model& model, model::State& state,
                       Diagnostics& diagnostics) {
  names.lookahead_allowed = true;
  for (const auto& key : transition.keys)
    if (auto resolved = resolve(*key, names, model, diagnostics)) state.keys.push_back(resolved);
  names.lookahead_allowed = false;
  if (state.keys.size() != transition.keys.size()) return;
  refuseEqualKeys(state, model, diagnostics);
  for (const ast::Case& written : transition.cases) {
    model::Case resolved;
    resolved.range = written.range;
    if (written.patterns.size() != transition.keys.size()) {
      diagnostics.error(written.range, "E0401",
                        fmt::format("a select over {} needs as many values in a case, not {}", transition.keys.size(),
                                    written.patterns.size()));
      continue;
    }
    for (size_t i = 0; i < written.patterns.size(); i++)
      if (auto pattern = resolvePattern(written.patterns[i], names, diagnostics)) {
        if (!pattern->any()) checkPattern(written.patterns[i], *pattern, widthOf(*state.keys[i], model), diagnostics);
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

std::optional<model::Target> resolveTarget(const ast::Target& target, const Names& names, Diagnostics& diagnostics) {
  model::Target resolved;
  resolved.range = target.range;
  resolved.kind = target.kind;
  if (target.kind == ast::Target::Kind::State) {
    auto it = names.states.find(target.name.name);
    if (it == names.states.end()) return std::nullopt;
    resolved.state = it->second;
  }
  if (target.kind == ast::Target::Kind::Drop) {
    static const std::vector<std::string> reasons = {"malformed", "too_deep", "requirement", "no_key", "hops"};
    resolved.reason = target.name.name.empty() ? "requirement" : target.name.name;
    if (std::find(reasons.begin(), reasons.end(), resolved.reason) == reasons.end()) {
      diagnostics.error(target.name.range, "E0227", fmt::format("no drop reason is called '{}'", resolved.reason),
                        "the reasons are malformed, too_deep, requirement, no_key and hops");
      return std::nullopt;
    }
  }
  return resolved;
}

std::vector<model::Statement> resolveStatement(const ast::Statement& statement, Names& names, model::Model& model,
                                               Diagnostics& diagnostics) {
  return StatementResolver(names, model, diagnostics).one(statement);
}

std::vector<model::Statement> resolveStatements(const std::vector<ast::Statement>& body, Names& names,
                                                model::Model& model, Diagnostics& diagnostics) {
  return StatementResolver(names, model, diagnostics).all(body);
}

/// A state, or with `override` one in place of what a used parser has. `own` are those of the same parser so far.
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

/// A library leaves states to those who use it.
void checkTargets(const UsedState& used, const Names& names, Diagnostics& diagnostics) {
  const Blame blame(diagnostics, used.state->range, used.where);
  for (const ast::Case& c : used.state->transition.cases) {
    const std::string& name = c.target.name.name;
    if (c.target.kind != ast::Target::Kind::State || names.states.count(name)) continue;
    const bool left_out = used.state->range.file != used.where.file;
    diagnostics.error(c.target.range, "E0404", fmt::format("no state is called '{}'", name),
                      left_out
                          ? fmt::format("this parser leaves it to the one that uses it: declare 'state {}' there", name)
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
                          fmt::format("'{}' is 0 when a packet arrives", variable.name.name),
                          "assign to it in the state `start`");
    }
    std::set<std::string> own;
    for (const ast::State& state : part->states) declareState({&state, where}, names, own, states, diagnostics);
  }
  if (diagnostics.hasErrors()) return;
  for (const UsedState& used : states) {
    const ast::State& written = *used.state;
    model::State state;
    state.name = written.name.name;
    state.range = written.name.range;
    state.transition_range = written.transition.range;
    state.body = resolveStatements(written.body, names, model, diagnostics);
    checkTargets(used, names, diagnostics);
    resolveTransition(written.transition, names, model, state, diagnostics);
    model.states.push_back(std::move(state));
  }
  auto start = names.states.find("start");
  if (start == names.states.end())
    diagnostics.error(parser.range, "E0406", fmt::format("parser '{}' has no state 'start'", parser.name),
                      "a packet's first header is extracted there");
  else
    model.start = start->second;
}

}  // namespace sfc::sema
