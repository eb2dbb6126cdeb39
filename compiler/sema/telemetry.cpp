// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Telemetry declarations: measurements, the bits that request them, their size.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/names.h"
#include "lib/variant/overloaded.h"

namespace sfc::sema {

namespace {

constexpr unsigned WordBits = 32;
constexpr unsigned MaxDataBytes = 256;

/// The telemetry that statements name, each once, in the order of the text.
void collectNames(const std::vector<ast::Statement>& statements, std::vector<const ast::Identifier*>& names) {
  const auto add = [&](const ast::Identifier& name) {
    const auto same = [&](const ast::Identifier* other) { return other->name == name.name; };
    if (std::none_of(names.begin(), names.end(), same)) names.push_back(&name);
  };
  for (const ast::Statement& statement : statements)
    std::visit(Overloaded{[&](const OneOf<ast::Insert, ast::Write, ast::Report> auto& node) { add(node.data); },
                          [&](const ast::If& node) {
                            collectNames(node.then_branch, names);
                            collectNames(node.else_branch, names);
                          },
                          [](const OneOf<ast::Extract, ast::Verify, ast::Limit, ast::Advance> auto&) {},
                          [](const OneOf<ast::Assign, ast::Variable, ast::Swap, ast::Drop, ast::Pop, ast::Call,
                                         ast::PushHeaders> auto&) {}},
               statement.node);
}

/// A telemetry of this node or, with `layout_only`, the format of data from others, whose fields have no values.
class TelemetryResolver {
public:
  TelemetryResolver(const ast::Telemetry& declared, bool layout_only, const Names& names, const model::Model& model,
                    Diagnostics& diagnostics)
      : declared_(declared), names_(names), model_(model), diagnostics_(diagnostics) {
    result_.layout_only = layout_only;
  }

  ir::Telemetry run() {
    result_.name = declared_.name.name;
    result_.range = declared_.name.range;
    if (declared_.by) by();
    for (const ast::Measured& item : declared_.items) add(item);
    for (ir::TelemetryGroup& group : result_.groups) checkGroup(group);
    result_.is_room = declared_.items.empty() && declared_.collected.empty();
    if (result_.is_room && !declared_.size)
      error(declared_.name.range, "E0802", fmt::format("telemetry '{}' has no items", result_.name),
            "add items, or a `size` if it is room for the data of other hops");
    if (declared_.size) size();
    if (result_.max_bytes > MaxDataBytes)
      error(declared_.name.range, "E0803",
            fmt::format("'{}' can take {} bytes; at most {} are possible", result_.name, result_.max_bytes,
                        MaxDataBytes));
    return std::move(result_);
  }

private:
  void by() {
    const auto field = resolveField(*declared_.by, names_, model_, diagnostics_);
    if (!field) return;
    result_.by = resolve(*declared_.by, names_, model_, diagnostics_);
    result_.by_bits = model_.fieldOf(*field).width_bits;
  }

  /// The bits that request an item; false if they are invalid.
  bool gate(const ast::Measured& item, ir::TelemetryGroup& group) {
    if (!item.first) return true;
    const auto first = constantValue(*item.first, names_, diagnostics_);
    const auto last = item.last ? constantValue(*item.last, names_, diagnostics_) : first;
    if (!first || !last) return false;
    if (!declared_.by) {
      error(item.range, "E0804", "an item with bits, but no `by`",
            "add `by HEADER.FIELD;` with the field whose bits request items");
      return false;
    }
    if (!result_.by) return false;
    const Range range = item.last ? join(item.first->range, item.last->range) : item.first->range;
    if (*first < 0 || *first >= result_.by_bits || *last >= result_.by_bits) {
      error(range, "E0805", fmt::format("the field has bits 0 to {}", result_.by_bits - 1), "bit 0 is the leftmost");
      return false;
    }
    if (*last < *first) {
      error(range, "E0805", fmt::format("the bit range [{} .. {}] is empty", *first, *last),
            fmt::format("write [{} .. {}]", *last, *first));
      return false;
    }
    group.gated = true;
    group.first = static_cast<unsigned>(*first);
    group.last = static_cast<unsigned>(*last);
    return true;
  }

  void add(const ast::Measured& item) {
    if (item.width < 1 || item.width > 64) {
      error(item.name.range, "E0301", fmt::format("'{}' cannot have {} bits", item.name.name, item.width),
            "the width must be 1 to 64 bits");
      return;
    }
    ir::TelemetryGroup group;
    group.range = item.range;
    if (!gate(item, group)) return;
    auto value = result_.layout_only ? nullptr : resolve(*item.value, names_, model_, diagnostics_);
    if (!value && !result_.layout_only) return;
    if (value) checkFits(value);
    std::vector<ir::TelemetryGroup>& groups = result_.groups;
    if (groups.empty() || groups.back().gated != group.gated || groups.back().first != group.first ||
        groups.back().last != group.last) {
      checkOrder(group);
      groups.push_back(group);
    }
    groups.back().fields.push_back({item.name.name, item.width, value});
  }

  /// Items are in the packet in the order of the text; standards have them in the order of their bits.
  void checkOrder(const ir::TelemetryGroup& group) {
    for (const ir::TelemetryGroup& earlier : result_.groups)
      if (group.gated && earlier.gated && group.first <= earlier.last)
        error(group.range, "E0806", fmt::format("bit {} comes after bit {}", group.first, earlier.last),
              "write items in the order of their bits, and those of one bit together");
  }

  void checkGroup(ir::TelemetryGroup& group) {
    unsigned bits = 0;
    for (const ir::TelemetryField& field : group.fields) bits += field.width_bits;
    if (bits % WordBits)
      error(group.range, "E0807", fmt::format("these items have {} bits together", bits),
            "items that are requested together must take whole 32-bit words");
    group.bytes = bits / 8;
    result_.max_bytes += group.bytes * (group.last - group.first + 1);
  }

  /// Can the packet grow? The answer changes with each statement, but telemetry is declared for all of them.
  void checkFits(const ir::ExprPtr& expr) {
    ir::visit(expr, [&](const ir::Expr& part) {
      const auto* ref = std::get_if<ir::TelemetryRef>(&part.node);
      if (ref && ref->what == ir::TelemetryRef::What::Fits)
        error(part.range, "E0801", "'fits' is only known in `on return`", "test it there, with `if`");
    });
  }

  void size() {
    result_.size = resolve(*declared_.size, names_, model_, diagnostics_);
    bool measures = false, of_itself = false;
    if (result_.size) {
      checkFits(result_.size);
      ir::visit(result_.size, [&](const ir::Expr& part) {
        measures = measures || std::holds_alternative<ir::Measurement>(part.node);
        const auto* ref = std::get_if<ir::TelemetryRef>(&part.node);
        of_itself =
            of_itself || (ref && ref->telemetry == model_.telemetry.size() &&
                          (ref->what == ir::TelemetryRef::What::Size || ref->what == ir::TelemetryRef::What::Holds));
      });
    }
    if (measures)
      error(declared_.size->range, "E0808", "a size cannot depend on measurements",
            "compute it from fields of the packet");
    if (of_itself)
      error(declared_.size->range, "E0808", "a size cannot depend on itself",
            fmt::format("use {}.needed, the bytes of all requested items", result_.name));
    const auto most = constantValue(*declared_.size_max, names_, diagnostics_);
    if (most && (*most < 4 || *most > MaxDataBytes || *most % 4))
      error(declared_.size_max->range, "E0808", fmt::format("invalid telemetry size {}", *most),
            fmt::format("use a multiple of 4, from 4 to {} bytes", MaxDataBytes));
    else if (most)
      result_.max_bytes = static_cast<unsigned>(*most);
  }

  void error(Range range, const char* code, std::string text, std::string hint = {}) {
    diagnostics_.error(range, code, std::move(text), std::move(hint));
  }

  const ast::Telemetry& declared_;
  const Names& names_;
  const model::Model& model_;
  Diagnostics& diagnostics_;
  ir::Telemetry result_;
};

/// The telemetry of a proxy, and the data of other hops that it collects.
class Collection {
public:
  Collection(const Declarations& declarations, Names& names, model::Model& model, Diagnostics& diagnostics)
      : declarations_(declarations), names_(names), model_(model), diagnostics_(diagnostics) {}

  void add(const ast::Identifier& name) {
    const ast::Telemetry* declared = find(name);
    if (!declared) return;
    diagnostics_.blame(declared->range, name.range);
    names_.telemetry.emplace(name.name, model_.telemetry.size());
    ir::Telemetry resolved = TelemetryResolver(*declared, false, names_, model_, diagnostics_).run();
    const size_t number = model_.telemetry.size();
    model_.telemetry.push_back(std::move(resolved));
    for (const ast::Collected& item : declared->collected)
      if (auto collected = collect(item)) model_.telemetry[number].collected.push_back(*collected);
  }

private:
  const ast::Telemetry* find(const ast::Identifier& name) {
    const auto declared = declarations_.telemetry.find(name.name);
    if (declared != declarations_.telemetry.end()) return declared->second;
    diagnostics_.error(name.range, "E0809", fmt::format("unknown telemetry '{}'", name.name),
                       meant(name.name, namesOf(declarations_.telemetry)));
    return nullptr;
  }

  std::optional<ir::Collected> collect(const ast::Collected& item) {
    const ast::Telemetry* hop = find(item.data);
    if (hop) diagnostics_.blame(hop->range, item.data.range);
    const auto behind = hop ? singleHeader(item.behind, names_, model_, diagnostics_) : std::nullopt;
    if (!behind) return std::nullopt;
    if (!hop->collected.empty()) {
      diagnostics_.error(item.data.range, "E0823",
                         fmt::format("telemetry '{}' collects the data of hops itself", item.data.name),
                         "name the telemetry that each hop pushes or writes");
      return std::nullopt;
    }
    if (hop->items.empty()) {
      diagnostics_.error(item.data.range, "E0802", fmt::format("telemetry '{}' has no items", item.data.name),
                         "name the telemetry that each hop pushes or writes");
      return std::nullopt;
    }
    auto at = item.at ? resolve(*item.at, names_, model_, diagnostics_) : nullptr;
    auto size = resolve(*item.size, names_, model_, diagnostics_);
    if (!size || (item.at && !at)) return std::nullopt;
    const auto number = static_cast<unsigned>(model_.telemetry.size());
    model_.telemetry.push_back(TelemetryResolver(*hop, true, names_, model_, diagnostics_).run());
    return ir::Collected{item.name.name, item.range, number, *behind, at, size};
  }

  const Declarations& declarations_;
  Names& names_;
  model::Model& model_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<ir::Measure> measureNamed(const std::string& name) {
  using ir::Measure;
  static const std::map<std::string, Measure> measures = {
      {"arrived", Measure::Arrived},          {"now", Measure::Now},
      {"arrived_tai", Measure::ArrivedTai},   {"now_tai", Measure::NowTai},
      {"ingress_port", Measure::IngressPort}, {"egress_port", Measure::EgressPort},
      {"in_flight", Measure::InFlight},       {"vnf_drops", Measure::VnfDrops}};
  const auto it = measures.find(name);
  return it == measures.end() ? std::nullopt : std::optional(it->second);
}

void resolveTelemetry(const Declarations& declarations, const std::vector<ast::Statement>& statements, Names& names,
                      model::Model& model, Diagnostics& diagnostics) {
  std::vector<const ast::Identifier*> used;
  collectNames(statements, used);
  Collection collection(declarations, names, model, diagnostics);
  for (const ast::Identifier* name : used) collection.add(*name);
}

}  // namespace sfc::sema
