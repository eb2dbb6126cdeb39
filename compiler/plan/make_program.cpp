// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// model -> program: the walks of both hooks, the checks, and the plan that the object carries.
#include <fmt/format.h>
#include <linux/types.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "compiler/plan/program.h"
#include "compiler/plan/walk.h"
#include "lib/abi/sfc_abi.h"

namespace sfc::plan {

namespace {

constexpr unsigned MaxRecordBytes = 256;

/// Does the expression look at anything but stripped headers, parameters and constants?
bool onlyStripped(const model::ExprPtr& expr, const model::Model& model) {
  const auto& node = expr->node;
  if (const auto* ref = std::get_if<model::FieldRef>(&node)) return model.instances[ref->instance].stripped;
  if (const auto* size = std::get_if<model::StackSize>(&node)) return model.instances[size->instance].stripped;
  if (const auto* unary = std::get_if<model::Unary>(&node)) return onlyStripped(unary->operand, model);
  if (const auto* binary = std::get_if<model::Binary>(&node))
    return onlyStripped(binary->left, model) && onlyStripped(binary->right, model);
  return std::holds_alternative<model::Constant>(node) || std::holds_alternative<model::ParamRef>(node);
}

void makeChecks(CounterTable& counters, Program& program) {
  for (const model::Require& require : program.model.requires_) {
    Check check{require.range, require.condition, 0};
    using Kind = ast::Target::Kind;
    if (require.otherwise.kind == Kind::Pass)
      check.failed = counters.fixed().rx_ignored;
    else
      check.failed = counters.drop(
          Hook::Ingress, require.otherwise.kind == Kind::Drop ? require.otherwise.reason : "malformed", require.range);
    (onlyStripped(require.condition, program.model) ? program.early_checks : program.late_checks).push_back(check);
  }
}

Header describeHeader(const model::Header& header) {
  Header described{header.name, header.size, {}};
  for (const model::Field& field : header.fields)
    described.fields.push_back({field.name, field.offset_bits, field.width_bits});
  return described;
}

/// The record: length, saved fields, stripped bytes.
Record describeRecord(const Walks& walks, const model::Model& model) {
  Record record;
  unsigned saved = 0;
  if (walks.hidden) {
    const model::Instance& instance = model.instances[walks.hidden->instance];
    const model::Field& field = model.headers[instance.header].fields[walks.hidden->field];
    record.saved.push_back({fmt::format("{}.{}", instance.name, field.name), 2 + saved, walks.hidden->size});
    saved += walks.hidden->size;
  }
  record.bytes_offset = 2 + saved;
  for (unsigned index : walks.stripped) {
    const model::Instance& instance = model.instances[index];
    const model::Header& header = model.headers[instance.header];
    record.stripped.push_back({instance.name, header.name, record.max_bytes, instance.count, instance.is_stack});
    record.max_bytes += header.size * instance.count;
  }
  return record;
}

/// Entries are whole cache lines.
unsigned alignUp64(unsigned value) {
  return (value + 63) / 64 * 64;
}

Plan makePlan(const Program& program, const Walks& walks, const std::string& name) {
  const model::Model& model = program.model;
  Plan plan;
  plan.abi = SFC_ABI_VERSION;
  plan.name = name;
  plan.proxy = model.proxy;
  plan.compiler = "sfcc " SFC_VERSION;
  plan.params = model.params;
  plan.params_size = std::max<unsigned>(8, static_cast<unsigned>(8 * model.params.size()));
  for (const model::Header& header : model.headers) {
    const bool used = std::any_of(model.instances.begin(), model.instances.end(), [&](const model::Instance& instance) {
      return model.headers[instance.header].name == header.name;
    });
    if (used) plan.headers.push_back(describeHeader(header));
  }
  plan.entry.key_offset = 8;
  plan.entry.key_size = program.key.words * 8;
  plan.entry.record_offset = plan.entry.key_offset + plan.entry.key_size;
  plan.entry.key_fields = program.key.fields;
  plan.entry.record = describeRecord(walks, model);
  plan.entry.size = alignUp64(plan.entry.record_offset + plan.entry.record.bytes_offset + plan.entry.record.max_bytes);
  plan.cache = model.cache;
  return plan;
}

/// FNV-1a over all of the plan that programs and maps must agree on.
std::string layoutHash(const Plan& plan) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (unsigned char c : toJson(plan).dump()) hash = (hash ^ c) * 0x100000001b3ULL;
  return fmt::format("{:016x}", hash);
}

}  // namespace

std::optional<Program> makeProgram(model::Model model, const std::string& name, const SourceMap& sources,
                                   Diagnostics& diagnostics) {
  Program program;
  program.model = std::move(model);
  program.key = layout::layoutKey(program.model, diagnostics);
  CounterTable counters(program.model, sources);
  auto walks = inferWalks(program.model, counters, diagnostics);
  if (!walks) return std::nullopt;
  makeChecks(counters, program);
  program.ingress = std::move(walks->ingress);
  program.egress = std::move(walks->egress);
  program.hidden = walks->hidden;
  program.min_prefix = walks->min_prefix;
  program.max_prefix = walks->max_prefix;
  program.plan = makePlan(program, *walks, name);
  program.counters = counters.fixed();
  program.plan.counters = counters.take();
  program.plan.layout_hash = layoutHash(program.plan);
  if (program.plan.entry.record.max_bytes > MaxRecordBytes)
    diagnostics.error(program.model.strip_range, "E0425",
                      fmt::format("the stripped headers can take {} bytes; a record holds {}",
                                  program.plan.entry.record.max_bytes, MaxRecordBytes),
                      "make the stack smaller");
  if (diagnostics.hasErrors()) return std::nullopt;
  return program;
}

}  // namespace sfc::plan
