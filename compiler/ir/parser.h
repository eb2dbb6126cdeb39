// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The parser as it is declared, `use` flattened: states, their statements and transitions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/expr.h"

namespace sfc::ir {

struct Extract {
  unsigned instance = 0;
};
struct Verify {
  ExprPtr condition;
};
struct Limit {
  ExprPtr bytes;
};
struct Advance {
  ExprPtr bytes;
};
struct AssignVariable {
  unsigned variable = 0;
  ExprPtr value;
};
struct ParserStatement {
  Range range;
  std::variant<Extract, Verify, Limit, Advance, AssignVariable> node;
};

/// The expression of a parser statement; null for extract.
ExprPtr exprOf(const ParserStatement& statement);

/// A select value: matches x if (x & mask) == value, or low <= x <= high for an interval.
struct Pattern {
  bool interval = false;
  uint64_t value = 0;  // or low
  uint64_t mask = 0;   // or high
  bool any() const { return !interval && mask == 0; }
};

/// Does `wide` match all that `narrow` matches?
bool covers(const Pattern& wide, const Pattern& narrow);

/// Where a case leads.
struct Target {
  enum class Kind { State, Accept, Pass, Reject, Drop };
  Range range;
  Kind kind = Kind::Accept;
  unsigned state = 0;  // Kind::State
  std::string reason;  // Kind::Drop
};
struct Case {
  Range range;
  std::vector<Pattern> patterns;  // one per key
  Target target;
};

/// The same for all patterns of a case.
bool covers(const Case& wide, const Case& narrow);
/// Is it certain that nothing matches both?
bool excludes(const Case& one, const Case& other);

struct State {
  std::string name;
  Range range;
  std::vector<ParserStatement> body;
  std::vector<ExprPtr> keys;
  std::vector<Case> cases;  // tried in order; none matching means reject
  Range transition_range;
  std::optional<unsigned> region;  // named in that strip clause
};

}  // namespace sfc::ir
