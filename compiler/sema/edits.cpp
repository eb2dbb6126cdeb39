// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Edits: the statements of `on arrival` and `on return`.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/names.h"

namespace sfc::sema {

namespace {

constexpr unsigned MaxPops = 1024;  // the programs have code for each

class Edits {
public:
  Edits(Names& names, model::Model& model, Diagnostics& diagnostics)
      : names_(names), model_(model), diagnostics_(diagnostics) {}

  std::vector<ir::Edit> all(const std::vector<ast::Statement>& body) {
    std::vector<ir::Edit> resolved;
    for (const ast::Statement& statement : body) add(statement, resolved);
    return resolved;
  }

private:
  using Out = std::vector<ir::Edit>;

  void add(const ast::Statement& statement, Out& out) {
    std::visit([&](const auto& node) { one(statement.range, node, out); }, statement.node);
  }

  // ---- variables and fields

  void one(Range range, const ast::Variable& node, Out& out) {
    auto value = node.value ? resolve(*node.value, names_, model_, diagnostics_) : nullptr;
    declareVariable(node, range, names_, model_, diagnostics_);
    const unsigned variable = names_.variables[node.name.name];
    if (value) out.push_back({range, ir::AssignVariable{variable, value}});
  }

  void one(Range range, const ast::Assign& node, Out& out) {
    if (auto to = wideField(*node.target)) return copy(range, *to, node, out);
    if (auto to = copyTarget(node)) return copy(range, *to, node, out);
    auto value = resolve(*node.value, names_, model_, diagnostics_);
    if (const auto* name = std::get_if<ast::Name>(&node.target->node)) {
      auto variable = variableNamed(*node.target, *name, names_, diagnostics_);
      if (variable && value) out.push_back({range, ir::AssignVariable{*variable, value}});
      return;
    }
    auto field = resolveBits(*node.target, names_, model_, diagnostics_);
    if (!field || !value || !mayChange(node.target->range, *field)) return;
    out.push_back({range, ir::AssignField{*field, value}});
  }

  /// A field of more than 64 bits, which can be copied but not calculated. Reports nothing.
  std::optional<ir::FieldRef> wideField(const ast::Expr& expr) const {
    if (!std::holds_alternative<ast::Member>(expr.node)) return std::nullopt;
    Diagnostics ignored;
    auto field = resolveField(expr, names_, model_, ignored);
    return field && model_.fieldOf(*field).width_bits > MaxNumberBits ? field : std::nullopt;
  }

  /// A field of so many bits as a number has, if an element with a computed index is assigned to it.
  std::optional<ir::FieldRef> copyTarget(const ast::Assign& node) const {
    const auto* member = std::get_if<ast::Member>(&node.value->node);
    const auto* index = member ? std::get_if<ast::Index>(&member->base->node) : nullptr;
    Diagnostics ignored;
    if (!index || constantValue(*index->index, names_, ignored)) return std::nullopt;
    auto field = resolveField(*node.target, names_, model_, ignored);
    return field && model_.fieldOf(*field).width_bits == MaxNumberBits ? field : std::nullopt;
  }

  void copy(Range range, const ir::FieldRef& to, const ast::Assign& node, Out& out) {
    if (!std::holds_alternative<ast::Member>(node.value->node)) {
      error(range, "E0307",
            fmt::format("'{0}' has {1} bits: only a field of {1} bits can be copied to it", model_.fieldOf(to).name,
                        model_.fieldOf(to).width_bits));
      return;
    }
    ir::CopyField copied{to, {}, nullptr};
    if (!copySource(*node.value, copied) || !mayChange(node.target->range, to)) return;
    sameShape(range, to, copied.from);
    out.push_back({range, copied});
  }

  /// A field, in an element of a stack whose index is computed when the packet returns.
  bool copySource(const ast::Expr& expr, ir::CopyField& copied) {
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
      error(index->base->range, "E0223", fmt::format("'{}' is not a header stack", stack->name));
      return false;
    }
    if (!hasFixedSize(index->index->range, it->second)) return false;
    const ir::Header& header = model_.headerOf(it->second);
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
    if (!model_.headerOf(instance).variable_bits) return true;
    error(range, "E0312", fmt::format("elements of '{}' have no fixed size", model_.instances[instance].name),
          "use its first element only");
    return false;
  }

  void sameShape(Range range, const ir::FieldRef& a, const ir::FieldRef& b) {
    const ir::Field &left = model_.fieldOf(a), &right = model_.fieldOf(b);
    if (left.width_bits != right.width_bits)
      error(range, "E0317",
            fmt::format("'{}' has {} bits and '{}' has {}", left.name, left.width_bits, right.name, right.width_bits),
            "both must have the same width");
    else if (left.offset_bits % 8 || right.offset_bits % 8 || left.width_bits % 8)
      error(range, "E0317", "these fields do not consist of whole bytes");
  }

  bool mayChange(Range range, const ir::FieldRef& field) {
    if (model_.fieldOf(field).computed == ir::Computed::No) return true;
    error(range, "E0232", fmt::format("computed field '{}' cannot be assigned to", model_.fieldOf(field).name),
          "leave this out: the programs update lengths and checksums");
    return false;
  }

  void one(Range range, const ast::Swap& node, Out& out) {
    auto left = resolveField(*node.left, names_, model_, diagnostics_);
    auto right = resolveField(*node.right, names_, model_, diagnostics_);
    if (!left || !right || !mayChange(node.left->range, *left) || !mayChange(node.right->range, *right)) return;
    sameShape(range, *left, *right);
    out.push_back({range, ir::SwapFields{*left, *right}});
  }

  // ---- drops and branches

  void one(Range range, const ast::Drop& node, Out& out) {
    auto target = resolveTarget({range, ast::Target::Kind::Drop, node.reason}, names_, diagnostics_);
    if (target) out.push_back({range, ir::Drop{target->reason}});
  }

  void one(Range range, const ast::Pop& node, Out& out) {
    const auto* name = std::get_if<ast::Name>(&node.stack->node);
    auto it = name ? names_.instances.find(name->name) : names_.instances.end();
    if (name && it == names_.instances.end()) {
      error(node.stack->range, "E0215", fmt::format("unknown header '{}'", name->name),
            meant(name->name, namesOf(names_.instances)));
      return;
    }
    if (it == names_.instances.end() || !model_.instances[it->second].is_stack) {
      error(node.stack->range, "E0223", "pop() requires a header stack");
      return;
    }
    if (!hasFixedSize(range, it->second)) return;
    if (popped_ && *popped_ != it->second) {
      error(range, "E0230", fmt::format("'{}' is popped in addition to another stack", name->name),
            "pop elements of one stripped stack only");
      return;
    }
    popped_ = it->second;
    if (const auto count = popCount(node, model_.instances[it->second])) {
      countPops(range, *count);
      out.push_back({range, ir::Pop{it->second, *count}});
    }
  }

  std::optional<unsigned> popCount(const ast::Pop& node, const ir::Instance& stack) {
    if (!node.count) return 1;
    const auto count = constantValue(*node.count, names_, diagnostics_);
    if (!count) return std::nullopt;
    if (*count >= 1 && *count <= stack.count) return static_cast<unsigned>(*count);
    error(node.count->range, "E0319",
          fmt::format("'{}' has {} elements, {} cannot be popped", stack.name, stack.count, *count),
          fmt::format("pop 1 to {} elements", stack.count));
    return std::nullopt;
  }

  void countPops(Range range, unsigned count) {
    const bool fine = pops_ <= MaxPops;
    pops_ += count;
    if (fine && pops_ > MaxPops)
      error(range, "E0104", fmt::format("more than {} elements are popped", MaxPops), "pop fewer elements");
  }

  void one(Range range, const ast::If& node, Out& out) {
    auto condition = resolve(*node.condition, names_, model_, diagnostics_);
    auto then_branch = all(node.then_branch), else_branch = all(node.else_branch);
    if (condition) out.push_back({range, ir::If{condition, std::move(then_branch), std::move(else_branch)}});
  }

  // ---- telemetry, and headers that are pushed

  /// The telemetry of a name; nothing after an error. One that does not exist has been reported.
  std::optional<unsigned> telemetry(Range range, const ast::Identifier& name) {
    if (!names_.measured) {
      error(range, "E0810",
            "telemetry is only available in `on return` of a proxy that strips headers and keeps those of each packet, "
            "and in `on arrival` of an `egress`");
      return std::nullopt;
    }
    const auto it = names_.telemetry.find(name.name);
    return it == names_.telemetry.end() ? std::nullopt : std::optional(it->second);
  }

  /// The same for telemetry that goes into the packet: not a layout of data from others.
  std::optional<unsigned> ownTelemetry(Range range, const ast::Identifier& name) {
    const auto found = telemetry(range, name);
    if (!found || model_.telemetry[*found].collected.empty()) return found;
    error(name.range, "E0820",
          fmt::format("'{}' collects the data of other hops, which can only be reported", name.name),
          "push telemetry that has only items of this hop");
    return std::nullopt;
  }

  /// Room for the data of others can only be pushed.
  bool saysNothing(const ast::Identifier& name, unsigned telemetry) {
    if (!model_.telemetry[telemetry].is_room) return false;
    error(name.range, "E0802", fmt::format("telemetry '{}' has no items", name.name),
          "it is room for the data of other hops: use `push`");
    return true;
  }

  /// Headers that can be pushed: single ones of fixed size, in the last strip clause.
  std::optional<unsigned> pushable(const ast::Identifier& name) {
    const auto it = names_.instances.find(name.name);
    if (it == names_.instances.end()) {
      error(name.range, "E0215", fmt::format("unknown header '{}'", name.name),
            meant(name.name, namesOf(names_.instances)));
      return std::nullopt;
    }
    const ir::Instance& instance = model_.instances[it->second];
    const ir::Header& header = model_.headers[instance.header];
    if (!instance.stripped || instance.region + 1 != model_.strip_ranges.size()) {
      error(name.range, "E0812", fmt::format("'{}' is not in the last `strip` clause", name.name),
            "pushed headers go behind all stripped headers: name it in the last `strip` clause");
      return std::nullopt;
    }
    if (instance.is_stack || header.variable_bits || ir::hasComputed(header)) {
      error(name.range, "E0813",
            fmt::format("'{}' {}", name.name,
                        instance.is_stack      ? "is a stack"
                        : header.variable_bits ? "has no fixed size"
                                               : "has computed fields"),
            "push single headers of fixed size without computed fields");
      return std::nullopt;
    }
    return it->second;
  }

  /// With a field that moves, the packet may have no stripped headers at all: that field then names the header behind
  /// the pushed ones.
  void needsMoved(Range range, const std::vector<unsigned>& pushed) {
    for (const ir::Move& move : model_.moves)
      if (!std::count(pushed.begin(), pushed.end(), move.stripped.instance))
        error(range, "E0815",
              fmt::format("'{}' is not pushed, but one of its fields says what follows",
                          model_.instances[move.stripped.instance].name),
              "push it as well: the moved field goes back into it");
  }

  void one(Range range, const ast::PushHeaders& node, Out& out) {
    if (!names_.measured) {
      error(range, "E0810",
            "headers can only be pushed in `on return` of a proxy that strips headers and keeps those of each packet");
      return;
    }
    ir::PushHeaders push;
    unsigned bytes = 0;
    for (const ast::Identifier& name : node.headers) {
      const auto instance = pushable(name);
      if (!instance) return;
      if (std::count(push.instances.begin(), push.instances.end(), *instance)) {
        error(name.range, "E0813", fmt::format("'{}' is pushed twice", name.name),
              "a packet has a single header at most once");
        return;
      }
      push.instances.push_back(*instance);
      bytes += model_.headerOf(*instance).size;
    }
    if (bytes % 4)
      error(range, "E0814", fmt::format("the pushed headers have {} bytes together", bytes),
            "the headers of one `push` must take whole 32-bit words");
    needsMoved(range, push.instances);
    out.push_back({range, std::move(push)});
  }

  void one(Range range, const ast::Insert& node, Out& out) {
    const auto data = ownTelemetry(range, node.data);
    const auto behind = data ? singleHeader(node.behind, names_, model_, diagnostics_) : std::nullopt;
    if (!behind) return;
    if (model_.telemetry[*data].is_room)
      out.push_back({range, ir::PushRoom{*data, *behind}});
    else
      out.push_back({range, ir::Insert{*data, *behind}});
  }

  void one(Range range, const ast::Write& node, Out& out) {
    const auto data = ownTelemetry(range, node.data);
    const auto behind = data ? singleHeader(node.behind, names_, model_, diagnostics_) : std::nullopt;
    auto at = resolve(*node.at, names_, model_, diagnostics_);
    if (data && saysNothing(node.data, *data)) return;
    if (behind && at) out.push_back({range, ir::Write{*data, *behind, at}});
  }

  void one(Range range, const ast::Report& node, Out& out) {
    const auto data = telemetry(range, node.data);
    if (!data || saysNothing(node.data, *data)) return;
    if (!names_.terminates && !model_.telemetry[*data].collected.empty())
      error(range, "E0821", "only a terminator can report the data of hops",
            "report it in `on arrival` of an `egress`");
    out.push_back({range, ir::Report{*data}});
  }

  // ---- statements of parsers

  void one(Range range, const ast::Extract&, Out&) { onlyInParser(range, "extract"); }
  void one(Range range, const ast::Verify&, Out&) { onlyInParser(range, "verify"); }
  void one(Range range, const ast::Limit&, Out&) { onlyInParser(range, "limit"); }
  void one(Range range, const ast::Advance&, Out&) { onlyInParser(range, "advance"); }
  void one(Range range, const ast::Call& node, Out&) {
    error(range, "E0233", fmt::format("a parser state cannot call action '{}'", node.action.name),
          "call it in `on arrival` or `on return`");
  }

  void onlyInParser(Range range, const char* what) {
    error(range, "E0225", fmt::format("'{}' is only allowed in parser states", what));
  }

  void error(Range range, const char* code, std::string text, std::string hint = {}) {
    diagnostics_.error(range, code, std::move(text), std::move(hint));
  }

  Names& names_;
  model::Model& model_;
  Diagnostics& diagnostics_;
  std::optional<unsigned> popped_;
  unsigned pops_ = 0;
};

}  // namespace

std::vector<ir::Edit> resolveEdits(const std::vector<ast::Statement>& body, Names& names, model::Model& model,
                                   Diagnostics& diagnostics) {
  return Edits(names, model, diagnostics).all(body);
}

}  // namespace sfc::sema
