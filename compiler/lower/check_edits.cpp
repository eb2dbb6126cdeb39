// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/check_edits.h"

#include <fmt/format.h>

#include <algorithm>

#include "lib/variant/overloaded.h"

namespace sfc::lower {

namespace {

class EditCheck {
public:
  EditCheck(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics)
      : model_(model), program_(program), diagnostics_(diagnostics) {}

  void run() {
    for (const ir::Move& move : model_.moves) needRecord(move.range, move.stripped.instance);
    if (model_.kind != plan::Kind::Edits)
      for (const ir::Edit& edit : model_.on_return) checkReturn(edit);
    for (const ir::Telemetry& telemetry : model_.telemetry) checkTelemetry(telemetry);
    countPushes<ir::Insert>(model_.on_return, "telemetry",
                            "declare one telemetry with all items, or push in the branches of an `if`");
    countPushes<ir::PushRoom>(model_.on_return, "room", "let `size` give the room for each packet");
    for (const ir::Edit& edit : model_.on_arrival)
      model_.kind == plan::Kind::Edits ? checkInPlace(edit) : checkReturn(edit);
    if (model_.kind == plan::Kind::Edits)
      for (const ir::Edit& edit : model_.on_return) checkInPlace(edit);
  }

private:
  void checkReturn(const ir::Edit& edit) {
    const ir::NamedFields named = ir::fieldsOf(edit);
    for (const auto* fields : {&named.changed, &named.read})
      for (const ir::FieldRef& ref : *fields) needRecord(edit.range, ref.instance);
    std::visit(
        Overloaded{[](const ir::AssignVariable&) {}, [](const ir::AssignField&) {}, [](const ir::CopyField&) {},
                   [](const ir::SwapFields&) {}, [](const ir::Drop&) {},
                   [&](const ir::Pop& node) { needRecord(edit.range, node.instance); }, [](const ir::PushHeaders&) {},
                   [&](const ir::Insert& node) { needRecord(edit.range, node.instance); },
                   [&](const ir::PushRoom& node) { checkRoom(edit.range, node.instance); },
                   [&](const ir::Write& node) { needRecord(edit.range, node.instance); }, [](const ir::Report&) {},
                   [](const ir::If&) {}},
        edit.node);
    for (const ir::ExprPtr& expr : ir::expressionsOf(edit)) checkReturn(expr);
    if (const auto* node = std::get_if<ir::If>(&edit.node))
      for (const auto* branch : {&node->then_branch, &node->else_branch})
        for (const ir::Edit& inner : *branch) checkReturn(inner);
  }

  /// Room is pushed behind all stripped headers, so the header right before it must be a pushed one.
  void checkRoom(Range range, unsigned instance) {
    bool last = false;
    ir::visit(model_.on_return, [&](const ir::Edit& statement) {
      const auto* node = std::get_if<ir::PushHeaders>(&statement.node);
      last = last || (node && node->instances.back() == instance);
    });
    if (!last)
      diagnostics_.error(range, "E0818",
                         fmt::format("'{}' is not the last header of a `push`", model_.instances[instance].name),
                         "push room right behind headers that have just been pushed");
  }

  void checkTelemetry(const ir::Telemetry& telemetry) {
    for (const ir::ExprPtr& expr : {telemetry.by, telemetry.size})
      if (expr) checkReturn(expr);
    for (const ir::TelemetryGroup& group : telemetry.groups)
      for (const ir::TelemetryField& field : group.fields)
        if (field.value) checkReturn(field.value);
    for (const ir::Collected& one : telemetry.collected) {
      needRecord(one.range, one.instance);
      checkReturn(one.size);
      if (one.at) checkReturn(one.at);
    }
  }

  /// The most pushes of a kind on any path through the statements, those before included; a packet can have one.
  template <typename Push>
  unsigned countPushes(const std::vector<ir::Edit>& statements, const char* what, const char* hint,
                       unsigned pushes = 0) {
    for (const ir::Edit& statement : statements) {
      if (const auto* node = std::get_if<ir::If>(&statement.node))
        pushes = std::max(countPushes<Push>(node->then_branch, what, hint, pushes),
                          countPushes<Push>(node->else_branch, what, hint, pushes));
      if (!std::holds_alternative<Push>(statement.node)) continue;
      if (pushes > 0)
        diagnostics_.error(statement.range, "E0811",
                           fmt::format("on one path to here, {} has been pushed already", what), hint);
      pushes++;
    }
    return pushes;
  }

  /// Edits in place: nothing makes room there, or updates a checksum.
  void checkInPlace(const ir::Edit& edit) {
    for (const ir::FieldRef& ref : ir::fieldsOf(edit).changed) checkSummed(edit.range, ref);
    std::visit(
        Overloaded{
            [&](const ir::Pop&) {
              diagnostics_.error(edit.range, "E0437", "a retained stack cannot be popped",
                                 "strip it, or change fields only");
            },
            [&](const ir::If& node) {
              for (const auto* branch : {&node.then_branch, &node.else_branch})
                for (const ir::Edit& inner : *branch) checkInPlace(inner);
            },
            // Those with telemetry, or that push, are refused where nothing is stripped.
            [](const OneOf<ir::PushHeaders, ir::Insert, ir::PushRoom, ir::Write, ir::Report> auto&) {},
            [](const OneOf<ir::AssignVariable, ir::AssignField, ir::CopyField, ir::SwapFields, ir::Drop> auto&) {}},
        edit.node);
  }

  void checkSummed(Range range, const ir::FieldRef& ref) {
    const ir::Instance& instance = model_.instances[ref.instance];
    for (const ir::Field& field : model_.headerOf(ref.instance).fields)
      if (field.computed != ir::Computed::No && field.computed != ir::Computed::Length)
        diagnostics_.error(range, "E0438",
                           fmt::format("'{}.{}' covers this field and would not be updated", instance.name, field.name),
                           "strip the header, or do not change the field");
  }

  void checkReturn(const ir::ExprPtr& expr) {
    ir::visit(expr, [this](const ir::Expr& part) {
      const auto* ref = std::get_if<ir::FieldRef>(&part.node);
      if (ref && !std::count(program_.retained.begin(), program_.retained.end(), ref->instance))
        needRecord(part.range, ref->instance);
      if (const auto* size = std::get_if<ir::StackSize>(&part.node)) needRecord(part.range, size->instance);
    });
  }

  void needRecord(Range range, unsigned instance) {
    if (!program_.placeInRecord(instance))
      diagnostics_.error(
          range, "E0228",
          fmt::format("'{}' is not stripped, so it is not in the header record", model_.instances[instance].name),
          "use only stripped headers in `on return`");
  }

  const model::Model& model_;
  const ir::Program& program_;
  Diagnostics& diagnostics_;
};

}  // namespace

void checkEdits(const model::Model& model, const ir::Program& program, Diagnostics& diagnostics) {
  EditCheck(model, program, diagnostics).run();
}

}  // namespace sfc::lower
