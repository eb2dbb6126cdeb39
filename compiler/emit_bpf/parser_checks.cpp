// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "compiler/emit_bpf/parser_parts.h"
#include "compiler/emit_bpf/tables.h"
#include "lib/source/working.h"

namespace sfc::emit_bpf {

namespace {

// The most headers in checks whose presence the verifier may track at the same time.
constexpr size_t MaxOpenLooks = 6;

size_t looksIn(const Parser& parser, const std::vector<ir::Check>& checks) {
  std::set<std::string> looks;
  for (const ir::Check& check : checks)
    visitFields(check.condition, [&](const ir::FieldRef& ref) { looks.insert(lookName(parser, ref)); });
  return looks.size();
}

c::Expr loadedValue(const Parser& parser, const ir::FieldRef& ref) {
  const std::string bits = ref.isSlice() ? fmt::format("_{}_{}", ref.low, ref.bits) : "";
  return c::name(fmt::format("{}_{}{}", lookName(parser, ref), parser.program.fieldOf(ref).name, bits));
}

c::Expr lookAt(const Parser& parser, const ir::FieldRef& ref) {
  return c::call("sfc_at", {c::name("data"), c::name("end"), laundered(placeOf(parser, ref)),
                            parser.program.headerOf(ref.instance).size});
}

/// Of one header, the same bits of the same field.
bool isSame(const ir::FieldRef& a, const ir::FieldRef& b) {
  return a.field == b.field && a.low == b.low && a.bits == b.bits;
}

/// Loads all fields of an expression before it is evaluated. Each is laundered, and with it whether its header is
/// there: else the verifier would follow every set of headers that can be there.
Access loadOneByOne(const Parser& parser, const Here& here, const ir::ExprPtr& expr, c::Block& out) {
  std::map<std::string, std::vector<ir::FieldRef>> headers;
  visitFields(expr, [&](const ir::FieldRef& ref) {
    auto& fields = headers[lookName(parser, ref)];
    if (std::none_of(fields.begin(), fields.end(), [&](const auto& one) { return isSame(one, ref); }))
      fields.push_back(ref);
  });
  for (const auto& [look, fields] : headers) {
    const ir::FieldRef& first = fields.front();
    for (const ir::FieldRef& ref : fields) out.declare("__u64", c::print(loadedValue(parser, ref)), 0);
    c::Block& there = out.when(!isMissing(parser, first));
    there.declare("__u8 *", look, lookAt(parser, first));
    there.call("barrier_var", {c::name(look)});
    c::Block& read = there.when(c::name(look));
    for (const ir::FieldRef& ref : fields)
      read.set(loadedValue(parser, ref),
               loadField(c::name(look), parser.program.partOf(ref), parser.program.headerOf(ref.instance).size));
    for (const ir::FieldRef& ref : fields) {
      const c::Expr value = loadedValue(parser, ref);
      out.set(value, laundered(value));
    }
  }
  Access access = accessAt(parser, here);
  access.field = [&parser, here](const ir::FieldRef& ref) {
    return saysWhatMoved(parser, here, ref) ? whatMoved(parser, ref) : loadedValue(parser, ref);
  };
  access.stack_size = [&parser](unsigned instance) { return laundered(parser.count(instance)); };
  return access;
}

/// A block that starts by making the key of a table at `place`; a packet that lacks one of its headers leaves it. The
/// verifier sees one path per header, not one per set of headers, and all of them join behind the block: it learns of
/// the presence of a header only for this key.
c::Block& makeKey(const Parser& parser, unsigned number, const c::Expr& place, c::Block& out) {
  const ir::Table& table = parser.program.tables[number];
  std::set<std::string> declared;
  c::Block& scope = out.breakableScope(fmt::format("table {}", table.name));
  for (const ir::TableField& field : table.fields) {
    const std::string look = lookName(parser, field.field);
    if (!declared.insert(look).second) continue;
    scope.when(isMissing(parser, field.field)).leaveScope();
    scope.declare("__u8 *", look, lookAt(parser, field.field));
    scope.call("barrier_var", {c::name(look)});
    scope.when(!c::name(look)).leaveScope();
  }
  scope.declare("__u8 *", "key", c::cast("__u8 *", c::addressOf(place)));
  for (size_t i = 0; i < table.fields.size(); i++) {
    const ir::FieldRef& ref = table.fields[i].field;
    emitTableField(parser.program.table_layouts[number].fields[i], parser.program.fieldOf(ref),
                   parser.program.headerOf(ref.instance).size, c::name("key"), c::name(lookName(parser, ref)), scope);
  }
  return scope;
}

/// The values of a table that an expression reads, each once.
std::set<ir::TableValueRef> valuesIn(const ir::ExprPtr& expr, unsigned table) {
  std::set<ir::TableValueRef> values;
  ir::visit(expr, [&](const ir::Expr& part) {
    const auto* value = std::get_if<ir::TableValueRef>(&part.node);
    if (value && value->table == table) values.insert(*value);
  });
  return values;
}

/// Looks the packet up in a table with values, and takes those that the condition reads and those to remember.
void lookUpValues(const Parser& parser, unsigned number, const std::set<ir::TableValueRef>& read, c::Block& scope) {
  const ir::Program& program = parser.program;
  const std::string& map = program.table_layouts[number].map;
  const c::Expr entry = c::name("entry");
  scope.declare(fmt::format("const struct {}_value *", map), "entry",
                c::call("bpf_map_lookup_elem", {c::addressOf(c::name(map)), c::name("key")}));
  c::Block& there = scope.when(entry);
  there.set(c::name(fmt::format("hit{}", number)), 1);
  for (const ir::TableValueRef& ref : read) there.set(valueName(ref), entry.arrow("value").at(ref.value));
  for (size_t i = 0; i < program.remembered_values.size(); i++)
    if (const ir::TableValueRef& ref = program.remembered_values[i]; ref.table == number)
      there.set(c::name("p").arrow("values").at(static_cast<unsigned>(i)), entry.arrow("value").at(ref.value));
}

/// Does a table have an entry for the packet? Declares the answer, and the values that the condition reads.
void ask(const Parser& parser, unsigned number, const ir::ExprPtr& condition, c::Block& out) {
  const ir::Program& program = parser.program;
  const std::string name = fmt::format("hit{}", number);
  const c::Expr hit = c::name(name);
  out.declare("__u64", name, 0);
  const auto read = valuesIn(condition, number);
  for (const ir::TableValueRef& ref : read) out.declare("__u64", c::print(valueName(ref)), 0);
  c::Block& scope = makeKey(parser, number, c::name("p").arrow("asked").at(0), out);
  if (program.table_layouts[number].values.empty())
    scope.set(hit, c::call("bpf_map_lookup_elem",
                           {c::addressOf(c::name(program.table_layouts[number].map)), c::name("key")}) != 0);
  else
    lookUpValues(parser, number, read, scope);
  out.when(!hit).call("sfc_count", {c::name("c"), program.table_misses[number]});
  out.set(hit, laundered(hit));
  for (const ir::TableValueRef& ref : read) out.set(valueName(ref), laundered(valueName(ref)));
  if (const auto bit = program.bitOfTable(number)) out.change(c::name("p").arrow("flags").at(0), "|", hit << *bit);
}

}  // namespace

void emitChecks(Parser& parser, const std::vector<ir::Check>& checks, bool behind_decap, c::Block& out) {
  const Here here{.behind_decap = behind_decap};
  std::set<std::string> declared;
  const bool one_by_one = looksIn(parser, checks) > MaxOpenLooks;
  c::Block& all = out.scope();
  for (const ir::Check& check : checks) {
    const Working working("emitting a requirement", check.range);
    lineDirective(check.range, parser.sources, all);
    const std::vector<unsigned> tables = ir::tablesOf(check.condition);
    const bool scope = one_by_one || !tables.empty();
    c::Block& block = scope ? all.scope() : all;
    for (unsigned table : tables) ask(parser, table, check.condition, block);
    std::set<std::string> own;  // of a block of its own
    if (!one_by_one) declareLooks(parser, here, check.condition, scope ? own : declared, block);
    const Access access = one_by_one ? loadOneByOne(parser, here, check.condition, block) : accessAt(parser, here);
    if (!check.only_remembers)
      parser.leaveIf(!valueOf(check.condition, access), parser.ingress ? check.failed : check.failed_on_return, block);
  }
}

void emitQuestions(Parser& parser, c::Block& out) {
  std::map<unsigned, std::vector<unsigned>> asking;  // doubts by question, in the order of their numbers
  for (ir::Exit exit : parser.left)
    if (exit >= ir::FirstDoubt)
      asking[parser.graph.doubts[exit - ir::FirstDoubt].question].push_back(exit - ir::FirstDoubt);
  for (const auto& [number, doubts] : asking) {
    const std::string asked = fmt::format("asked_{}", number);
    for (unsigned doubt : doubts) {
      out.label(fmt::format("doubt_{}", doubt));
      out.set(c::name("drop"), parser.graph.doubts[doubt].drop);
      out.jump(asked);
    }
    out.label(asked);
    const ir::Question& question = parser.graph.questions[number];
    emitChecks(parser, question.checks, question.behind_decap, out);
    out.returns(c::call("sfc_exit", {c::name("drop")}));
  }
}

void emitDecisions(const Parser& parser, c::Block& out) {
  const ir::Program& program = parser.program;
  if (program.decided.empty()) return;
  const c::Expr flags = c::name("p").arrow("flags").at(0);
  c::Block& scope = out.scope();
  // Else the verifier would follow each set of bits on its own.
  for (const unsigned table : program.remembered)
    scope.declare("const __u64", fmt::format("hit{}", table), flags >> *program.bitOfTable(table) & 1, c::Use::Maybe);
  const Access access = accessAt(parser, {});
  for (size_t i = 0; i < program.decided.size(); i++)
    scope.change(flags, "|", laundered(valueOf(program.decided[i], access) != 0) << program.bitOfDecision(i));
}

void emitTableKey(const Parser& parser, unsigned table, c::Block& out) {
  const c::Expr key = c::name("p").arrow("key");
  makeKey(parser, table, key.at(parser.program.table_words[table]), out)
      .change(key.at(0), "|", c::hex(uint64_t{1} << table));
}

}  // namespace sfc::emit_bpf
