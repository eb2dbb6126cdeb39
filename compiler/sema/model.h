// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The model: a checked proxy. Every name is resolved to an index, every constant is a number, `use` and `extends` are
// flattened, and all of it has been checked by itself. It is lowered to the program (compiler/ir/program.h), which has
// the steps of the hooks.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "compiler/ir/declarations.h"
#include "compiler/ir/edit.h"
#include "lib/plan/plan.h"
#include "lib/source/source.h"

namespace sfc::model {

struct Require {
  Range range;
  ir::ExprPtr condition;
  ir::Target otherwise;
};

// ---- keys -----------------------------------------------------------------------------------------------------------

/// A field of every element of an instance.
struct KeyField {
  Range range;
  unsigned instance = 0;
  unsigned field = 0;
};
struct KeyVariable {
  Range range;
  unsigned variable = 0;
};
/// A digest of the payload, in packets without the instance `unless`.
struct KeyDigest {
  Range range;
  std::optional<unsigned> unless;
};
/// The device by which a packet comes to ingress.
struct KeyPort {
  Range range;
};
using KeyItem = std::variant<KeyField, KeyVariable, KeyDigest, KeyPort>;

/// Two fields of the key of which each has the other's value in packets of the other way.
struct KeySwap {
  Range range;
  KeyField first, second;
};

struct Model : ir::Declarations {
  Range parse_range;
  std::vector<Range> strip_ranges;  // the strip clauses: regions in the order in which they lie in the packet
  Range cache_range;
  Range key_range;
  std::vector<Require> requires_;
  std::vector<ir::Edit> on_arrival;  // Kind::Edits, and Kind::Terminator: before headers go for good
  std::vector<ir::Edit> on_return;
  std::vector<KeyItem> key;
  std::vector<KeySwap> key_swaps;
  plan::Cache cache;
};

}  // namespace sfc::model
