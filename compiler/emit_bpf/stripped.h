// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Access from C to headers among the stripped bytes, in functions that have `record` (struct sfc_record *), `bytes`
// (the stripped bytes) and `popped` (struct sfc_popped *).
#pragma once

#include "compiler/c/tree.h"
#include "compiler/emit_bpf/edits.h"
#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

class StrippedHeaders {
public:
  explicit StrippedHeaders(const ir::Program& program) : program_(program) {}

  /// An expression of type __u8*: the header, or 0 if the packet has none.
  c::Expr pointer(unsigned instance, const Element& element) const;
  c::Expr count(unsigned instance) const;
  /// record->where[...] of a header; not with a fixed layout.
  c::Expr where(unsigned instance) const;
  /// The end of a present header, at the pointer `header`, counted from the first stripped byte.
  c::Expr end(unsigned instance, const c::Expr& header) const;
  unsigned fixedOffset(unsigned instance) const { return program_.in_record[indexOf(instance)].offset; }

private:
  unsigned indexOf(unsigned instance) const { return program_.placeInRecord(instance).value(); }
  c::Expr fixedPointer(unsigned instance, unsigned element) const;

  const ir::Program& program_;
};

/// record->length[number]
c::Expr regionLength(unsigned number);

}  // namespace sfc::emit_bpf
