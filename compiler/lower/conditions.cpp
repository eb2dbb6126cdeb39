// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// In a condition that a packet must meet to get through (`require`, `verify`), named constants have their values:
// nobody wants a program that no packet gets through. Elsewhere, and in a condition that always holds, they could have
// any.
#include "compiler/lower/conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/lower/values.h"

namespace sfc::lower {

namespace {

using ir::BinaryOp;
using ir::ExprPtr;

/// The operands of `!`, `&&` and `||` in a condition.
void addParts(const ExprPtr& condition, std::vector<ExprPtr>& parts) {
  const auto* unary = std::get_if<ir::Unary>(&condition->node);
  const auto* binary = std::get_if<ir::Binary>(&condition->node);
  if (unary && unary->op == ir::UnaryOp::Not) {
    addParts(unary->operand, parts);
  } else if (binary && (binary->op == BinaryOp::LogicalAnd || binary->op == BinaryOp::LogicalOr)) {
    addParts(binary->left, parts);
    addParts(binary->right, parts);
  } else {
    parts.push_back(condition);
  }
}

class ConditionCheck {
public:
  ConditionCheck(const model::Model& model, const ir::Program& program, const SourceMap& sources,
                 Diagnostics& diagnostics)
      : program_(program), model_(model), sources_(sources), diagnostics_(diagnostics) {
    as_it_is_.named_constants = true;
    for (unsigned i = 0; i < model_.instances.size(); i++) as_it_is_.absent.insert(i);
    for (const ir::Node& node : program.ingress.nodes)
      for (const ir::Step& step : node.steps)
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) as_it_is_.absent.erase(extract->instance);
  }

  void run() {
    for (const ir::State& state : model_.states) checkState(state);
    for (const std::vector<ir::Check>* checks : {&program_.early_checks, &program_.late_checks}) checkTogether(*checks);
    for (const std::vector<ir::Edit>* edits : {&model_.on_arrival, &model_.on_return})
      ir::visit(*edits, [&](const ir::Edit& statement) {
        if (const auto* branch = std::get_if<ir::If>(&statement.node)) check(branch->condition, false);
      });
  }

private:
  bool isOwn(Range range) const { return range.file == model_.proxy_range.file; }

  bool can(const ExprPtr& condition, bool holds, const Known& known) const {
    return Assumptions(model_, known).take(condition, holds);
  }

  // ---- one condition

  /// True if it has warned. `gate`: a packet has to meet the condition.
  bool check(const ExprPtr& condition, bool gate) {
    if (!isOwn(condition->range)) return false;
    const bool blocks = gate && !can(condition, true, as_it_is_) && !isSwitch(condition);
    std::vector<ExprPtr> parts;
    addParts(condition, parts);
    bool said = false;
    for (const ExprPtr& part : parts) said = checkPart(part, blocks) || said;
    if (said) return true;
    if (blocks || !can(condition, true, anyhow_)) return never(condition, blocks, "its parts contradict each other");
    if (!can(condition, false, anyhow_)) return always(condition, "whenever one part fails, another holds");
    return false;
  }

  /// Do named constants alone decide it?
  static bool isSwitch(const ExprPtr& condition) {
    const auto* constant = std::get_if<ir::Constant>(&condition->node);
    return constant && constant->has_name;
  }

  bool checkPart(const ExprPtr& part, bool blocks) {
    if (!can(part, true, anyhow_)) return never(part, blocks, reason(part, anyhow_));
    if (blocks && !can(part, true, as_it_is_)) return never(part, blocks, reason(part, as_it_is_));
    if (!can(part, false, anyhow_)) return always(part, reason(part, anyhow_));
    return false;
  }

  bool never(const ExprPtr& condition, bool blocks, const std::string& why) {
    if (said_.insert(condition->range.begin).second)
      diagnostics_.warning(condition->range, "E0484",
                           fmt::format("{}: {}", blocks ? "no packet meets this" : "this never holds", why),
                           "correct the condition, or remove it");
    return true;
  }

  bool always(const ExprPtr& condition, const std::string& why) {
    if (said_.insert(condition->range.begin).second)
      diagnostics_.warning(condition->range, "E0485", fmt::format("this always holds: {}", why),
                           "correct the condition, or remove it");
    return true;
  }

  // ---- reasons

  std::string reason(const ExprPtr& part, const Known& known) const {
    if (isNumber(part)) return "it consists of numbers only";
    std::string absent;
    ir::visit(part, [&](const ir::Expr& one) {
      const auto* ref = std::get_if<ir::FieldRef>(&one.node);
      const auto* size = std::get_if<ir::StackSize>(&one.node);
      if ((ref || size) && known.absent.count(ref ? ref->instance : size->instance))
        absent = model_.instances[ref ? ref->instance : size->instance].name;
    });
    if (!absent.empty()) return fmt::format("no reachable state extracts '{}'", absent);
    const auto* binary = std::get_if<ir::Binary>(&part->node);
    if (!binary || !compares(binary->op)) return values(part, known);
    if (isNumber(binary->right)) return values(binary->left, known);
    if (isNumber(binary->left)) return values(binary->right, known);
    const std::string left = values(binary->left, known), right = values(binary->right, known);
    return left == right ? "both sides are the same" : left + ", " + right;
  }

  static bool isNumber(const ExprPtr& expr) {
    const auto* constant = std::get_if<ir::Constant>(&expr->node);
    return constant && !constant->has_name;
  }

  /// The possible values of an expression, in words.
  std::string values(const ExprPtr& expr, const Known& known) const {
    const Values found = Assumptions(model_, known).valuesOf(expr);
    const std::string_view text = sources_.text(expr->range);
    if (found.least == found.most) return fmt::format("'{}' is {}", text, found.least);
    const std::string range = fmt::format("'{}' ranges from {} to {}", text, found.least, found.most);
    const auto all = static_cast<uint64_t>(found.most);
    const bool some_bits = found.least == 0 && found.bits == all && (all & (all + 1)) != 0;
    return some_bits ? fmt::format("'{}' has only the bits {:#x}", text, all) : range;
  }

  // ---- requirements together

  void checkTogether(const std::vector<ir::Check>& checks) {
    Assumptions met(model_, as_it_is_);
    for (const ir::Check& one : checks) {
      if (one.only_remembers || isSwitch(one.condition) || check(one.condition, true)) continue;
      if (met.take(one.condition) || !isOwn(one.range)) continue;
      diagnostics_.warning(one.range, "E0484", "no packet meets this and the other requirements",
                           "correct one of them, or remove it");
      return;
    }
  }

  // ---- states

  void checkState(const ir::State& state) {
    for (const ir::ParserStatement& statement : state.body)
      if (const auto* verify = std::get_if<ir::Verify>(&statement.node))
        check(verify->condition, true);
      else if (std::holds_alternative<ir::Limit>(statement.node) || std::holds_alternative<ir::Advance>(statement.node))
        checkBytes(ir::exprOf(statement));
    for (const ir::Case& one : state.cases)
      for (size_t i = 0; i < state.keys.size() && isOwn(one.range); i++)
        if (!canMatch(one.patterns[i], Assumptions(model_, anyhow_).valuesOf(state.keys[i])))
          diagnostics_.warning(
              one.range, "E0484",
              fmt::format("no packet takes this case: {}",
                          isNumber(state.keys[i]) ? "the key is a number" : values(state.keys[i], anyhow_)),
              "use a possible value, or remove the case");
  }

  void checkBytes(const ExprPtr& bytes) {
    if (isOwn(bytes->range) && Assumptions(model_, as_it_is_).valuesOf(bytes).most < 0)
      diagnostics_.warning(bytes->range, "E0484",
                           fmt::format("no packet gets through this: {}", values(bytes, as_it_is_)),
                           "use a number of bytes that is not negative");
  }

  /// Can a value match? True for values that can be negative.
  static bool canMatch(const ir::Pattern& pattern, const Values& values) {
    if (values.least < 0) return true;
    const auto least = static_cast<uint64_t>(values.least), most = static_cast<uint64_t>(values.most);
    if (pattern.interval) return pattern.value <= most && least <= pattern.mask;
    return (pattern.value & ~values.bits) == 0 && pattern.value <= most &&
           (pattern.mask != UINT64_MAX || least <= pattern.value);
  }

  const ir::Program& program_;
  const model::Model& model_;
  const SourceMap& sources_;
  Diagnostics& diagnostics_;
  const Known anyhow_{};
  Known as_it_is_;
  std::set<uint32_t> said_;  // positions; the statements of an action occur in every place that names it
};

}  // namespace

void warnOfConditions(const model::Model& model, const ir::Program& program, const SourceMap& sources,
                      Diagnostics& diagnostics) {
  ConditionCheck(model, program, sources, diagnostics).run();
}

}  // namespace sfc::lower
