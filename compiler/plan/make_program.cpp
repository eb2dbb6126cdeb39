// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// model -> program: the walks of both hooks, the checks, and the plan that the object carries.
#include <fmt/format.h>
#include <linux/types.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/plan/check.h"
#include "compiler/plan/doubts.h"
#include "compiler/plan/program.h"
#include "compiler/plan/sampling.h"
#include "compiler/plan/tables.h"
#include "compiler/plan/walk.h"
#include "compiler/plan/ways.h"
#include "compiler/sema/print.h"
#include "lib/abi/sfc_abi.h"

namespace sfc::plan {

namespace {

/// Does the expression name nothing but what ingress has read before the last cut, parameters and constants?
bool isKnownEarly(const model::ExprPtr& expr, const model::Model& model, const Walk& ingress) {
  std::set<unsigned> early, set_early;
  for (const Node& node : ingress.nodes)
    for (const Step& step : node.steps) {
      if (!node.before_cut) continue;
      if (const auto* extract = std::get_if<ExtractStep>(&step.node)) early.insert(extract->instance);
      if (const auto* assign = std::get_if<AssignStep>(&step.node)) set_early.insert(assign->variable);
    }
  bool known = true;
  model::visit(expr, [&](const model::Expr& part) {
    if (const auto* ref = std::get_if<model::FieldRef>(&part.node)) known = known && early.count(ref->instance);
    if (const auto* size = std::get_if<model::StackSize>(&part.node)) known = known && early.count(size->instance);
    if (const auto* ref = std::get_if<model::VariableRef>(&part.node)) known = known && set_early.count(ref->variable);
    if (const auto* hit = std::get_if<model::TableHit>(&part.node))
      for (const model::TableField& field : model.tables[hit->table].fields)
        known = known && early.count(std::get<model::FieldRef>(field.field->node).instance);
  });
  return known;
}

/// A key that is made when the whole packet has been read has nothing of what was cut out before.
void checkKeys(const model::Require& require, const Program& program, Diagnostics& diagnostics) {
  std::set<unsigned> there;
  for (const Node& node : program.ingress.nodes)
    for (const Step& step : node.steps)
      if (const auto* extract = std::get_if<ExtractStep>(&step.node); extract && node.seen_by_function)
        there.insert(extract->instance);
  model::visit(require.condition, [&](const model::Expr& part) {
    const auto* hit = std::get_if<model::TableHit>(&part.node);
    if (!hit) return;
    const model::Table& table = program.model.tables[hit->table];
    for (const model::TableField& field : table.fields) {
      const auto& ref = std::get<model::FieldRef>(field.field->node);
      if (there.count(ref.instance)) continue;
      diagnostics.error(part.range, "E0711",
                        fmt::format("'{}' is not there when a packet is looked up in '{}'",
                                    model::print(ref, program.model), table.name),
                        "a table and the requirement that asks it name either headers up to the last that is stripped, "
                        "or headers that the function sees");
    }
  });
}

/// Tables that `on return` alone asks are asked where all others are.
void rememberTables(Program& program, Diagnostics& diagnostics) {
  const model::Model& model = program.model;
  program.remembered = model::rememberedTables(model);
  for (const unsigned table : program.remembered) {
    const bool asked = std::any_of(model.requires_.begin(), model.requires_.end(), [&](const model::Require& require) {
      const auto tables = model::tablesOf(require.condition);
      return std::count(tables.begin(), tables.end(), table) > 0;
    });
    if (asked) continue;
    const Range range = model.tables[table].range;
    const model::Require require{range, std::make_shared<model::Expr>(model::Expr{range, model::TableHit{table}}), {}};
    const bool early = isKnownEarly(require.condition, model, program.ingress);
    if (!early) checkKeys(require, program, diagnostics);
    (early ? program.early_checks : program.late_checks).push_back({range, require.condition, 0, 0, true});
  }
}

void makeChecks(CounterTable& counters, Program& program, Diagnostics& diagnostics) {
  for (const model::Require& require : program.model.requires_) {
    Check check{require.range, require.condition, counters.fixed().rx_ignored, counters.fixed().tx_ignored};
    const bool edits = program.model.kind == plan::Kind::Edits;
    if (require.otherwise.kind != ast::Target::Kind::Pass) {
      const std::string& reason = require.otherwise.reason;
      check.failed = counters.drop(Hook::Ingress, reason.empty() ? "malformed" : reason, require.range);
      if (edits)
        check.failed_on_return = counters.drop(Hook::Egress, reason.empty() ? "malformed" : reason, require.range);
    }
    const bool early = !edits && isKnownEarly(require.condition, program.model, program.ingress);
    if (!early) checkKeys(require, program, diagnostics);
    (early ? program.early_checks : program.late_checks).push_back(check);
  }
  const auto says_what_is_ours = [&](const Check& check) { return check.failed == counters.fixed().rx_ignored; };
  for (std::vector<Check>* checks : {&program.early_checks, &program.late_checks})
    std::stable_partition(checks->begin(), checks->end(), says_what_is_ours);
  rememberTables(program, diagnostics);
  planSampling(program);
  if (program.model.kind == plan::Kind::Classifier) return;
  for (const Table& table : program.tables) program.table_misses.push_back(counters.miss(table.name));
}

/// The counters of the drops among edits, in the order of the text.
void makeDrops(const std::vector<model::Statement>& statements, Hook hook, CounterTable& counters,
               std::vector<Exit>& drops) {
  for (const model::Statement& statement : statements) {
    if (const auto* drop = std::get_if<model::Drop>(&statement.node))
      drops.push_back(counters.drop(hook, drop->reason, statement.range, hook == Hook::Egress));
    if (const auto* branch = std::get_if<model::If>(&statement.node)) {
      makeDrops(branch->then_branch, hook, counters, drops);
      makeDrops(branch->else_branch, hook, counters, drops);
    }
  }
}

Header describeHeader(const model::Header& header) {
  Header described{header.name, header.size, {}};
  for (const model::Field& field : header.fields)
    described.fields.push_back({field.name, field.offset_bits, field.width_bits});
  return described;
}

unsigned alignUp(unsigned value, unsigned to) {
  return (value + to - 1) / to * to;
}

/// The record, as struct sfc_record has it (compiler/bpf/state.h): lengths, whether all was cut out, what derived
/// fields need, saved fields, where the headers are, stripped bytes.
Record describeRecord(Program& program, bool fixed_layout) {
  const model::Model& model = program.model;
  Record record;
  record.regions = std::max<unsigned>(1, static_cast<unsigned>(program.regions.size()));
  using model::Measure;
  unsigned at =
      (model::measures(model, Measure::Arrived) ? 8 : 0) + (model::measures(model, Measure::IngressPort) ? 4 : 0);
  at += program.remembersBits() ? 2 : 0;
  record.lengths_offset = at;
  at += 2 * record.regions + 2 * (program.mixedWhole() ? 1 : 0) + (program.derived ? 3 * 2 : 0);
  unsigned saved = 0;
  record.max_bytes = alignUp(program.pushed_bytes, 4);
  for (Region& region : program.regions) {
    record.max_bytes += region.max_bytes;
    // What a classifier writes there is known when it is compiled.
    if (!region.hidden || model.kind == Kind::Classifier) continue;
    const model::Instance& instance = model.instances[region.hidden->instance];
    const model::Field& field = model.headers[instance.header].fields[region.hidden->field];
    region.hidden->saved_offset = saved;
    record.saved.push_back({fmt::format("{}.{}", instance.name, field.name), at + saved, region.hidden->size});
    saved += region.hidden->size;
  }
  at += alignUp(saved, 2);
  unsigned offset = 0;
  for (const InRecord& in : program.in_record) {
    const model::Instance& instance = model.instances[in.instance];
    const model::Header& header = model.headers[instance.header];
    record.stripped.push_back(
        {instance.name, header.name, fixed_layout ? offset : at, fixed_layout, instance.count, instance.is_stack});
    if (fixed_layout)
      offset += header.size * instance.count;
    else
      at += 4;
  }
  record.bytes_offset = alignUp(at, 4);
  if (program.regions.empty()) record.max_bytes = 4;
  return record;
}

/// The value of a number in the text, or of ~ or - before one.
std::optional<int64_t> constantOf(const model::ExprPtr& expr) {
  if (const auto* constant = std::get_if<model::Constant>(&expr->node)) return constant->value;
  const auto* unary = std::get_if<model::Unary>(&expr->node);
  const auto operand = unary ? constantOf(unary->operand) : std::nullopt;
  return operand ? std::optional(model::apply(unary->op, *operand)) : std::nullopt;
}

}  // namespace

bool isUnknown(const model::TelemetryField& field) {
  if (!field.value) return false;
  const auto constant = constantOf(field.value);
  const uint64_t ones = field.width_bits == 64 ? UINT64_MAX : (uint64_t{1} << field.width_bits) - 1;
  return constant && (static_cast<uint64_t>(*constant) & ones) == ones;
}

namespace {

Telemetry describeTelemetry(const model::Telemetry& telemetry, const model::Model& model) {
  Telemetry described{telemetry.name, telemetry.by_bits, 0, {}, {}};
  for (const model::Collected& one : telemetry.collected) {
    const model::Telemetry& hop = model.telemetry[one.telemetry];
    described.collected.push_back({one.name, hop.name, hop.by_bits, describeTelemetry(hop, model).items});
  }
  for (const model::TelemetryGroup& group : telemetry.groups) {
    unsigned at = 8 * described.size;
    for (const model::TelemetryField& field : group.fields) {
      described.items.push_back(
          {field.name, at, field.width_bits, group.gated, group.first, group.last, !isUnknown(field)});
      at += field.width_bits;
    }
    described.size += group.bytes;
  }
  return described;
}

Plan makePlan(Program& program, bool fixed_layout, const std::string& name) {
  const model::Model& model = program.model;
  Plan plan;
  plan.abi = SFC_ABI_VERSION;
  plan.name = name;
  plan.proxy = model.proxy;
  plan.kind = model.kind;
  plan.compiler = "sfcc " SFC_VERSION;
  plan.params = model.params;
  plan.params_size = std::max<unsigned>(8, static_cast<unsigned>(8 * model.params.size()));
  for (const model::Header& header : model.headers) {
    const bool used = std::any_of(model.instances.begin(), model.instances.end(), [&](const model::Instance& instance) {
      return model.headers[instance.header].name == header.name;
    });
    if (used) plan.headers.push_back(describeHeader(header));
  }
  plan.tables = program.tables;
  for (const model::PushDefault& one : model.push_defaults) {
    const model::Instance& instance = model.instances[one.instance];
    plan.push_defaults.push_back(
        {instance.name, model.headers[instance.header].fields[one.field].name, one.last_only, one.value});
  }
  for (const unsigned telemetry : model::reported(model))
    plan.telemetry.push_back(describeTelemetry(model.telemetry[telemetry], model));
  plan.residence = model.kind == Kind::Proxy && model::measures(model, model::Measure::Arrived);
  plan.entry.key_offset = 8;
  plan.entry.key_size = program.key.words * 8;
  plan.entry.record_offset = plan.entry.key_offset + plan.entry.key_size;
  plan.entry.key_fields = program.key.fields;
  plan.entry.record = describeRecord(program, fixed_layout);
  // Whole cache lines.
  plan.entry.size =
      alignUp(plan.entry.record_offset + plan.entry.record.bytes_offset + plan.entry.record.max_bytes + 4, 64);
  plan.cache = model.cache;
  model::visit(model.on_return, [&](const model::Statement& statement) {
    if (const auto* insert = std::get_if<model::Insert>(&statement.node))
      plan.max_growth = std::max(plan.max_growth, model.telemetry[insert->telemetry].max_bytes);
  });
  plan.max_growth += program.pushed_bytes;
  return plan;
}

/// FNV-1a over all of the plan that programs and maps must agree on.
std::string layoutHash(const Plan& plan) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (unsigned char c : toJson(plan).dump()) hash = (hash ^ c) * 0x100000001b3ULL;
  return fmt::format("{:016x}", hash);
}

/// Where bytes between regions can be missing, and lengths and checksums follow from all regions, the verifier goes
/// through what each region begins with once for each place where they can be missing.
void checkPops(const Program& program, Diagnostics& diagnostics) {
  constexpr size_t most_regions = 3;
  if (!program.derived || program.regions.size() <= most_regions) return;
  const model::Statement* pop = nullptr;
  model::visit(program.model.on_return, [&](const model::Statement& statement) {
    if (!pop && std::holds_alternative<model::Pop>(statement.node)) pop = &statement;
  });
  if (!pop) return;
  diagnostics.error(pop->range, "E0447",
                    fmt::format("with lengths or checksums among the stripped headers, and {} regions of them, the "
                                "kernel's verifier gives up where an element is popped",
                                program.regions.size()),
                    fmt::format("let at most {} regions be stripped, or do not pop", most_regions));
}

}  // namespace

model::ExprPtr exprOf(const Step& step) {
  if (const auto* node = std::get_if<VerifyStep>(&step.node)) return node->condition;
  if (const auto* node = std::get_if<LimitStep>(&step.node)) return node->bytes;
  if (const auto* node = std::get_if<AdvanceStep>(&step.node)) return node->bytes;
  if (const auto* node = std::get_if<AssignStep>(&step.node)) return node->value;
  return nullptr;
}

std::optional<unsigned> Program::placeInKept(unsigned instance) const {
  const auto it = std::find(kept.begin(), kept.end(), instance);
  return it == kept.end() ? std::nullopt : std::optional(static_cast<unsigned>(it - kept.begin()));
}

std::optional<unsigned> Program::placeInRemembered(unsigned table) const {
  const auto it = std::find(remembered.begin(), remembered.end(), table);
  return it == remembered.end() ? std::nullopt : std::optional(static_cast<unsigned>(it - remembered.begin()));
}

std::optional<unsigned> Program::bitOf(const model::Expr& expr) const {
  for (size_t i = 0; i < decided.size(); i++)
    if (decided[i].get() == &expr) return static_cast<unsigned>(remembered.size() + i);
  return std::nullopt;
}

std::optional<unsigned> Program::placeInRecord(unsigned instance) const {
  for (unsigned i = 0; i < in_record.size(); i++)
    if (in_record[i].instance == instance) return i;
  return std::nullopt;
}

std::optional<Program> makeProgram(model::Model model, const std::string& name, const SourceMap& sources,
                                   Diagnostics& diagnostics) {
  Program program;
  program.model = std::move(model);
  program.key = layout::layoutKey(program.model, diagnostics);
  layoutTables(program, diagnostics);
  const model::Model& given = program.model;
  const Blame because(diagnostics, {}, given.strip_ranges.empty() ? given.parse_range : given.strip_ranges.back());
  CounterTable counters(program.model, sources);
  auto walks = inferWalks(program.model, counters, diagnostics);
  if (!walks) return std::nullopt;
  checkWalks(program.model, *walks, diagnostics);
  program.ingress = std::move(walks->ingress);
  program.egress = std::move(walks->egress);
  program.regions = std::move(walks->regions);
  program.in_record = std::move(walks->in_record);
  program.covering = std::move(walks->covering);
  program.kept = std::move(walks->kept);
  program.min_prefix = walks->min_prefix;
  program.max_prefix = walks->max_prefix;
  for (const InRecord& in : program.in_record)
    program.derived =
        program.derived || model::hasDerived(program.model.headers[program.model.instances[in.instance].header]);
  model::visit(program.model.on_return, [&](const model::Statement& statement) {
    const auto* insert = std::get_if<model::Insert>(&statement.node);
    if (!insert) return;
    program.insert_region = program.model.instances[insert->instance].region;
  });
  for (const unsigned instance : model::pushedHeaders(program.model))
    program.pushed_bytes += program.model.headers[program.model.instances[instance].header].size;
  for (const unsigned room : model::pushedRoom(program.model))
    program.pushed_bytes += program.model.telemetry[room].max_bytes;
  makeChecks(counters, program, diagnostics);
  planWays(program, diagnostics);
  checkPops(program, diagnostics);
  makeDrops(program.model.on_arrival, Hook::Ingress, counters, program.arrival_drops);
  makeDrops(program.model.on_return, Hook::Egress, counters, program.return_drops);
  program.plan = makePlan(program, walks->fixed_layout, name);
  program.counters = counters.fixed();
  placeDoubts(program, diagnostics);
  program.plan.counters = counters.take();
  program.plan.layout_hash = layoutHash(program.plan);
  if (diagnostics.hasErrors()) return std::nullopt;
  return program;
}

}  // namespace sfc::plan
