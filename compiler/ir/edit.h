// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Edits: the statements of `on arrival` and `on return`.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/ir/expr.h"
#include "compiler/ir/parser.h"

namespace sfc::ir {

/// How a packet leaves, if it does: an index into Program::counters; from FirstDoubt on, one into ParseGraph::doubts.
using Exit = unsigned;
constexpr Exit FirstDoubt = 1U << 16;

struct AssignField {
  FieldRef field;
  ExprPtr value;
};
/// Copies a field of whole bytes to one of the same width. `index`, if given, is the element of `from`.
struct CopyField {
  FieldRef to, from;
  ExprPtr index;
};
struct SwapFields {
  FieldRef left, right;
};
/// Drops the packet.
struct Drop {
  std::string reason;
  Exit exit = 0;  // known once the edits are lowered
};
/// Removes the first elements of a stack, or those that there are.
struct Pop {
  unsigned instance = 0;
  unsigned count = 1;
};
/// Pushes headers of zeros behind all stripped ones, if the packet has none of them and can grow by them.
struct PushHeaders {
  std::vector<unsigned> instances;
};
/// Puts telemetry data behind an instance, a single header.
struct Insert {
  unsigned telemetry = 0;
  unsigned instance = 0;
};
/// Puts zeros behind an instance, a single header, if nothing stripped lies behind it: the bytes of a telemetry without
/// items. Others write their data there.
struct PushRoom {
  unsigned telemetry = 0;
  unsigned instance = 0;
};
/// Overwrites stripped bytes with telemetry data, from `at` bytes behind an instance on, a single header, if there are
/// any.
struct Write {
  unsigned telemetry = 0;
  unsigned instance = 0;
  ExprPtr at;
};
/// Reports telemetry data to user space.
struct Report {
  unsigned telemetry = 0;
};
struct Edit;
struct If {
  ExprPtr condition;
  std::vector<Edit> then_branch, else_branch;
};
struct Edit {
  Range range;
  std::variant<AssignVariable, AssignField, CopyField, SwapFields, Drop, Pop, PushHeaders, Insert, PushRoom, Write,
               Report, If>
      node;
};

/// Calls `one` with each edit, and with those in the branches of its `if`s.
void visit(const std::vector<Edit>& edits, const std::function<void(const Edit&)>& one);
void visit(std::vector<Edit>& edits, const std::function<void(Edit&)>& one);

/// The expressions of an edit, without those of an `if`'s branches, in the order of the text: none is null.
std::vector<ExprPtr> expressionsOf(const Edit& edit);
/// Calls `change` with each of these, to put another one in its place.
void changeExpressions(Edit& edit, const std::function<void(ExprPtr&)>& change);

/// The fields that an edit names outside of expressions, those that it changes first.
struct NamedFields {
  std::vector<FieldRef> changed, read;
};
NamedFields fieldsOf(const Edit& edit);

/// The telemetry that an edit computes, if any.
std::optional<unsigned> telemetryOf(const Edit& edit);

/// Calls `one` with the parts of all expressions of edits.
void visitExpressions(const std::vector<Edit>& edits, const std::function<void(const Expr&)>& one);

/// The number of elements that edits pop if all their conditions hold.
unsigned popsIn(const std::vector<Edit>& edits);

}  // namespace sfc::ir
