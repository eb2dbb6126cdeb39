// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/ir/edit.h"

#include <type_traits>

#include "lib/variant/overloaded.h"

namespace sfc::ir {

namespace {

/// T, const if Like is.
template <typename Like, typename T>
using ConstAs = std::conditional_t<std::is_const_v<Like>, const T, T>;

template <typename Edits, typename One>
void visitAll(Edits& edits, const One& one) {
  for (auto& edit : edits) {
    one(edit);
    if (auto* node = std::get_if<If>(&edit.node)) {
      visitAll(node->then_branch, one);
      visitAll(node->else_branch, one);
    }
  }
}

/// Calls `one` with the expressions of an edit, without those of an `if`'s branches.
template <typename AnyEdit, typename One>
void eachExpression(AnyEdit& edit, const One& one) {
  std::visit(
      Overloaded{[&](ConstAs<AnyEdit, AssignVariable>& node) { one(node.value); },
                 [&](ConstAs<AnyEdit, AssignField>& node) { one(node.value); },
                 [&](ConstAs<AnyEdit, CopyField>& node) {
                   if (node.index) one(node.index);
                 },
                 [](const SwapFields&) {}, [](const Drop&) {}, [](const Pop&) {}, [](const PushHeaders&) {},
                 [](const Insert&) {}, [](const PushRoom&) {}, [&](ConstAs<AnyEdit, Write>& node) { one(node.at); },
                 [](const Report&) {}, [&](ConstAs<AnyEdit, If>& node) { one(node.condition); }},
      edit.node);
}

}  // namespace

void visit(const std::vector<Edit>& edits, const std::function<void(const Edit&)>& one) {
  visitAll(edits, one);
}

void visit(std::vector<Edit>& edits, const std::function<void(Edit&)>& one) {
  visitAll(edits, one);
}

void changeExpressions(Edit& edit, const std::function<void(ExprPtr&)>& change) {
  eachExpression(edit, change);
}

std::vector<ExprPtr> expressionsOf(const Edit& edit) {
  std::vector<ExprPtr> found;
  eachExpression(edit, [&](const ExprPtr& expr) { found.push_back(expr); });
  return found;
}

NamedFields fieldsOf(const Edit& edit) {
  return std::visit(
      Overloaded{[](const AssignVariable&) { return NamedFields{}; },
                 [](const AssignField& node) { return NamedFields{{node.field}, {}}; },
                 [](const CopyField& node) { return NamedFields{{node.to}, {node.from}}; },
                 [](const SwapFields& node) { return NamedFields{{node.left, node.right}, {}}; },
                 [](const Drop&) { return NamedFields{}; }, [](const Pop&) { return NamedFields{}; },
                 [](const PushHeaders&) { return NamedFields{}; }, [](const Insert&) { return NamedFields{}; },
                 [](const PushRoom&) { return NamedFields{}; }, [](const Write&) { return NamedFields{}; },
                 [](const Report&) { return NamedFields{}; }, [](const If&) { return NamedFields{}; }},
      edit.node);
}

std::optional<unsigned> telemetryOf(const Edit& edit) {
  using Number = std::optional<unsigned>;
  return std::visit(
      Overloaded{[](const AssignVariable&) { return Number(); }, [](const AssignField&) { return Number(); },
                 [](const CopyField&) { return Number(); }, [](const SwapFields&) { return Number(); },
                 [](const Drop&) { return Number(); }, [](const Pop&) { return Number(); },
                 [](const PushHeaders&) { return Number(); }, [](const Insert& node) { return Number(node.telemetry); },
                 [](const PushRoom& node) { return Number(node.telemetry); },
                 [](const Write& node) { return Number(node.telemetry); },
                 [](const Report& node) { return Number(node.telemetry); }, [](const If&) { return Number(); }},
      edit.node);
}

void visitExpressions(const std::vector<Edit>& edits, const std::function<void(const Expr&)>& one) {
  visit(edits, [&](const Edit& edit) {
    for (const ExprPtr& expr : expressionsOf(edit)) visit(expr, one);
  });
}

unsigned popsIn(const std::vector<Edit>& edits) {
  unsigned pops = 0;
  visit(edits, [&](const Edit& edit) {
    if (const auto* node = std::get_if<Pop>(&edit.node)) pops += node->count;
  });
  return pops;
}

}  // namespace sfc::ir
