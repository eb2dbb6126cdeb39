// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/expressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace sfc::emit_bpf {

namespace {

/// The one load or store of 1, 2, 4 or 8 bytes that covers a field, if there is one inside the header.
struct Word {
  unsigned start = 0, size = 0, shift = 0;
};

std::optional<Word> wordOver(const ir::Field& field, unsigned header_size) {
  const ir::ByteSpan span = ir::spanOf(field);
  for (unsigned size = 1; size <= 8; size *= 2) {
    if (size < span.count || size > header_size) continue;
    const unsigned start = std::min(span.first, header_size - size);
    return Word{start, size, (start + size) * 8 - field.offset_bits - field.width_bits};
  }
  return std::nullopt;
}

c::Expr shiftedLeft(const c::Expr& value, int bits) {
  if (bits == 0) return value;
  return bits < 0 ? value >> static_cast<unsigned>(-bits) : value << static_cast<unsigned>(bits);
}

c::Expr behind(const c::Expr& pointer, unsigned bytes) {
  return bytes == 0 ? pointer : pointer + bytes;
}

class Values {
public:
  explicit Values(const Access& access) : access_(access) {}

  c::Expr operator()(const ir::ExprPtr& expr) const {
    return std::visit([&](const auto& node) { return one(node); }, expr->node);
  }

private:
  /// A name that the C function around must have.
  static const c::Expr& needed(const std::optional<c::Expr>& variable, const char* what) {
    if (!variable) throw std::logic_error(fmt::format("an expression needs {} where there is none", what));
    return *variable;
  }

  static constexpr unsigned MaxShift = 63;

  static bool isConstant(const ir::ExprPtr& expr) { return std::holds_alternative<ir::Constant>(expr->node); }
  static c::Expr truth(const c::Expr& value) { return c::cast("__u64", value); }

  static c::Expr one(const ir::Constant& node) { return c::wide(static_cast<uint64_t>(node.value)); }
  c::Expr one(const ir::FieldRef& node) const { return access_.field(node); }
  c::Expr one(const ir::OwnField& node) const {
    return loadField(needed(access_.own_base, "a header of its own"), access_.own_header->fields[node.field],
                     access_.own_header->size);
  }
  static c::Expr one(const ir::VariableRef& node) { return variable(node.variable); }
  c::Expr one(const ir::ParamRef& node) const {
    return needed(access_.params, "parameters").arrow("value").at(node.param);
  }
  c::Expr one(const ir::Lookahead& node) const {
    const ir::Field bits{"", 0, node.width_bits, false, {}};
    return loadField(needed(access_.ahead, "bytes ahead"), bits, (node.width_bits + 7) / 8);
  }
  c::Expr one(const ir::StackSize& node) const { return access_.stack_size(node.instance); }
  c::Expr one(const ir::TelemetryRef& node) const { return access_.telemetry(node); }
  c::Expr one(const ir::TableHit& node) const { return access_.hit(node.table); }
  c::Expr one(const ir::TableValueRef& node) const { return access_.table_value(node); }
  c::Expr one(const ir::ArrivalBit& node) const {
    return needed(access_.flags, "bits that were decided on arrival") >> node.bit & 1;
  }

  c::Expr one(const ir::Measurement& node) const {
    using ir::Measure;
    const auto record = [&](const char* member) { return needed(access_.record, "a record").arrow(member).at(0); };
    const auto now = [&] { return needed(access_.now, "the time"); };
    const auto ahead = [&] { return needed(access_.tai_ahead, "International Atomic Time"); };
    const auto counters = [&] { return needed(access_.counters, "counters"); };
    switch (node.measure) {
      case Measure::Arrived:
        return record("arrived");
      case Measure::Now:
        return now();
      case Measure::ArrivedTai:
        return record("arrived") + ahead();
      case Measure::NowTai:
        return now() + ahead();
      case Measure::IngressPort:
        return c::cast("__u64", record("ingress_port"));
      case Measure::EgressPort:
        return c::cast("__u64", needed(access_.skb, "a packet that leaves").arrow("ifindex"));
      case Measure::InFlight:
        return c::call("sfc_inFlight", {counters(), now()});
      case Measure::VnfDrops:
        return c::call("sfc_vnfDrops", {counters(), now()});
    }
    throw std::logic_error("an unknown measurement");
  }

  c::Expr one(const ir::Sampled& node) const {
    return c::call("sfc_isSampled", {needed(access_.counters, "counters"), node.number, (*this)(node.every)});
  }

  c::Expr one(const ir::MulMod& node) const {
    return c::call("sfc_mulMod", {(*this)(node.left), (*this)(node.right), (*this)(node.modulus)});
  }

  c::Expr one(const ir::Unary& node) const {
    const c::Expr operand = (*this)(node.operand);
    switch (node.op) {
      case ir::UnaryOp::Not:
        return truth(!operand);
      case ir::UnaryOp::Complement:
        return ~operand;
      case ir::UnaryOp::Negate:
        return c::Expr(0) - operand;
    }
    throw std::logic_error("an unknown operator");
  }

  c::Expr one(const ir::Binary& node) const {
    const c::Expr left = (*this)(node.left), right = (*this)(node.right);
    const auto is_signed = [](const c::Expr& value) { return c::cast("__s64", value); };
    using Op = ir::BinaryOp;
    switch (node.op) {
      case Op::Mul:
        return left * right;
      case Op::Div:
        return isConstant(node.right) ? c::binary(left, "/", right) : c::call("sfc_quotient", {left, right});
      case Op::Mod:
        return isConstant(node.right) ? c::binary(left, "%", right) : c::call("sfc_remainder", {left, right});
      case Op::Add:
        return left + right;
      case Op::Sub:
        return left - right;
      case Op::Shl:
        return left << (isConstant(node.right) ? right : right & MaxShift);
      case Op::Shr:
        return left >> (isConstant(node.right) ? right : right & MaxShift);
      case Op::And:
        return left & right;
      case Op::Xor:
        return left ^ right;
      case Op::Or:
        return left | right;
      case Op::Lt:
        return truth(is_signed(left) < is_signed(right));
      case Op::Le:
        return truth(is_signed(left) <= is_signed(right));
      case Op::Gt:
        return truth(is_signed(left) > is_signed(right));
      case Op::Ge:
        return truth(is_signed(left) >= is_signed(right));
      case Op::ULt:
        return truth(left < right);
      case Op::ULe:
        return truth(left <= right);
      case Op::UGt:
        return truth(left > right);
      case Op::UGe:
        return truth(left >= right);
      case Op::Eq:
        return truth(is_signed(left) == is_signed(right));
      case Op::Ne:
        return truth(is_signed(left) != is_signed(right));
      case Op::LogicalAnd:
        return truth(left && right);
      case Op::LogicalOr:
        return truth(left || right);
    }
    throw std::logic_error("an unknown operator");
  }

  const Access& access_;
};

}  // namespace

c::Expr bigEndian(const c::Expr& pointer, unsigned size) {
  return c::call(size == 1 ? "sfc_load8" : fmt::format("sfc_be{}", size * 8), {pointer});
}

void putBigEndian(const c::Expr& pointer, unsigned size, const c::Expr& value, c::Block& out) {
  out.call(fmt::format("sfc_put{}", size * 8), {pointer, value});
}

c::Expr loadField(const c::Expr& base, const ir::Field& field, unsigned header_size) {
  const uint64_t mask = onesOf(field.width_bits);
  if (auto word = wordOver(field, header_size))
    return shiftedLeft(bigEndian(behind(base, word->start), word->size), -static_cast<int>(word->shift)) &
           c::wide(mask);
  // No single load fits (a field of 3 bytes in a header of 3, say): put it together from bytes.
  const ir::ByteSpan span = ir::spanOf(field);
  const int last_bit = static_cast<int>(field.offset_bits + field.width_bits);
  std::vector<c::Expr> bytes;
  for (unsigned i = span.first; i < span.first + span.count; i++)
    bytes.push_back(shiftedLeft(bigEndian(behind(base, i), 1), last_bit - static_cast<int>(8 * (i + 1))));
  return *c::joined("|", bytes) & c::wide(mask);
}

void storeField(const c::Expr& base, const ir::Field& field, unsigned header_size, const c::Expr& value,
                c::Block& out) {
  const uint64_t ones = onesOf(field.width_bits);
  if (auto word = wordOver(field, header_size)) {
    const c::Expr mask = c::wide(ones << word->shift), at = behind(base, word->start);
    putBigEndian(at, word->size,
                 (bigEndian(at, word->size) & ~mask) | (shiftedLeft(value, static_cast<int>(word->shift)) & mask), out);
    return;
  }
  const ir::ByteSpan span = ir::spanOf(field);
  const int last_bit = static_cast<int>(field.offset_bits + field.width_bits);
  c::Block& scope = out.scope();
  scope.declare("__u64", "bits", value & c::wide(ones));
  for (unsigned i = span.first; i < span.first + span.count; i++) {
    const int shift = last_bit - static_cast<int>(8 * (i + 1));
    const c::Expr mask = c::wide(shift < 0 ? ones << -shift & 0xFF : ones >> shift & 0xFF), at = behind(base, i);
    putBigEndian(at, 1, (bigEndian(at, 1) & ~mask) | (shiftedLeft(c::name("bits"), -shift) & mask), scope);
  }
}

c::Expr valueOf(const ir::ExprPtr& expr, const Access& access) {
  return Values(access)(expr);
}

c::Expr variableBits(const ir::Header& header, const c::Expr& base) {
  Access access;
  access.own_base = base;
  access.own_header = &header;
  return valueOf(header.variable_bits, access);
}

void visitFields(const ir::ExprPtr& expr, const std::function<void(const ir::FieldRef&)>& visit) {
  ir::visit(expr, [&](const ir::Expr& part) {
    if (const auto* ref = std::get_if<ir::FieldRef>(&part.node)) visit(*ref);
  });
}

unsigned maskOver(unsigned most) {
  unsigned mask = 1;
  while (mask < most) mask = 2 * mask + 1;
  return mask;
}

c::Expr variable(unsigned number) {
  return c::name(fmt::format("v{}", number));
}

void lineDirective(Range range, const SourceMap& sources, c::Block& out) {
  if (!range.known()) return;
  const Location at = sources.locate(range);
  out.line(at.line, at.path);
}

}  // namespace sfc::emit_bpf
