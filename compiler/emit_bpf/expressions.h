// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Expressions and field accesses as C. All values are __u64; comparisons are signed (64-bit two's complement, as in
// compiler/ir/expr.h).
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "compiler/c/tree.h"
#include "compiler/ir/program.h"
#include "lib/bytes/bits.h"

namespace sfc::emit_bpf {

/// The value of a field of a header that starts at the pointer `base`; all `header_size` bytes can be read.
c::Expr loadField(const c::Expr& base, const ir::Field& field, unsigned header_size);

/// Sets a field of such a header to `value`, leaving the bits around it.
void storeField(const c::Expr& base, const ir::Field& field, unsigned header_size, const c::Expr& value, c::Block& out);

/// `size` bytes at a pointer as a big-endian number: 1, 2, 4 or 8; and a statement that sets them.
c::Expr bigEndian(const c::Expr& pointer, unsigned size);
void putBigEndian(const c::Expr& pointer, unsigned size, const c::Expr& value, c::Block& out);

/// The names that an expression can refer to in its place: the variables of the C function around it, and its access to
/// headers. A reference to a missing one is an error of the compiler.
struct Access {
  std::function<c::Expr(const ir::FieldRef&)> field;
  std::function<c::Expr(unsigned instance)> stack_size;  // 1 or 0 for a single header
  std::function<c::Expr(const ir::TelemetryRef&)> telemetry;
  std::function<c::Expr(unsigned instance)> end;  // of a header among the stripped bytes, or SFC_NOWHERE
  std::function<c::Expr(unsigned table)> hit;     // 1 if it has an entry
  std::function<c::Expr(const ir::TableValueRef&)> table_value;
  std::optional<c::Expr> counters;         // struct sfc_counters *
  std::optional<c::Expr> params;           // struct sfc_params *
  std::optional<c::Expr> ahead;            // pointer to the bytes behind the cursor
  std::optional<c::Expr> record;           // struct sfc_record *
  std::optional<c::Expr> flags;            // the bits of it that were decided on arrival
  std::optional<c::Expr> now;              // ns of the monotonic clock
  std::optional<c::Expr> tai_ahead;        // ns by which International Atomic Time is ahead of that
  std::optional<c::Expr> skb;              // struct __sk_buff *
  std::optional<c::Expr> own_base;         // pointer to the header whose length is computed
  const ir::Header* own_header = nullptr;  // and that header
};

/// C for an expression.
c::Expr valueOf(const ir::ExprPtr& expr, const Access& access);

/// The size in bits of the variable-length field of a header at a pointer.
c::Expr variableBits(const ir::Header& header, const c::Expr& base);

/// All field references of an expression.
void visitFields(const ir::ExprPtr& expr, const std::function<void(const ir::FieldRef&)>& visit);

/// The smallest of 1, 3, 7, ... that is not less than `most`.
unsigned maskOver(unsigned most);

/// A variable.
c::Expr variable(unsigned number);

/// "#line" for a range, if it is known.
void lineDirective(Range range, const SourceMap& sources, c::Block& out);

}  // namespace sfc::emit_bpf
