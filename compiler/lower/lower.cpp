// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The order matters: each step reads members that steps before it have filled in.
#include "compiler/lower/lower.h"

#include <algorithm>

#include "compiler/lower/check_edits.h"
#include "compiler/lower/check_reads.h"
#include "compiler/lower/check_regions.h"
#include "compiler/lower/check_stacks.h"
#include "compiler/lower/conditions.h"
#include "compiler/lower/contract.h"
#include "compiler/lower/dead_ends.h"
#include "compiler/lower/doubts.h"
#include "compiler/lower/edits.h"
#include "compiler/lower/facts.h"
#include "compiler/lower/parser.h"
#include "compiler/lower/paths.h"
#include "compiler/lower/queries.h"
#include "compiler/lower/record.h"
#include "compiler/lower/requirements.h"
#include "compiler/lower/sampling.h"
#include "compiler/lower/stripped.h"
#include "compiler/lower/superframes.h"
#include "compiler/lower/tables.h"

namespace sfc::lower {

namespace {

ir::Measured measuredIn(const model::Model& model) {
  using ir::Measure;
  return {measures(model, Measure::Arrived), measures(model, Measure::Now),
          measures(model, Measure::ArrivedTai) || measures(model, Measure::NowTai),
          measures(model, Measure::IngressPort), countsFlight(model)};
}

}  // namespace

std::optional<ir::Program> lower(const model::Model& model, ir::Key key, const std::string& name,
                                 const SourceMap& sources, Diagnostics& diagnostics) {
  ir::Program program;
  static_cast<ir::Declarations&>(program) = model;
  program.key = std::move(key);
  program.measured = measuredIn(model);
  program.starts_headers = startsHeaders(model);
  program.reported = reported(model);
  layoutTables(program, diagnostics);
  const Blame because(diagnostics, {}, model.strip_ranges.empty() ? model.parse_range : model.strip_ranges.back());
  CounterTable counters(model, sources);
  if (!lowerParser(model, counters, program, diagnostics)) return std::nullopt;
  checkRegions(model, program, diagnostics);
  // If regions are wrong, reads of their headers are reported as wrong, too.
  if (diagnostics.hasErrors()) return std::nullopt;
  checkReads(model, program, diagnostics);
  checkEdits(model, program, diagnostics);
  checkStacks(model, program, diagnostics);
  describeStripped(program);
  lowerRequirements(model, counters, program, diagnostics);
  planSampling(model, program);
  planPaths(program, diagnostics);
  lowerEdits(model, counters, program, diagnostics);
  layoutRecord(program);
  measureReports(program);
  program.counters = counters.fixed();
  placeDoubts(model, program, diagnostics);
  for (const plan::Hook hook : {plan::Hook::Ingress, plan::Hook::Egress}) findFacts(hook, program);
  checkSuperframes(program);
  if (program.no_tc_ingress.empty()) counters.countTcIngress(program.counters);
  program.plan = contractOf(model, program, name);
  program.plan.counters = counters.take();
  if (diagnostics.hasErrors()) return std::nullopt;
  return program;
}

void warn(const model::Model& model, const ir::Program& program, const SourceMap& sources, Diagnostics& diagnostics) {
  warnOfConditions(model, program, sources, diagnostics);
  warnOfDeadEnds(program, diagnostics);
}

}  // namespace sfc::lower
