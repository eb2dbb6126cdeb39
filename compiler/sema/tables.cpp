// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Tables: their keys, and the default values in the headers that are pushed.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/ir/print.h"
#include "compiler/sema/names.h"
#include "lib/variant/overloaded.h"

namespace sfc::sema {

namespace {

constexpr uint64_t MaxEntries = 1 << 24;
constexpr unsigned MaxFieldBits = 128;
constexpr size_t MaxTables = 16;
constexpr size_t MaxValues = 16;  // of all tables: header records have those that are read on return

class TableResolver {
public:
  TableResolver(const Names& names, model::Model& model, Diagnostics& diagnostics)
      : names_(names), model_(model), diagnostics_(diagnostics) {}

  ir::Table table(const ast::Table& node) {
    if (!tables_.insert(node.name.name).second)
      diagnostics_.error(node.name.range, "E0201", fmt::format("table '{}' is declared twice", node.name.name),
                         "rename one of them");
    if (names_.instances.count(node.name.name))
      diagnostics_.error(node.name.range, "E0201", fmt::format("'{}' is already the name of a header", node.name.name),
                         "rename the table");
    ir::Table table;
    table.name = node.name.name;
    table.range = node.name.range;
    seen_.clear();
    for (const ast::TableField& field : node.fields) addField(field, &field == &node.fields.back(), table);
    if (node.fields.empty())
      diagnostics_.error(node.name.range, "E0704", fmt::format("table '{}' has no fields", node.name.name),
                         "add fields with their match, such as `ipv4.dst: lpm;`");
    seen_.clear();
    for (const ast::CacheOption& option : node.options) addOption(option, table);
    seen_.clear();
    for (const ast::TableValue& value : node.values) addValue(value, table);
    return table;
  }

  void pushDefault(const ast::Assign& node, bool has_tables) {
    ir::PushDefault result;
    if (!pushedField(*node.target, result)) return;
    result.value = resolve(*node.value, names_, model_, diagnostics_);
    if (!result.value) return;
    if (result.element && has_tables) {
      diagnostics_.error(node.target->range, "E0710", "the entries of the tables say which elements are pushed",
                         "name the field of all elements, or of the last: STACK.FIELD, STACK.last.FIELD");
      return;
    }
    if (const auto counted = perElement(result.value)) {
      result.value = std::make_shared<ir::Expr>(ir::Expr{node.value->range, ir::Constant{counted->constant}});
      result.per_element = counted->per_element;
    }
    const auto* constant = std::get_if<ir::Constant>(&result.value->node);
    if (!constant && (has_tables || !std::holds_alternative<ir::ParamRef>(result.value->node))) {
      diagnostics_.error(node.value->range, "E0710",
                         has_tables ? "a default of what entries say must be a constant"
                                    : "a pushed field is a constant or a parameter",
                         has_tables ? "give the value in the entries, or write it with STACK.size" : "");
      return;
    }
    if (!constant) return model_.push_defaults.push_back(result);
    if (fits(node.value->range, result)) model_.push_defaults.push_back(result);
  }

private:
  /// A number that grows with the pushed stack: `8 + 16 * segments.size`.
  struct Counted {
    int64_t constant = 0;
    int64_t per_element = 0;
  };
  std::optional<Counted> perElement(const ir::ExprPtr& expr) const {
    if (const auto* constant = std::get_if<ir::Constant>(&expr->node)) return Counted{constant->value, 0};
    if (const auto* size = std::get_if<ir::StackSize>(&expr->node)) {
      if (!model_.instances[size->instance].is_stack || !std::ranges::count(model_.pushed, size->instance))
        return std::nullopt;
      return Counted{0, 1};
    }
    const auto* binary = std::get_if<ir::Binary>(&expr->node);
    const auto left = binary ? perElement(binary->left) : std::nullopt;
    const auto right = binary ? perElement(binary->right) : std::nullopt;
    if (!left || !right) return std::nullopt;
    const auto both = [&](int64_t one, int64_t other) { return ir::apply(binary->op, one, other); };
    if (binary->op == ir::BinaryOp::Add || binary->op == ir::BinaryOp::Sub)
      return Counted{both(left->constant, right->constant), both(left->per_element, right->per_element)};
    if (binary->op != ir::BinaryOp::Mul || (left->per_element != 0 && right->per_element != 0)) return std::nullopt;
    const auto times = [](int64_t one, int64_t other) { return ir::apply(ir::BinaryOp::Mul, one, other); };
    return Counted{times(left->constant, right->constant),
                   times(left->per_element, right->constant) + times(left->constant, right->per_element)};
  }

  /// Is a default a value of its field, with one element of the stack and with the most?
  bool fits(Range range, const ir::PushDefault& one) const {
    const unsigned width = fieldOf(one.instance, one.field).width_bits;
    int64_t most = 1;
    for (const unsigned instance : model_.pushed)
      if (model_.instances[instance].is_stack) most = model_.instances[instance].count;
    for (const int64_t elements : {int64_t{1}, most}) {
      const int64_t value = ir::pushedValue(one, elements);
      if (width >= 64 || (value >= 0 && value >> width == 0)) continue;
      diagnostics_.error(range, "E0710", fmt::format("{} does not fit into {} bits", value, width));
      return false;
    }
    return true;
  }

  const ir::Field& fieldOf(unsigned instance, unsigned field) const { return model_.headerOf(instance).fields[field]; }

  // ---- fields of a key

  void addField(const ast::TableField& node, bool last, ir::Table& table) {
    const auto ref = resolveField(*node.field, names_, model_, diagnostics_);
    if (!ref) return;
    ir::TableField field;
    field.range = node.field->range;
    field.field = *ref;
    if (!matchOf(node.match, field.match)) return;
    const std::string name = ir::print(*ref, model_);
    if (!seen_.insert(name).second)
      diagnostics_.error(field.range, "E0509", fmt::format("'{}' is in the key twice", name), "remove one of them");
    if (field.match == plan::Match::Lpm && !last)
      diagnostics_.error(node.match.range, "E0702", "only the last field of a table can match `lpm`",
                         "move this field to the end, and match the others exactly");
    if (plan::pushesHeaders(model_.kind) && model_.instances[ref->instance].stripped)
      diagnostics_.error(
          field.range, "E0706",
          fmt::format("packets do not have '{}' before it is pushed", model_.instances[ref->instance].name),
          "use fields of headers that arriving packets have");
    checkWidth(fieldOf(ref->instance, ref->field), field);
    table.fields.push_back(field);
  }

  bool matchOf(const ast::Identifier& word, plan::Match& match) {
    if (word.name == "lpm") match = plan::Match::Lpm;
    if (word.name == "exact" || word.name == "lpm") return true;
    diagnostics_.error(word.range, "E0701", fmt::format("a field matches 'exact' or 'lpm', not '{}'", word.name),
                       meant(word.name, {"exact", "lpm"}));
    return false;
  }

  void checkWidth(const ir::Field& field, const ir::TableField& node) {
    const bool whole = field.offset_bits % 8 == 0 && field.width_bits % 8 == 0;
    if (node.match == plan::Match::Lpm && !whole)
      diagnostics_.error(node.range, "E0705",
                         fmt::format("'{}' does not consist of whole bytes, so it cannot match `lpm`", field.name),
                         "match it exactly");
    else if (field.width_bits > (whole ? MaxFieldBits : MaxNumberBits))
      diagnostics_.error(node.range, "E0705",
                         fmt::format("'{}' has {} bits; a table takes fields of up to {}", field.name, field.width_bits,
                                     whole ? MaxFieldBits : MaxNumberBits));
  }

  // ---- values

  void addValue(const ast::TableValue& node, ir::Table& table) {
    const std::string& name = node.name.name;
    if (plan::pushesHeaders(model_.kind) && table.values.empty())
      diagnostics_.error(node.range, "E0715",
                         fmt::format("entries of a {} have headers, not values",
                                     model_.kind == plan::Kind::Static ? "static proxy" : "classifier"),
                         "remove the values: an entry gives the fields of the headers that are pushed");
    if (!seen_.insert(name).second)
      diagnostics_.error(node.name.range, "E0201", fmt::format("value '{}' is declared twice", name),
                         "rename one of them");
    if (name == "hit")
      diagnostics_.error(node.name.range, "E0201",
                         fmt::format("'{}.hit' already says whether there is an entry", table.name),
                         "rename the value");
    checkValueWidth(node.width, node.name, diagnostics_);
    if (++values_ == MaxValues + 1)
      diagnostics_.error(node.range, "E0709",
                         fmt::format("the tables of a program can have at most {} values", MaxValues));
    table.values.push_back({name, node.width});
  }

  // ---- options

  void addOption(const ast::CacheOption& option, ir::Table& table) {
    const std::string& name = option.name.name;
    if (!seen_.insert(name).second)
      diagnostics_.error(option.name.range, "E0603", fmt::format("'{}' is given twice", name));
    if (name != "entries")
      diagnostics_.error(option.name.range, "E0604", fmt::format("unknown table option '{}'", name),
                         meant(name, {"entries"}));
    else if (!option.number || option.is_duration)
      diagnostics_.error(option.range, "E0605", "expected a number, such as 10000");
    else if (*option.number < 1 || *option.number > MaxEntries)
      diagnostics_.error(option.range, "E0606", fmt::format("entries must be 1 to {}", MaxEntries));
    else
      table.entries = *option.number;
  }

  // ---- pushed headers

  /// `nsh.ttl`; `labels.ttl` in every element of a stack, `labels[1].ttl` in one, `labels.last.ttl` in the last.
  bool pushedField(const ast::Expr& target, ir::PushDefault& result) {
    const auto* member = std::get_if<ast::Member>(&target.node);
    const ast::Expr* base = member ? member->base.get() : nullptr;
    if (const auto* last = base ? std::get_if<ast::Member>(&base->node) : nullptr;
        last && last->member.name == "last") {
      result.last_only = true;
      base = last->base.get();
    }
    if (const auto* index = base ? std::get_if<ast::Index>(&base->node) : nullptr; index && !result.last_only) {
      const auto ref = resolveField(target, names_, model_, diagnostics_);
      if (!ref) return false;
      result.element = ref->element;
      base = index->base.get();
    }
    const auto* name = base ? std::get_if<ast::Name>(&base->node) : nullptr;
    const auto it = name ? names_.instances.find(name->name) : names_.instances.end();
    if (it == names_.instances.end() || !std::ranges::count(model_.pushed, it->second) ||
        (result.last_only && !model_.instances[it->second].is_stack)) {
      diagnostics_.error(target.range, "E0710", "this is not a field of a pushed header",
                         "write HEADER.FIELD, or STACK.last.FIELD for the last element of a stack");
      return false;
    }
    const ir::Header& header = model_.headerOf(it->second);
    result.instance = it->second;
    std::vector<std::string> candidates;
    for (unsigned i = 0; i < header.fields.size(); i++) {
      candidates.push_back(header.fields[i].name);
      if (header.fields[i].name != member->member.name) continue;
      result.field = i;
      return true;
    }
    diagnostics_.error(member->member.range, "E0206",
                       fmt::format("header '{}' has no field '{}'", header.name, member->member.name),
                       meant(member->member.name, candidates));
    return false;
  }

  const Names& names_;
  model::Model& model_;
  Diagnostics& diagnostics_;
  std::set<std::string> tables_;
  std::set<std::string> seen_;  // fields of a table, then its options, then its values
  size_t values_ = 0;           // of all tables
};

}  // namespace

namespace {

/// Does a condition name a table?
bool namesTable(const ast::Expr& expr, const std::string& table) {
  if (const auto* member = std::get_if<ast::Member>(&expr.node)) {
    const auto* base = std::get_if<ast::Name>(&member->base->node);
    return base && base->name == table;
  }
  if (const auto* unary = std::get_if<ast::Unary>(&expr.node)) return namesTable(*unary->operand, table);
  const auto* binary = std::get_if<ast::Binary>(&expr.node);
  return binary && (namesTable(*binary->left, table) || namesTable(*binary->right, table));
}

/// Do edits?
bool namesTable(const std::vector<ast::Statement>& statements, const std::string& table) {
  const auto names = [&](const ast::ExprPtr& expr) { return expr && namesTable(*expr, table); };
  return std::any_of(statements.begin(), statements.end(), [&](const ast::Statement& statement) {
    return std::visit(
        Overloaded{[&](const OneOf<ast::Assign, ast::Variable> auto& node) { return names(node.value); },
                   [&](const ast::Write& node) { return names(node.at); },
                   [&](const ast::If& node) {
                     return names(node.condition) || namesTable(node.then_branch, table) ||
                            namesTable(node.else_branch, table);
                   },
                   [](const OneOf<ast::Extract, ast::Verify, ast::Limit, ast::Advance> auto&) { return false; },
                   [](const OneOf<ast::Swap, ast::Drop, ast::Pop, ast::Call, ast::PushHeaders, ast::Insert,
                                  ast::Report> auto&) { return false; }},
        statement.node);
  });
}

void refuseUnused(const ast::Proxy& proxy, Diagnostics& diagnostics) {
  for (const ast::Table& table : proxy.tables) {
    const std::string& name = table.name.name;
    const bool used = std::any_of(proxy.requires_.begin(), proxy.requires_.end(),
                                  [&](const ast::Require& require) { return namesTable(*require.condition, name); });
    if (!used && !namesTable(proxy.on_return, name) && !namesTable(proxy.on_arrival, name))
      diagnostics.error(table.name.range, "E0714", fmt::format("table '{}' is never used", name),
                        fmt::format("add `require {}.hit else pass;`, or remove the table", name));
  }
}

/// The tables that requirements and edits look up, by their numbers in the text.
std::set<unsigned> askedTables(const ast::Proxy& proxy, Names names, const model::Model& model) {
  unsigned samples = 0;
  names.tables_allowed = true;
  names.samples = &samples;
  Diagnostics reported_later;
  std::set<unsigned> asked;
  for (const ast::Require& require : proxy.requires_)
    if (auto condition = resolve(*require.condition, names, model, reported_later))
      for (unsigned table : ir::tablesOf(condition)) asked.insert(table);
  for (unsigned i = 0; i < proxy.tables.size(); i++)
    for (const auto* edits : {&proxy.on_arrival, &proxy.on_return})
      if (namesTable(*edits, proxy.tables[i].name.name)) asked.insert(i);
  return asked;
}

}  // namespace

size_t resolveTables(const ast::Proxy& proxy, Names& names, model::Model& model, Diagnostics& diagnostics) {
  const bool pushes = plan::pushesHeaders(model.kind);
  TableResolver resolver(names, model, diagnostics);
  for (const ast::Strip& strip : proxy.strips)
    for (const ast::Assign& assign : strip.defaults) resolver.pushDefault(assign, !proxy.tables.empty());
  for (const ast::Table& table : proxy.tables) model.tables.push_back(resolver.table(table));
  const auto asked = askedTables(proxy, names, model);
  const auto is_used = [&](const ir::Table& table) {
    return pushes || asked.count(static_cast<unsigned>(&table - model.tables.data()));
  };
  std::vector<ir::Table> sorted;
  for (const bool used : {true, false})
    for (const ir::Table& table : model.tables)
      if (is_used(table) == used) sorted.push_back(table);
  const auto used = static_cast<size_t>(std::count_if(model.tables.begin(), model.tables.end(), is_used));
  model.tables = std::move(sorted);
  for (unsigned i = 0; i < model.tables.size(); i++) names.tables[model.tables[i].name] = i;
  if (proxy.tables.empty() && pushes && model.push_defaults.empty())
    diagnostics.error(
        proxy.name.range, "E0703",
        fmt::format("{} '{}' does not say what it pushes",
                    model.kind == plan::Kind::Static ? "static proxy" : "classifier", proxy.name.name),
        "add a table, such as `table prefixes { ipv4.dst: lpm; }`, or give the fields of the pushed headers");
  if (proxy.tables.size() > MaxTables)
    diagnostics.error(proxy.tables[MaxTables].name.range, "E0709",
                      fmt::format("a program can have at most {} tables", MaxTables));
  if (!pushes && model.kind != plan::Kind::Edits) refuseUnused(proxy, diagnostics);
  return used;
}

}  // namespace sfc::sema
