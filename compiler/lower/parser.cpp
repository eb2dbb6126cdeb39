// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/parser.h"

#include "compiler/lower/anchors.h"
#include "compiler/lower/parse_graphs.h"
#include "compiler/lower/pushed.h"
#include "compiler/lower/queries.h"
#include "compiler/lower/regions.h"
#include "compiler/lower/sizes.h"

namespace sfc::lower {

namespace {

/// Finds the value that leads into headers that no packet brings: that of the first case in the text that does so by
/// one value.
void findPushValue(const model::Model& model, const Anchors& anchors, ir::Program& program, Diagnostics& diagnostics) {
  ir::Region& region = program.regions.front();
  if (!region.next_header) return;
  const ir::State& anchor = model.states[*anchors.anchors.front()];
  for (const ir::Case& c : anchor.cases) {
    if (c.target.kind != ir::Target::Kind::State || anchors.kinds[c.target.state] == StateKind::Retained) continue;
    if (!anchors.leadsInto(c.target.state, 0) || c.patterns[0].interval || c.patterns[0].mask != UINT64_MAX) continue;
    region.push_value = c.patterns[0].value;
    return;
  }
  diagnostics.error(anchor.transition_range, "E0708", "no single value leads to the pushed headers",
                    "add a case that leads to them by a single value");
}

}  // namespace

bool lowerParser(const model::Model& model, CounterTable& counters, ir::Program& program, Diagnostics& diagnostics) {
  auto anchors = findAnchors(model, diagnostics);
  if (!anchors) return false;
  Returns returns;
  program.regions = anchors->regions;
  program.ingress = makeIngress(model, *anchors, counters, returns, diagnostics);
  if (diagnostics.hasErrors()) return false;
  describeRegions(model, *anchors, returns.reenters, program);
  measureRegions(model, *anchors, program, diagnostics);
  if (plan::pushesHeaders(model.kind)) choosePushed(model, *anchors, program, diagnostics);
  if (program.starts_headers) findPushValue(model, *anchors, program, diagnostics);
  program.egress = makeEgress(model, *anchors, returns, counters, diagnostics);
  measurePrefix(model, *anchors, program, diagnostics);
  if (program.in_record.empty()) program.fixed_layout = true;  // there is no header
  return !diagnostics.hasErrors();
}

}  // namespace sfc::lower
