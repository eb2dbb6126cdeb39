// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Expressions: names to indices, constants folded. All arithmetic is on 64-bit two's complement integers; a value is
// truncated only by an assignment. Fields of more than 64 bits can be keyed on and compared, but not calculated with.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/names.h"

namespace sfc::sema {

namespace {

using ir::Constant;
using ir::ExprPtr;

ExprPtr make(Range range, decltype(ir::Expr::node) node) {
  return std::make_shared<ir::Expr>(ir::Expr{range, std::move(node)});
}

std::optional<int64_t> constantOf(const ExprPtr& expr) {
  if (!expr) return std::nullopt;
  const auto* constant = std::get_if<Constant>(&expr->node);
  return constant ? std::optional(constant->value) : std::nullopt;
}

bool hasName(const ExprPtr& expr) {
  const auto* constant = std::get_if<Constant>(&expr->node);
  return constant && constant->has_name;
}

ir::UnaryOp operatorOf(ast::UnaryOp op) {
  switch (op) {
    case ast::UnaryOp::Not:
      return ir::UnaryOp::Not;
    case ast::UnaryOp::Complement:
      return ir::UnaryOp::Complement;
    case ast::UnaryOp::Negate:
      return ir::UnaryOp::Negate;
  }
  return {};
}

ir::BinaryOp operatorOf(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::Mul:
      return ir::BinaryOp::Mul;
    case ast::BinaryOp::Div:
      return ir::BinaryOp::Div;
    case ast::BinaryOp::Mod:
      return ir::BinaryOp::Mod;
    case ast::BinaryOp::Add:
      return ir::BinaryOp::Add;
    case ast::BinaryOp::Sub:
      return ir::BinaryOp::Sub;
    case ast::BinaryOp::Shl:
      return ir::BinaryOp::Shl;
    case ast::BinaryOp::Shr:
      return ir::BinaryOp::Shr;
    case ast::BinaryOp::Lt:
      return ir::BinaryOp::Lt;
    case ast::BinaryOp::Le:
      return ir::BinaryOp::Le;
    case ast::BinaryOp::Gt:
      return ir::BinaryOp::Gt;
    case ast::BinaryOp::Ge:
      return ir::BinaryOp::Ge;
    case ast::BinaryOp::Eq:
      return ir::BinaryOp::Eq;
    case ast::BinaryOp::Ne:
      return ir::BinaryOp::Ne;
    case ast::BinaryOp::And:
      return ir::BinaryOp::And;
    case ast::BinaryOp::Xor:
      return ir::BinaryOp::Xor;
    case ast::BinaryOp::Or:
      return ir::BinaryOp::Or;
    case ast::BinaryOp::LogicalAnd:
      return ir::BinaryOp::LogicalAnd;
    case ast::BinaryOp::LogicalOr:
      return ir::BinaryOp::LogicalOr;
  }
  return {};
}

/// Of a comparison, the one of unsigned numbers.
ir::BinaryOp unsignedOf(ir::BinaryOp op) {
  switch (op) {
    case ir::BinaryOp::Lt:
      return ir::BinaryOp::ULt;
    case ir::BinaryOp::Le:
      return ir::BinaryOp::ULe;
    case ir::BinaryOp::Gt:
      return ir::BinaryOp::UGt;
    case ir::BinaryOp::Ge:
      return ir::BinaryOp::UGe;
    default:
      return op;
  }
}

/// Fields, with the headers and elements that they belong to.
class Fields {
public:
  /// With `constants_only`, only numbers and constants are allowed.
  Fields(const Names& names, const model::Model& model, Diagnostics& diagnostics, bool constants_only)
      : names_(names), model_(model), diagnostics_(diagnostics), constants_only_(constants_only) {}

  std::optional<ir::FieldRef> field(const ast::Expr& expr) {
    const auto* member = std::get_if<ast::Member>(&expr.node);
    if (!member) {
      fail(expr.range, "E0205", "expected a field, such as ipv4.ttl");
      return std::nullopt;
    }
    auto ref = element(*member->base);
    if (!ref) return std::nullopt;
    const ir::Header& header = model_.headerOf(ref->instance);
    for (unsigned i = 0; i < header.fields.size(); i++)
      if (header.fields[i].name == member->member.name) {
        ref->field = i;
        return ref;
      }
    std::vector<std::string> candidates;
    for (const auto& candidate : header.fields) candidates.push_back(candidate.name);
    fail(member->member.range, "E0206", fmt::format("header '{}' has no field '{}'", header.name, member->member.name),
         meant(member->member.name, candidates));
    return std::nullopt;
  }

  /// A field, or bits of one.
  std::optional<ir::FieldRef> bits(const ast::Expr& expr) {
    const auto* slice = std::get_if<ast::Slice>(&expr.node);
    if (!slice) return field(expr);
    const auto whole = field(*slice->base);
    const auto high = constantValue(*slice->high, names_, diagnostics_);
    const auto low = constantValue(*slice->low, names_, diagnostics_);
    if (!whole || !high || !low) return std::nullopt;
    return bitsOf(expr.range, *whole, *high, *low, model_, diagnostics_);
  }

protected:
  /// The instance and element that `base` of base.field names.
  std::optional<ir::FieldRef> element(const ast::Expr& base) {
    if (const auto* name = std::get_if<ast::Name>(&base.node)) {
      auto instance = instanceNamed(base.range, name->name);
      if (!instance) return std::nullopt;
      if (model_.instances[*instance].is_stack) {
        fail(base.range, "E0213", fmt::format("'{}' is a stack", name->name),
             fmt::format("write {0}[0] for its first element or {0}.last for the one just extracted", name->name));
        return std::nullopt;
      }
      return ir::FieldRef{*instance, 0, 0};
    }
    if (const auto* member = std::get_if<ast::Member>(&base.node)) {
      const auto* name = std::get_if<ast::Name>(&member->base->node);
      if (!name || member->member.name != "last") {
        const bool in_struct = name && names_.instances.count(member->member.name) > 0;
        fail(base.range, "E0205", "expected a header before the field name",
             in_struct ? fmt::format("headers are not in a struct: leave out '{}.'", name->name) : "");
        return std::nullopt;
      }
      auto instance = stackNamed(member->base->range, name->name);
      if (!instance) return std::nullopt;
      if (names_.on_return) {
        fail(base.range, "E0214", "'last' is only allowed in parser states", "use an index: [0] is the first element");
        return std::nullopt;
      }
      return ir::FieldRef{*instance, ir::FieldRef::Last, 0};
    }
    const auto* index = std::get_if<ast::Index>(&base.node);
    const auto* name = index ? std::get_if<ast::Name>(&index->base->node) : nullptr;
    if (!name) {
      fail(base.range, "E0205", "expected a header before the field name",
           "write HEADER.FIELD, or STACK[0].FIELD for an element of a stack");
      return std::nullopt;
    }
    return indexed(*index, *name);
  }

  bool hasField(unsigned instance, const std::string& name) const {
    const auto& fields = model_.headerOf(instance).fields;
    return std::any_of(fields.begin(), fields.end(), [&](const ir::Field& field) { return field.name == name; });
  }

  std::optional<ir::FieldRef> indexed(const ast::Index& index, const ast::Name& name) {
    auto instance = stackNamed(index.base->range, name.name);
    auto value = constantValue(*index.index, names_, diagnostics_);
    if (!instance || !value) return std::nullopt;
    const ir::Instance& stack = model_.instances[*instance];
    if (*value < 0 || *value >= stack.count) {
      fail(index.index->range, "E0311",
           fmt::format("'{}' has {} elements, [0] to [{}]", name.name, stack.count, stack.count - 1));
      return std::nullopt;
    }
    if (*value > 0 && model_.headers[stack.header].variable_bits) {
      fail(index.index->range, "E0312", fmt::format("elements of '{}' have no fixed size", name.name),
           "use [0] or .last");
      return std::nullopt;
    }
    return ir::FieldRef{*instance, static_cast<unsigned>(*value), 0};
  }

  std::optional<unsigned> instanceNamed(Range range, const std::string& name) {
    auto it = names_.instances.find(name);
    if (it != names_.instances.end()) return it->second;
    fail(range, "E0215", fmt::format("unknown header '{}'", name), meant(name, namesOf(names_.instances)));
    return std::nullopt;
  }

  std::optional<unsigned> stackNamed(Range range, const std::string& name) {
    auto instance = instanceNamed(range, name);
    if (!instance || model_.instances[*instance].is_stack) return instance;
    fail(range, "E0216", fmt::format("'{}' is a single header, not a stack", name));
    return std::nullopt;
  }

  ExprPtr fail(Range range, const char* code, std::string text, std::string hint = {}) {
    diagnostics_.error(range, code, std::move(text), std::move(hint));
    return nullptr;
  }

  const Names& names_;
  const model::Model& model_;
  Diagnostics& diagnostics_;
  const bool constants_only_;
};

class Resolver : public Fields {
public:
  Resolver(const Names& names, const model::Model& model, Diagnostics& diagnostics, bool constants_only = false)
      : Fields(names, model, diagnostics, constants_only) {}

  ExprPtr resolve(const ast::Expr& expr) {
    return std::visit([&](const auto& node) { return at(expr.range, node, expr); }, expr.node);
  }

private:
  static constexpr uint64_t MaxShift = 63;

  ExprPtr at(Range range, const ast::Number& node, const ast::Expr&) {
    return make(range, Constant{static_cast<int64_t>(node.value)});
  }
  ExprPtr at(Range range, const ast::Boolean& node, const ast::Expr&) { return make(range, Constant{node.value}); }

  ExprPtr at(Range range, const ast::Name& node, const ast::Expr&) {
    if (constants_only_) {
      const auto it = names_.constants.find(node.name);
      if (it != names_.constants.end()) return make(range, Constant{it->second});
      return fail(range, "E0209", fmt::format("unknown name '{}'", node.name),
                  meant(node.name, namesOf(names_.constants)));
    }
    if (names_.own_header) {
      const auto& fields = names_.own_header->fields;
      for (unsigned i = 0; i < fields.size(); i++)
        if (fields[i].name == node.name) return make(range, ir::OwnField{i});
    }
    if (auto it = names_.variables.find(node.name); it != names_.variables.end())
      return make(range, ir::VariableRef{it->second});
    if (auto it = names_.constants.find(node.name); it != names_.constants.end())
      return make(range, Constant{it->second, true});
    if (names_.measured)
      if (auto measure = measureNamed(node.name)) return measurement(range, *measure, node.name);
    if (names_.instances.count(node.name))
      return fail(range, "E0207", fmt::format("'{}' is a header, not a number", node.name), "name one of its fields");
    if (names_.tables.count(node.name))
      return fail(range, "E0713", fmt::format("'{}' is a table, not a number", node.name),
                  fmt::format("write {}.hit", node.name));
    if (names_.params.count(node.name))
      return fail(range, "E0208", fmt::format("'{}' is a parameter", node.name),
                  fmt::format("write param.{}", node.name));
    auto candidates = namesOf(names_.variables);
    for (const auto& name : namesOf(names_.constants)) candidates.push_back(name);
    if (names_.own_header)
      for (const auto& field : names_.own_header->fields) candidates.push_back(field.name);
    return fail(range, "E0209", fmt::format("unknown name '{}'", node.name), meant(node.name, candidates));
  }

  ExprPtr at(Range range, const ast::Member& node, const ast::Expr& expr) {
    if (constants_only_) return fail(range, "E0313", "this must be a constant");
    if (const auto* base = std::get_if<ast::Name>(&node.base->node)) {
      if (base->name == "param" && !names_.instances.count("param")) {
        if (auto it = names_.params.find(node.member.name); it != names_.params.end())
          return make(range, ir::ParamRef{it->second});
        return fail(node.member.range, "E0210", fmt::format("unknown parameter '{}'", node.member.name),
                    meant(node.member.name, namesOf(names_.params)));
      }
      if (auto data = names_.telemetry.find(base->name); data != names_.telemetry.end())
        return ofTelemetry(range, data->second, node.member);
      auto it = names_.instances.find(base->name);
      if (it == names_.instances.end() && (names_.tables.count(base->name) || asksTable(node)))
        return inTable(range, node, base->name);
      if (it != names_.instances.end() && model_.instances[it->second].is_stack && node.member.name == "size") {
        auto stack = stackNamed(node.base->range, base->name);
        return stack ? make(range, ir::StackSize{*stack}) : nullptr;
      }
      if (it != names_.instances.end() && !model_.instances[it->second].is_stack && node.member.name == "valid" &&
          !hasField(it->second, "valid"))
        return make(range, ir::StackSize{it->second});
    }
    auto ref = field(expr);
    if (!ref) return nullptr;
    const ir::Instance& instance = model_.instances[ref->instance];
    const ir::Field& found = model_.headers[instance.header].fields[ref->field];
    if (found.width_bits > MaxNumberBits)
      return fail(
          range, "E0307", fmt::format("'{}' has {} bits, too many for an expression", found.name, found.width_bits),
          fmt::format("fields of more than 64 bits can be copied, swapped, compared with == and !=, and used in "
                      "keys; a slice has fewer bits: {}[63:0]",
                      found.name));
    return make(range, *ref);
  }

  ExprPtr measurement(Range range, ir::Measure measure, const std::string& name) {
    using ir::Measure;
    const bool at_once =
        measure == Measure::Arrived || measure == Measure::ArrivedTai || measure == Measure::IngressPort;
    if (!names_.terminates || at_once) return make(range, ir::Measurement{measure});
    return fail(range, "E0822", fmt::format("'{}' is not known on arrival", name),
                "use arrived, arrived_tai or ingress_port");
  }

  ExprPtr ofTelemetry(Range range, unsigned telemetry, const ast::Identifier& member) {
    using What = ir::TelemetryRef::What;
    if (member.name == "needed") return make(range, ir::TelemetryRef{telemetry, What::Needed});
    if (member.name == "size") return make(range, ir::TelemetryRef{telemetry, What::Size});
    if (member.name == "holds") return make(range, ir::TelemetryRef{telemetry, What::Holds});
    if (member.name == "fits" && names_.terminates) return fail(range, "E0822", "packets of a terminator do not grow");
    if (member.name == "fits") return make(range, ir::TelemetryRef{telemetry, What::Fits});
    return fail(member.range, "E0801", fmt::format("telemetry has no property '{}'", member.name),
                "use .needed (the bytes of all requested items), .size (the bytes that it has), .holds (they are "
                "enough) or .fits (the packet can also grow by them)");
  }

  /// Is this about a table, even if there is none of that name?
  bool asksTable(const ast::Member& node) const { return names_.tables_allowed && node.member.name == "hit"; }

  /// `mine.hit`, or a value of its entry.
  ExprPtr inTable(Range range, const ast::Member& node, const std::string& name) {
    if (!names_.tables_allowed)
      return fail(
          range, "E0712", fmt::format("table '{}' cannot be used here", name),
          names_.pushes
              ? "the tables of a static proxy say which headers are pushed: compare with constants or parameters"
              : "use it in `require`, `on return`, or `on arrival` of an `egress`");
    const auto table = names_.tables.find(name);
    if (table == names_.tables.end()) {
      auto candidates = namesOf(names_.tables);
      for (const std::string& instance : namesOf(names_.instances)) candidates.push_back(instance);
      return fail(node.base->range, "E0713", fmt::format("unknown table '{}'", name), meant(name, candidates));
    }
    if (node.member.name == "hit") return make(range, ir::TableHit{table->second});
    const auto& values = model_.tables[table->second].values;
    std::vector<std::string> candidates;
    for (unsigned i = 0; i < values.size(); i++) {
      if (values[i].name == node.member.name) return make(range, ir::TableValueRef{table->second, i});
      candidates.push_back(values[i].name);
    }
    if (values.empty())
      return fail(node.member.range, "E0713", fmt::format("a table has no property '{}'", node.member.name),
                  fmt::format("write {0}.hit, or !{0}.hit", name));
    return fail(node.member.range, "E0713", fmt::format("table '{}' has no value '{}'", name, node.member.name),
                meant(node.member.name, candidates));
  }

  ExprPtr at(Range range, const ast::Index&, const ast::Expr&) {
    return fail(range, "E0207", "a header is not a number", "name one of its fields");
  }

  ExprPtr at(Range range, const ast::Slice&, const ast::Expr& expr) {
    if (constants_only_) return fail(range, "E0313", "this must be a constant");
    const auto ref = bits(expr);
    return ref ? make(range, *ref) : nullptr;
  }

  ExprPtr at(Range range, const ast::MulMod& node, const ast::Expr&) {
    ExprPtr left = resolve(*node.left), right = resolve(*node.right), modulus = resolve(*node.modulus);
    if (!left || !right || !modulus) return nullptr;
    const auto l = constantOf(left), r = constantOf(right), m = constantOf(modulus);
    if (m && (*m <= 0 || static_cast<uint64_t>(*m) >> ir::MulMod::MaxModulusBits))
      return fail(node.modulus->range, "E0309",
                  fmt::format("the modulus must have 1 to {} bits, and not be 0", ir::MulMod::MaxModulusBits));
    if (l && r && m)
      return make(range, Constant{static_cast<int64_t>(ir::mulMod(static_cast<uint64_t>(*l), static_cast<uint64_t>(*r),
                                                                  static_cast<uint64_t>(*m))),
                                  hasName(left) || hasName(right) || hasName(modulus)});
    return make(range, ir::MulMod{left, right, modulus});
  }

  ExprPtr at(Range range, const ast::Lookahead& node, const ast::Expr&) {
    if (constants_only_) return fail(range, "E0313", "this must be a constant");
    if (!names_.lookahead_allowed)
      return fail(range, "E0211", "lookahead() is only allowed in `select` and `verify`",
                  "extract a header and use its field, or select by the look-ahead");
    if (node.width < 1 || node.width > 32)
      return fail(range, "E0308", fmt::format("lookahead<bit<{}>>: the width must be 1 to 32 bits", node.width));
    return make(range, ir::Lookahead{node.width});
  }

  ExprPtr at(Range range, const ast::Digest&, const ast::Expr&) {
    return fail(range, "E0212", "digest() is only allowed in keys");
  }

  ExprPtr at(Range range, const ast::Swapped&, const ast::Expr&) {
    return fail(range, "E0212", "swapped() is only allowed in keys");
  }

  ExprPtr at(Range range, const ast::Sampled& node, const ast::Expr&) {
    if (constants_only_) return fail(range, "E0313", "this must be a constant");
    if (!names_.samples)
      return fail(range, "E0816", "sampled() is not allowed here",
                  "use it in `require` or in edits of a program that strips headers");
    ExprPtr every = resolve(*node.every);
    if (!every) return nullptr;
    bool fixed = true;
    ir::visit(every, [&](const ir::Expr& part) {
      fixed =
          fixed && (std::holds_alternative<Constant>(part.node) || std::holds_alternative<ir::ParamRef>(part.node) ||
                    std::holds_alternative<ir::Unary>(part.node) || std::holds_alternative<ir::Binary>(part.node));
    });
    if (!fixed)
      return fail(node.every->range, "E0817", "the sampling rate differs from packet to packet",
                  "write the rate with constants and parameters only");
    if (auto value = constantOf(every); value && *value < 1)
      return fail(node.every->range, "E0817", fmt::format("invalid sampling rate {}", *value),
                  "use 1 or more; 1 takes every packet");
    return make(range, ir::Sampled{(*names_.samples)++, every});
  }

  ExprPtr at(Range range, const ast::Unary& node, const ast::Expr&) {
    ExprPtr operand = resolve(*node.operand);
    if (!operand) return nullptr;
    if (auto value = constantOf(operand))
      return make(range, Constant{ir::apply(operatorOf(node.op), *value), hasName(operand)});
    return make(range, ir::Unary{operatorOf(node.op), operand});
  }

  ExprPtr at(Range range, const ast::Binary& node, const ast::Expr&) {
    if (node.op == ast::BinaryOp::Eq || node.op == ast::BinaryOp::Ne) {
      const auto left_field = wideField(*node.left), right_field = wideField(*node.right);
      if (left_field && right_field) {
        ExprPtr same = equalFields(range, *left_field, *right_field, model_, diagnostics_);
        if (!same || node.op == ast::BinaryOp::Eq) return same;
        return make(range, ir::Unary{ir::UnaryOp::Not, same});
      }
    }
    ExprPtr left = resolve(*node.left), right = resolve(*node.right);
    if (!left || !right) return nullptr;
    const bool divides = node.op == ast::BinaryOp::Div || node.op == ast::BinaryOp::Mod;
    const bool shifts = node.op == ast::BinaryOp::Shl || node.op == ast::BinaryOp::Shr;
    auto l = constantOf(left), r = constantOf(right);
    if (divides && r && *r <= 0) return fail(node.right->range, "E0309", "the divisor must be greater than 0");
    if (shifts && mostOf(right, model_) > MaxShift)
      return fail(node.right->range, "E0310", "the shift can exceed 63",
                  "shift by a constant from 0 to 63, by something of at most 6 bits, or by its remainder: (n % 64)");
    if (l && r) return make(range, Constant{ir::apply(operatorOf(node.op), *l, *r), hasName(left) || hasName(right)});
    // Decided by the left side alone: so an option of the spec can switch off the right side.
    if (l && node.op == ast::BinaryOp::LogicalAnd && *l == 0) return make(range, Constant{0, hasName(left)});
    if (l && node.op == ast::BinaryOp::LogicalOr && *l != 0) return make(range, Constant{1, hasName(left)});
    // A number of all bits can be too large for a signed one.
    const bool is_unsigned = widthOf(*left, model_) == MaxNumberBits || widthOf(*right, model_) == MaxNumberBits;
    const ir::BinaryOp op = operatorOf(node.op);
    return make(range, ir::Binary{is_unsigned ? unsignedOf(op) : op, left, right});
  }

  // ---- comparisons of wide fields

  /// A field that is no number. Reports nothing.
  std::optional<ir::FieldRef> wideField(const ast::Expr& expr) const {
    if (constants_only_ || !std::holds_alternative<ast::Member>(expr.node)) return std::nullopt;
    Diagnostics ignored;
    const auto ref = Resolver(names_, model_, ignored).field(expr);
    return ref && model_.fieldOf(*ref).width_bits > MaxNumberBits ? ref : std::nullopt;
  }
};

}  // namespace

ExprPtr resolve(const ast::Expr& expr, const Names& names, const model::Model& model, Diagnostics& diagnostics) {
  return Resolver(names, model, diagnostics).resolve(expr);
}

std::optional<ir::FieldRef> resolveBits(const ast::Expr& expr, const Names& names, const model::Model& model,
                                        Diagnostics& diagnostics) {
  return Resolver(names, model, diagnostics).bits(expr);
}

std::optional<ir::FieldRef> resolveField(const ast::Expr& expr, const Names& names, const model::Model& model,
                                         Diagnostics& diagnostics) {
  return Resolver(names, model, diagnostics).field(expr);
}

std::optional<unsigned> singleHeader(const ast::Identifier& name, const Names& names, const model::Model& model,
                                     Diagnostics& diagnostics) {
  const auto it = names.instances.find(name.name);
  if (it == names.instances.end()) {
    diagnostics.error(name.range, "E0215", fmt::format("unknown header '{}'", name.name),
                      meant(name.name, namesOf(names.instances)));
    return std::nullopt;
  }
  if (!model.instances[it->second].is_stack) return it->second;
  diagnostics.error(name.range, "E0213", fmt::format("'{}' is a stack", name.name), "name a single header");
  return std::nullopt;
}

std::optional<unsigned> variableNamed(const ast::Expr& expr, const ast::Name& name, const Names& names,
                                      Diagnostics& diagnostics) {
  const auto it = names.variables.find(name.name);
  if (it != names.variables.end()) return it->second;
  diagnostics.error(expr.range, "E0221", fmt::format("'{}' is not a variable", name.name),
                    meant(name.name, namesOf(names.variables)));
  return std::nullopt;
}

std::optional<int64_t> constantValue(const ast::Expr& expr, const Names& names, Diagnostics& diagnostics) {
  const model::Model none;
  return constantOf(Resolver(names, none, diagnostics, true).resolve(expr));
}

}  // namespace sfc::sema
