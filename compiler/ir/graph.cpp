// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/ir/graph.h"

namespace sfc::ir {

void closeTransitively(Relation& relation) {
  std::vector<std::vector<size_t>> next(relation.size());
  for (size_t from = 0; from < relation.size(); from++)
    for (size_t to = 0; to < relation.size(); to++)
      if (relation[from][to]) next[from].push_back(to);
  for (size_t from = 0; from < relation.size(); from++) {
    const auto reached =
        reachedFrom<size_t>({next[from].begin(), next[from].end()}, [&](size_t via, const auto& visit) {
          for (const size_t to : next[via]) visit(to);
        });
    for (const size_t to : reached) relation[from][to] = true;
  }
}

Relation reachability(const Declarations& declarations) {
  const size_t n = declarations.states.size();
  Relation reach(n, std::vector<bool>(n));
  for (size_t s = 0; s < n; s++)
    for (const Case& c : declarations.states[s].cases)
      if (c.target.kind == Target::Kind::State) reach[s][c.target.state] = true;
  closeTransitively(reach);
  return reach;
}

}  // namespace sfc::ir
