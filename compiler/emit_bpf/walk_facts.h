// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What has to be known of a walk before it is written as C: which questions can be left out, which variables are
// wanted, and which way most packets take.
#pragma once

#include <set>
#include <vector>

#include "compiler/plan/program.h"

namespace sfc::emit_bpf {

/// Nodes in a row that most packets take, and how far they look ahead of where the first one begins.
struct Stretch {
  std::vector<unsigned> nodes;
  unsigned bytes = 0;
};

struct WalkFacts {
  std::vector<bool> may_be_limited;  // per node: can it come after a `limit`?
  std::vector<bool> may_repeat;      // per node: can it extract a single header that has been extracted already?
  std::vector<bool> counted, first, latest;   // per instance: is its number, its first or its last place asked for?
  std::vector<std::vector<bool>> there;       // per node and instance: has it been extracted on every way to the node?
  std::vector<std::set<unsigned>> inherited;  // per node: instances of which pointers are good from its start on
  std::vector<bool> set_by_way;               // per variable: is it set to what follows from the way alone?
  std::vector<Stretch> usual;

  /// The stretch that begins with a node, or null.
  const Stretch* stretchFrom(unsigned node) const;
};

WalkFacts factsOf(plan::Hook hook, const plan::Program& program);

/// Does a way lead from one node to another, or is it the same?
bool reaches(const plan::Walk& walk, unsigned from, unsigned to);

/// Does the edge cut the bytes out in which an instance lies?
bool covers(const plan::Edge& edge, unsigned instance);

bool extracts(const plan::Node& node, unsigned instance);

/// A single header, or the element of a stack that was extracted last.
bool isLast(const model::FieldRef& ref, const model::Model& model);

}  // namespace sfc::emit_bpf
