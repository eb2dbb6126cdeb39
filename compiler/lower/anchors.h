// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The role of each parser state: stripped, retained, anchor; the beginning and the end of each region.
#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "compiler/ir/graph.h"
#include "compiler/ir/program.h"
#include "compiler/lower/queries.h"
#include "compiler/sema/model.h"
#include "lib/source/diagnostics.h"

namespace sfc::lower {

struct Anchors {
  std::vector<StateKind> kinds;                   // per state
  std::vector<std::vector<bool>> leads;           // per region and state: does it lead into the region?
  std::vector<ir::Region> regions;                // of the strip clauses
  std::vector<std::optional<unsigned>> anchors;   // per region: the state before it
  std::vector<bool> loops;                        // per region: the anchor selects by look-ahead
  std::set<std::pair<unsigned, unsigned>> exits;  // region, state behind it
  std::vector<std::vector<bool>> strips;          // per region and state: is the state in it?
  ir::Relation reach;                             // of the states
  unsigned start = 0;                             // state
  const ir::Move* move = nullptr;  // the field that a stripped one moves to while the last region is gone

  unsigned last() const { return static_cast<unsigned>(regions.size()) - 1; }
  bool isIn(unsigned state, unsigned region) const { return strips[region][state]; }
  bool leadsInto(unsigned state, unsigned region) const { return leads[region][state]; }
  const ir::Move* moved(unsigned region) const { return region == last() ? move : nullptr; }
  bool isReachable(unsigned state) const { return state == start || reach[start][state]; }
  bool sometimesWhole() const;
};

/// Finds them. Errors (E0410 to E0420, E0434, E0444, E0446) are parsers without a clear beginning or end of the
/// headers.
std::optional<Anchors> findAnchors(const model::Model& model, Diagnostics& diagnostics);

/// The value of the next-header field by which the anchor of a region leads straight to `state`. Nothing if the field
/// moves or the anchor looks ahead, and after an error: no value, or several (E0419, E0420).
std::optional<uint64_t> valueLeadingTo(unsigned state, unsigned region, Range range, const model::Model& model,
                                       const Anchors& anchors, Diagnostics& diagnostics);

}  // namespace sfc::lower
