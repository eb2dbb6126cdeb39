// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/edits.h"

#include <algorithm>

#include "compiler/sim/expressions.h"

namespace sfc::sim {

namespace {

/// Bytes with headers in them being edited. A header that is not there reads as 0, and assigning to it changes nothing.
class Editor : private Values {
public:
  Editor(const plan::Program& program, const std::vector<uint64_t>& params,
         const std::map<const model::Statement*, plan::Exit>& drops, Bytes& bytes, Places& places, Gap& gap)
      : model_(program.model),
        params_(params),
        drops_(drops),
        bytes_(bytes),
        places_(places),
        gap_(gap),
        variables_(model_.variables.size()) {}

  /// The counter of a drop, if one is come to.
  std::optional<plan::Exit> all(const std::vector<model::Statement>& statements) {
    for (const model::Statement& statement : statements) {
      if (std::holds_alternative<model::Drop>(statement.node)) return drops_.at(&statement);
      if (const auto* branch = std::get_if<model::If>(&statement.node)) {
        if (auto exit = all(evaluate(*branch->condition, *this) ? branch->then_branch : branch->else_branch))
          return exit;
        continue;
      }
      std::visit([this](const auto& node) { one(node); }, statement.node);
    }
    return std::nullopt;
  }

private:
  uint64_t field(const model::FieldRef& ref) const override {
    const auto at = place(ref.instance, ref.element);
    return at ? loadBits(bytes_.data() + *at, fieldOf(ref).offset_bits, fieldOf(ref).width_bits) : 0;
  }
  uint64_t size(unsigned instance) const override { return places_[instance].size(); }
  uint64_t variable(unsigned variable) const override { return variables_[variable]; }
  uint64_t param(unsigned param) const override { return params_[param]; }

  const model::Header& headerOf(unsigned instance) const { return model_.headers[model_.instances[instance].header]; }
  const model::Field& fieldOf(const model::FieldRef& ref) const { return headerOf(ref.instance).fields[ref.field]; }

  /// Where a header is, if it is there.
  std::optional<size_t> place(unsigned instance, uint64_t element) const {
    const auto& where = places_[instance];
    if (element >= where.size()) return std::nullopt;
    return where[element];
  }

  /// The bytes of a field that consists of whole bytes.
  uint8_t* bytesOf(const model::FieldRef& ref, uint64_t element) {
    const auto at = place(ref.instance, element);
    return at ? bytes_.data() + *at + fieldOf(ref).offset_bits / 8 : nullptr;
  }

  void one(const model::AssignVariable& node) {
    variables_[node.variable] = cutTo(model_.variables[node.variable].width_bits, evaluate(*node.value, *this));
  }

  void one(const model::AssignField& node) {
    const auto at = place(node.field.instance, node.field.element);
    const model::Field& field = fieldOf(node.field);
    if (at) storeBits(bytes_.data() + *at, field.offset_bits, field.width_bits, evaluate(*node.value, *this));
  }

  void one(const model::CopyField& node) {
    uint8_t* to = bytesOf(node.to, node.to.element);
    const uint8_t* from = bytesOf(node.from, node.index ? evaluate(*node.index, *this) : node.from.element);
    if (!to || !from) return;
    const Bytes copy(from, from + fieldOf(node.to).width_bits / 8);  // the two may be the same header's
    std::copy(copy.begin(), copy.end(), to);
  }

  void one(const model::SwapFields& node) {
    uint8_t* left = bytesOf(node.left, node.left.element);
    uint8_t* right = bytesOf(node.right, node.right.element);
    if (left && right) std::swap_ranges(left, left + fieldOf(node.left).width_bits / 8, right);
  }

  void one(const model::Pop& node) {
    auto& where = places_[node.instance];
    if (where.empty()) return;
    if (gap_.length == 0) gap_.at = where.front();
    gap_.length += headerOf(node.instance).size;
    where.erase(where.begin());
  }

  // Handled by all(), or parser statements, which sema keeps out of edits.
  void one(const model::Drop&) {}
  void one(const model::If&) {}
  void one(const model::Extract&) {}
  void one(const model::Verify&) {}
  void one(const model::Limit&) {}
  void one(const model::Advance&) {}

  const model::Model& model_;
  const std::vector<uint64_t>& params_;
  const std::map<const model::Statement*, plan::Exit>& drops_;
  Bytes& bytes_;
  Places& places_;
  Gap& gap_;
  std::vector<uint64_t> variables_;
};

}  // namespace

Edits::Edits(const plan::Program& program, plan::Hook hook, const std::vector<uint64_t>& params)
    : program_(program),
      statements_(hook == plan::Hook::Ingress ? program.model.on_arrival : program.model.on_return),
      params_(params) {
  number(statements_, hook == plan::Hook::Ingress ? program.arrival_drops : program.return_drops);
}

/// Drops are numbered in the order of the text.
void Edits::number(const std::vector<model::Statement>& statements, const std::vector<plan::Exit>& drops) {
  for (const model::Statement& statement : statements) {
    if (std::holds_alternative<model::Drop>(statement.node)) drops_.emplace(&statement, drops[drops_.size()]);
    if (const auto* branch = std::get_if<model::If>(&statement.node)) {
      number(branch->then_branch, drops);
      number(branch->else_branch, drops);
    }
  }
}

std::optional<plan::Exit> Edits::apply(Record& record, Gap& gap) const {
  Places places(program_.model.instances.size());
  for (size_t i = 0; i < record.where.size(); i++) places[program_.in_record[i].instance] = record.where[i];
  const auto exit = Editor(program_, params_, drops_, record.bytes, places, gap).all(statements_);
  for (size_t i = 0; i < record.where.size(); i++) record.where[i] = places[program_.in_record[i].instance];
  return exit;
}

std::optional<plan::Exit> Edits::apply(Bytes& frame, const Places& places) const {
  Places copy = places;
  Gap none;  // nothing is popped
  return Editor(program_, params_, drops_, frame, copy, none).all(statements_);
}

}  // namespace sfc::sim
