// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/ir/edit.h"

#include "lib/variant/overloaded.h"

namespace sfc::ir {

void visit(const std::vector<Edit>& edits, const std::function<void(const Edit&)>& one) {
  for (const Edit& edit : edits) {
    one(edit);
    if (const auto* node = std::get_if<If>(&edit.node)) {
      visit(node->then_branch, one);
      visit(node->else_branch, one);
    }
  }
}

void visit(std::vector<Edit>& edits, const std::function<void(Edit&)>& one) {
  for (Edit& edit : edits) {
    one(edit);
    if (auto* node = std::get_if<If>(&edit.node)) {
      visit(node->then_branch, one);
      visit(node->else_branch, one);
    }
  }
}

void changeExpressions(Edit& edit, const std::function<void(ExprPtr&)>& change) {
  std::visit(
      Overloaded{[&](AssignVariable& node) { change(node.value); }, [&](AssignField& node) { change(node.value); },
                 [&](CopyField& node) {
                   if (node.index) change(node.index);
                 },
                 [](SwapFields&) {}, [](Drop&) {}, [](Pop&) {}, [](PushHeaders&) {}, [](Insert&) {}, [](PushRoom&) {},
                 [&](Write& node) { change(node.at); }, [](Report&) {}, [&](If& node) { change(node.condition); }},
      edit.node);
}

std::vector<ExprPtr> expressionsOf(const Edit& edit) {
  std::vector<ExprPtr> found;
  std::visit(
      Overloaded{[&](const AssignVariable& node) { found.push_back(node.value); },
                 [&](const AssignField& node) { found.push_back(node.value); },
                 [&](const CopyField& node) {
                   if (node.index) found.push_back(node.index);
                 },
                 [](const SwapFields&) {}, [](const Drop&) {}, [](const Pop&) {}, [](const PushHeaders&) {},
                 [](const Insert&) {}, [](const PushRoom&) {}, [&](const Write& node) { found.push_back(node.at); },
                 [](const Report&) {}, [&](const If& node) { found.push_back(node.condition); }},
      edit.node);
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
  visit(edits, [&](const Edit& edit) { pops += std::holds_alternative<Pop>(edit.node) ? 1 : 0; });
  return pops;
}

}  // namespace sfc::ir
