// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/expressions.h"

#include <fmt/format.h>

#include <algorithm>

namespace sfc::emit_bpf {

namespace {

uint64_t ones(unsigned bits) {
  return bits >= 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1;
}

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

std::string bigEndianLoad(const std::string& base, unsigned start, unsigned size) {
  return size == 1 ? fmt::format("sfc_load8({} + {})", base, start)
                   : fmt::format("sfc_be{}({} + {})", size * 8, base, start);
}

class Printer {
public:
  explicit Printer(const Access& access) : access_(access) {}

  std::string operator()(const ir::ExprPtr& expr) const {
    return std::visit([&](const auto& node) { return one(node); }, expr->node);
  }

private:
  std::string one(const ir::Constant& node) const { return fmt::format("{:#x}ULL", static_cast<uint64_t>(node.value)); }
  std::string one(const ir::FieldRef& node) const { return access_.field(node); }
  std::string one(const ir::OwnField& node) const {
    return loadField(access_.own_base, access_.own_header->fields[node.field], access_.own_header->size);
  }
  std::string one(const ir::VariableRef& node) const { return variableName(node.variable); }
  std::string one(const ir::ParamRef& node) const { return fmt::format("params->value[{}]", node.param); }
  std::string one(const ir::Lookahead& node) const {
    const ir::Field bits{"", 0, node.width_bits, false, {}};
    return loadField("ahead", bits, (node.width_bits + 7) / 8);
  }
  std::string one(const ir::StackSize& node) const { return access_.stack_size(node.instance); }
  std::string one(const ir::TelemetryRef& node) const { return access_.telemetry(node); }

  /// Of a packet that returns (see emitEdits).
  static std::string one(const ir::Measurement& node) {
    using ir::Measure;
    switch (node.measure) {
      case Measure::Arrived:
        return "record->arrived[0]";
      case Measure::Now:
        return "now";
      case Measure::ArrivedTai:
        return "(record->arrived[0] + tai_ahead)";
      case Measure::NowTai:
        return "(now + tai_ahead)";
      case Measure::IngressPort:
        return "((__u64)record->ingress_port[0])";
      case Measure::EgressPort:
        return "((__u64)skb->ifindex)";
      case Measure::InFlight:
        return "sfc_inFlight(c, now)";
      case Measure::VnfDrops:
        return "sfc_vnfDrops(c, now)";
    }
    return {};
  }

  std::string one(const ir::TableHit& node) const { return fmt::format("hit{}", node.table); }

  static std::string one(const ir::ArrivalBit& node) {
    return fmt::format("((__u64)record->hits[0] >> {} & 1)", node.bit);
  }

  std::string one(const ir::Sampled& node) const {
    return fmt::format("sfc_isSampled(c, {}, {})", node.number, (*this)(node.every));
  }

  std::string one(const ir::Unary& node) const {
    const std::string operand = (*this)(node.operand);
    switch (node.op) {
      case ir::UnaryOp::Not:
        return fmt::format("(__u64)(!{})", operand);
      case ir::UnaryOp::Complement:
        return fmt::format("(~{})", operand);
      case ir::UnaryOp::Negate:
        return fmt::format("(0 - {})", operand);
    }
    return {};
  }

  std::string one(const ir::Binary& node) const {
    const std::string l = (*this)(node.left), r = (*this)(node.right);
    using Op = ir::BinaryOp;
    switch (node.op) {
      case Op::Mul:
        return fmt::format("({} * {})", l, r);
      case Op::Div:
        return fmt::format("({} / {})", l, r);
      case Op::Mod:
        return fmt::format("({} % {})", l, r);
      case Op::Add:
        return fmt::format("({} + {})", l, r);
      case Op::Sub:
        return fmt::format("({} - {})", l, r);
      case Op::Shl:
        return fmt::format("({} << {})", l, r);
      case Op::Shr:
        return fmt::format("({} >> {})", l, r);
      case Op::And:
        return fmt::format("({} & {})", l, r);
      case Op::Xor:
        return fmt::format("({} ^ {})", l, r);
      case Op::Or:
        return fmt::format("({} | {})", l, r);
      case Op::Lt:
        return compare(l, "<", r);
      case Op::Le:
        return compare(l, "<=", r);
      case Op::Gt:
        return compare(l, ">", r);
      case Op::Ge:
        return compare(l, ">=", r);
      case Op::Eq:
        return compare(l, "==", r);
      case Op::Ne:
        return compare(l, "!=", r);
      case Op::LogicalAnd:
        return fmt::format("(__u64)({} && {})", l, r);
      case Op::LogicalOr:
        return fmt::format("(__u64)({} || {})", l, r);
    }
    return {};
  }

  static std::string compare(const std::string& l, const char* op, const std::string& r) {
    return fmt::format("(__u64)((__s64){} {} (__s64){})", l, op, r);
  }

  const Access& access_;
};

}  // namespace

std::string loadField(const std::string& base, const ir::Field& field, unsigned header_size) {
  const uint64_t mask = ones(field.width_bits);
  if (auto word = wordOver(field, header_size))
    return fmt::format("(({} >> {}) & {:#x}ULL)", bigEndianLoad(base, word->start, word->size), word->shift, mask);
  // No single load fits (a field of 3 bytes in a header of 3, say): put it together from bytes.
  const ir::ByteSpan span = ir::spanOf(field);
  const int last_bit = static_cast<int>(field.offset_bits + field.width_bits);
  std::string sum;
  for (unsigned i = span.first; i < span.first + span.count; i++) {
    const int shift = last_bit - static_cast<int>(8 * (i + 1));
    sum += fmt::format("{}sfc_load8({} + {}) {} {}", sum.empty() ? "" : " | ", base, i, shift < 0 ? ">>" : "<<",
                       shift < 0 ? -shift : shift);
  }
  return fmt::format("(({}) & {:#x}ULL)", sum, mask);
}

std::string storeField(const std::string& base, const ir::Field& field, unsigned header_size,
                       const std::string& value) {
  const uint64_t ones_here = ones(field.width_bits);
  if (auto word = wordOver(field, header_size)) {
    const uint64_t mask = ones_here << word->shift;
    return fmt::format("sfc_put{0}({1} + {2}, ({3} & ~{4:#x}ULL) | (({5} << {6}) & {4:#x}ULL));", word->size * 8, base,
                       word->start, bigEndianLoad(base, word->start, word->size), mask, value, word->shift);
  }
  const ir::ByteSpan span = ir::spanOf(field);
  const int last_bit = static_cast<int>(field.offset_bits + field.width_bits);
  std::string text = fmt::format("{{ __u64 bits = {} & {:#x}ULL;", value, ones_here);
  for (unsigned i = span.first; i < span.first + span.count; i++) {
    const int shift = last_bit - static_cast<int>(8 * (i + 1));
    const uint64_t mask = shift < 0 ? ones_here << -shift & 0xFF : ones_here >> shift & 0xFF;
    text += fmt::format(" sfc_put8({0} + {1}, (sfc_load8({0} + {1}) & ~{2:#x}ULL) | ((bits {3} {4}) & {2:#x}ULL));",
                        base, i, mask, shift < 0 ? "<<" : ">>", shift < 0 ? -shift : shift);
  }
  return text + " }";
}

std::string print(const ir::ExprPtr& expr, const Access& access) {
  return Printer(access)(expr);
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

std::string variableName(unsigned variable) {
  return fmt::format("v{}", variable);
}

}  // namespace sfc::emit_bpf
