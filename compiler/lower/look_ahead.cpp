// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/look_ahead.h"

#include <algorithm>

namespace sfc::lower {

namespace {

unsigned widthOf(const ir::ExprPtr& key) {
  const auto* ahead = std::get_if<ir::Lookahead>(&key->node);
  return ahead ? ahead->width_bits : 0;
}

bool leadsTo(const ir::Case& c, const ir::Target& target) {
  return c.target.kind == ir::Target::Kind::State && c.target.state == target.state;
}

}  // namespace

bool looksAheadOnly(const ir::State& state) {
  return !state.keys.empty() &&
         std::all_of(state.keys.begin(), state.keys.end(), [](const ir::ExprPtr& key) { return widthOf(key) > 0; });
}

bool lookAlike(const ir::State& one, const ir::State& other) {
  return looksAheadOnly(one) && looksAheadOnly(other) &&
         std::equal(one.keys.begin(), one.keys.end(), other.keys.begin(), other.keys.end(),
                    [](const auto& a, const auto& b) { return widthOf(a) == widthOf(b); });
}

bool leadsAlike(const ir::State& from, const ir::Case& c, const ir::State& anchor) {
  // Values that an earlier case of `from` takes do not come to this one.
  const auto comesTo = [&](const ir::Case& other) {
    if (ir::excludes(other, c)) return false;
    for (const ir::Case& earlier : from.cases) {
      if (&earlier == &c) return true;
      if (ir::covers(earlier, other)) return false;
    }
    return true;
  };
  for (const ir::Case& other : anchor.cases) {
    if (leadsTo(other, c.target) ? ir::covers(other, c) : comesTo(other)) return leadsTo(other, c.target);
  }
  return false;
}

}  // namespace sfc::lower
