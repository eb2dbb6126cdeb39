// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The edits of `on arrival` and `on return` as C.
#pragma once

#include <functional>
#include <optional>

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"
#include "lib/source/source.h"

namespace sfc::emit_bpf {

/// An element of a stack; of a single header, the first.
class Element {
public:
  Element(unsigned number) : number_(number), value_(number) {}  // NOLINT(google-explicit-constructor)
  explicit Element(c::Expr worked_out) : value_(std::move(worked_out)) {}

  /// Nothing if it is computed for each packet.
  std::optional<unsigned> number() const { return number_; }
  const c::Expr& value() const { return value_; }

private:
  std::optional<unsigned> number_;
  c::Expr value_;
};

/// Access to headers for edits: a pointer of type __u8*, 0 if the packet has no such header; and the number of elements
/// of a stack.
struct HeaderAccess {
  std::function<c::Expr(unsigned instance, const Element& element)> pointer;
  std::function<c::Expr(unsigned instance)> count;
};

/// Writes edits of headers that stay in the packet, into the function of a parse graph. A `drop` returns its counter.
void emitEditsInPlace(const ir::Program& program, const std::vector<ir::Edit>& edits, const HeaderAccess& headers,
                      const SourceMap& sources, c::Block& out);

/// Adds spec_onReturn, or for a terminator spec_onArrival, and the telemetry functions that they use
/// (compiler/bpf/spec.h).
void emitEdits(const ir::Program& program, const SourceMap& sources, c::Unit& unit);

}  // namespace sfc::emit_bpf
