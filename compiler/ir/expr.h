// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Expressions over a packet: 64-bit two's complement integers. Every name is resolved to an index into
// ir::Declarations, every constant is a number.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "lib/source/source.h"

namespace sfc::ir {

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

enum class UnaryOp { Not, Complement, Negate };
/// ULt and the like compare unsigned numbers.
enum class BinaryOp {
  Mul,
  Div,
  Mod,
  Add,
  Sub,
  Shl,
  Shr,
  Lt,
  Le,
  Gt,
  Ge,
  ULt,
  ULe,
  UGt,
  UGe,
  Eq,
  Ne,
  And,
  Xor,
  Or,
  LogicalAnd,
  LogicalOr
};

struct Constant {
  int64_t value = 0;
  bool has_name = false;  // of declared constants: `-D` can give it another value
};
/// A field of an instance, or bits of it; `element` counts from 0, or is Last for the element extracted last.
struct FieldRef {
  static constexpr unsigned Last = UINT32_MAX;
  unsigned instance = 0;
  unsigned element = 0;
  unsigned field = 0;
  unsigned low = 0;   // the last of the bits, counted from the field's last one
  unsigned bits = 0;  // 0: the whole field

  bool isSlice() const { return bits > 0; }
};
/// A field of the header whose length is being worked out (in Header::variable_bits).
struct OwnField {
  unsigned field = 0;
};
struct VariableRef {
  unsigned variable = 0;
};
struct ParamRef {
  unsigned param = 0;
};
struct Lookahead {
  unsigned width_bits = 0;
};
/// The elements of a stack, or 1 if a single header is present, else 0: extracted so far at ingress, left in the record
/// on return.
struct StackSize {
  unsigned instance = 0;
};
/// Data about a packet besides its bytes. Times are in ns, of the kernel's monotonic clock or, with `_tai`, of
/// International Atomic Time. Numbers of packets are known for the slots store; elsewhere they are all ones.
enum class Measure {
  Arrived,      // `arrived`: when ingress saw the packet
  Now,          // `now`: when egress does
  ArrivedTai,   // `arrived_tai`
  NowTai,       // `now_tai`
  IngressPort,  // `ingress_port`: the index of the interface at ingress
  EgressPort,   // `egress_port`
  InFlight,     // `in_flight`: packets with the SF, without this one
  VnfDrops,     // `vnf_drops`: packets that have not returned within their lifetime, since the proxy was loaded
};
struct Measurement {
  Measure measure = Measure::Now;
};
/// Of a telemetry declaration: `hop.needed`, the bytes of all requested items; `hop.size`, those of its data;
/// `hop.holds`, are these enough for the items; `hop.fits`, can the packet grow by them as well?
struct TelemetryRef {
  enum class What { Needed, Size, Holds, Fits };
  unsigned telemetry = 0;
  What what = What::Size;
};
/// 1 if a table has an entry for the packet, else 0.
struct TableHit {
  unsigned table = 0;
};
/// A value of a table's entry for the packet; 0 if there is none.
struct TableValueRef {
  unsigned table = 0;
  unsigned value = 0;

  bool operator==(const TableValueRef&) const = default;
  auto operator<=>(const TableValueRef&) const = default;
};
/// A bit that was decided when the packet arrived: Program::bitOfTable or bitOfDecision. Lowering replaces the decided
/// expressions by these bits; the model has none.
struct ArrivalBit {
  unsigned bit = 0;
};
/// 1 for the first of every `every` packets that come here on a CPU, else 0; always 0 if `every` is 0. Systematic
/// count-based sampling (RFC 5475 section 5.1).
struct Sampled {
  unsigned number = 0;  // counted over the proxy
  ExprPtr every;
};
/// The remainder of the whole product; 0 if the modulus is 0 or has more than MaxModulusBits.
struct MulMod {
  static constexpr unsigned MaxModulusBits = 62;
  ExprPtr left, right, modulus;
};
struct Unary {
  UnaryOp op;
  ExprPtr operand;
};
struct Binary {
  BinaryOp op;
  ExprPtr left, right;
};

struct Expr {
  Range range;
  std::variant<Constant, FieldRef, OwnField, VariableRef, ParamRef, Lookahead, StackSize, TableHit, TableValueRef,
               ArrivalBit, Measurement, TelemetryRef, Sampled, MulMod, Unary, Binary>
      node;
};

/// The value of an operator: numbers wrap around, comparisons are signed, division and `>>` unsigned. By 0, the
/// quotient is 0 and the remainder the dividend; shifts count modulo 64.
int64_t apply(BinaryOp op, int64_t left, int64_t right);
int64_t apply(UnaryOp op, int64_t operand);
uint64_t mulMod(uint64_t left, uint64_t right, uint64_t modulus);

/// Calls `one` with an expression and all of its parts.
void visit(const ExprPtr& expr, const std::function<void(const Expr&)>& one);

/// Does `is` hold for an expression or one of its parts?
bool has(const ExprPtr& expr, const std::function<bool(const Expr&)>& is);

/// The expression with each part, outermost first, replaced by `other(part)` unless that is null.
ExprPtr replaced(const ExprPtr& expr, const std::function<ExprPtr(const ExprPtr&)>& other);

/// The table that an expression, without its parts, looks a packet up in.
std::optional<unsigned> tableOf(const Expr& expr);

/// The tables in which an expression looks packets up, each once, in the order of the text.
std::vector<unsigned> tablesOf(const ExprPtr& expr);

/// Bytes behind the cursor that the look-aheads of an expression need; 0 if there are none.
unsigned lookaheadBytes(const ExprPtr& expr);

}  // namespace sfc::ir
