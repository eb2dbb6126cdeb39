// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/plan/look_ahead.h"

#include <algorithm>

namespace sfc::plan {

namespace {

unsigned widthOf(const model::ExprPtr& key) {
  const auto* ahead = std::get_if<model::Lookahead>(&key->node);
  return ahead ? ahead->width_bits : 0;
}

bool leadsTo(const model::Case& c, const model::Target& target) {
  return c.target.kind == ast::Target::Kind::State && c.target.state == target.state;
}

}  // namespace

bool looksAheadOnly(const model::State& state) {
  return !state.keys.empty() &&
         std::all_of(state.keys.begin(), state.keys.end(), [](const model::ExprPtr& key) { return widthOf(key) > 0; });
}

bool lookAlike(const model::State& one, const model::State& other) {
  return looksAheadOnly(one) && looksAheadOnly(other) &&
         std::equal(one.keys.begin(), one.keys.end(), other.keys.begin(), other.keys.end(),
                    [](const auto& a, const auto& b) { return widthOf(a) == widthOf(b); });
}

bool leadsAlike(const model::State& from, const model::Case& c, const model::State& anchor) {
  // What an earlier case of `from` takes does not come to this one.
  const auto comesTo = [&](const model::Case& other) {
    if (model::excludes(other, c)) return false;
    for (const model::Case& earlier : from.cases) {
      if (&earlier == &c) return true;
      if (model::covers(earlier, other)) return false;
    }
    return true;
  };
  for (const model::Case& other : anchor.cases) {
    if (leadsTo(other, c.target) ? model::covers(other, c) : comesTo(other)) return leadsTo(other, c.target);
  }
  return false;
}

}  // namespace sfc::plan
