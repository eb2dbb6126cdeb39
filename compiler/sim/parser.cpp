// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The emitted program keeps of each header only what something asks for. Here, the places of all elements are known,
// and the key and the record's places are worked out at the end, from what is left: a removed header is absent from its
// region's end on.
#include "compiler/sim/parser.h"

#include <algorithm>

#include "compiler/ir/limits.h"
#include "compiler/sim/key.h"
#include "compiler/sim/splice.h"

namespace sfc::sim {

namespace {

bool matches(const ir::Pattern& pattern, uint64_t value) {
  if (pattern.interval) return value >= pattern.value && value <= pattern.mask;
  return (value & pattern.mask) == pattern.value;
}

}  // namespace

PacketParser::PacketParser(const ir::Program& program, plan::Hook hook, const std::vector<uint64_t>& params,
                           const Tables& tables, Sampler& sampler)
    : program_(program),

      graph_(hook == plan::Hook::Ingress ? program.ingress : program.egress),
      ingress_(hook == plan::Hook::Ingress),
      params_(params),
      tables_(tables),
      sampler_(sampler),
      elements_(program_.instances.size()),
      variables_(program_.variables.size()),
      covered_(program.in_record.size()),
      covered_in_(program.in_record.size()) {
  found_.where.resize(program.in_record.size());
}

std::optional<ir::Exit> PacketParser::run(BytesView frame, bool keyed) {
  start(frame);
  Next next{graph_.start, std::nullopt};
  while (next.node) {
    const ir::Node& node = graph_.nodes[*next.node];
    if (node.joins && cursor_ > ir::MaxCursor) return graph_.too_long;
    for (const ir::Step& one : node.steps) {
      const ir::Exit exit = std::visit([this](const auto& s) { return step(s); }, one.node);
      if (exit != None) return settle(exit);
    }
    next = transition(node, keyed);
  }
  return next.exit ? std::optional(settle(*next.exit)) : std::nullopt;
}

/// A packet in doubt passes if it need not be the proxy's.
ir::Exit PacketParser::settle(ir::Exit exit) {
  if (exit < ir::FirstDoubt) return exit;
  const ir::Doubt& doubt = graph_.doubts[exit - ir::FirstDoubt];
  return check(graph_.questions[doubt.question].checks).value_or(doubt.drop);
}

void PacketParser::start(BytesView frame) {
  frame_ = frame;
  cursor_ = 0;
  limit_ = frame.size();
  for (Elements& elements : elements_) elements.clear();
  for (Elements& elements : covered_) elements.clear();
  std::fill(variables_.begin(), variables_.end(), 0);
  found_.regions.assign(program_.regions.size(), {});
  found_.whole = false;
  found_.flags = 0;
  behind_decap_ = false;
  found_.retained.assign(program_.retained.size(), std::nullopt);
  found_.values.assign(program_.remembered_values.size(), 0);
  found_.key.clear();
  misses_.clear();
}

// ---- values of expressions

uint64_t PacketParser::field(const ir::FieldRef& ref) const {
  // Behind the region, a moved field is still to be rewritten.
  if (ingress_ && behind_decap_)
    for (const ir::Move& move : program_.moves)
      if (move.retained.instance == ref.instance && move.retained.field == ref.field)
        return found_.regions[0].next_header_value >> ref.low & onesOf(program_.partOf(ref).width_bits);
  const Elements& elements = elements_[ref.instance];
  const bool last = ref.element == ir::FieldRef::Last;
  if (elements.empty() || (!last && ref.element >= elements.size())) return 0;
  const size_t at = last ? elements.back() : elements[ref.element];
  const ir::Field part = program_.partOf(ref);
  return getBits(frame_.data() + at, part.offset_bits, part.width_bits);
}

uint64_t PacketParser::lookahead(unsigned width_bits) const {
  return getBits(frame_.data() + cursor_, 0, width_bits);
}

// ---- steps

ir::Exit PacketParser::step(const ir::ExtractStep& step) {
  const ir::Instance& instance = program_.instances[step.instance];
  const ir::Header& header = program_.headers[instance.header];
  Elements& elements = elements_[step.instance];
  if (elements.size() >= instance.count) return step.too_deep;
  if (!follows(header.size)) return step.truncated;
  elements.push_back(cursor_);
  cursor_ += header.size;
  if (!header.variable_bits) return None;
  const uint64_t bits = variableBits(header, frame_.data() + elements.back());
  if (bits > uint64_t{header.variable_max} * 8 || bits % 8 || !follows(bits / 8)) return step.overlong;
  cursor_ += bits / 8;
  return None;
}

ir::Exit PacketParser::step(const ir::VerifyStep& step) {
  if (!follows(ir::lookaheadBytes(step.condition))) return step.failed;
  return evaluate(*step.condition, *this) ? None : step.failed;
}

ir::Exit PacketParser::step(const ir::LimitStep& step) {
  const uint64_t bytes = evaluate(*step.bytes, *this);  // a negative number is a very large one
  if (!follows(bytes)) return step.failed;
  limit_ = cursor_ + bytes;
  return None;
}

ir::Exit PacketParser::step(const ir::AdvanceStep& step) {
  const uint64_t bytes = evaluate(*step.bytes, *this);
  if (bytes > ir::MaxAdvance || !follows(bytes)) return step.truncated;
  cursor_ += bytes;
  return None;
}

ir::Exit PacketParser::step(const ir::AssignStep& step) {
  variables_[step.variable] = evaluate(*step.value, *this) & onesOf(program_.variables[step.variable].width_bits);
  return None;
}

// ---- transitions

PacketParser::Next PacketParser::transition(const ir::Node& node, bool keyed) {
  if (!follows(node.key_bytes)) return {std::nullopt, node.truncated};
  keys_.clear();
  for (const ir::ExprPtr& key : node.keys) keys_.push_back(evaluate(*key, *this));
  for (const ir::Edge& edge : node.edges) {
    bool fits = true;
    for (size_t i = 0; i < edge.patterns.size() && fits; i++) fits = matches(edge.patterns[i], keys_[i]);
    if (fits) return take(edge, keyed);
  }
  return {std::nullopt, node.no_match};
}

PacketParser::Next PacketParser::take(const ir::Edge& edge, bool keyed) {
  if (edge.loses_count && cursor_ > ir::MaxCursor) return {std::nullopt, graph_.too_long};
  for (unsigned region : edge.anchors) mark(region);
  for (unsigned region : edge.returns) mark(region);
  // Without a key, egress needs only the place of the headers.
  const bool last = std::count(edge.returns.begin(), edge.returns.end(), program_.regions.size() - 1) > 0;
  if (last && !keyed && !program_.computed) {
    noteRetained();
    return {};
  }
  if (edge.checks)
    if (auto exit = check(program_.early_checks)) return {std::nullopt, exit};
  if (edge.decap)
    if (auto exit = decapsulate(*edge.decap)) return {std::nullopt, exit};
  switch (edge.target.kind) {
    case ir::EdgeTarget::Kind::Node:
      return {edge.target.node, std::nullopt};
    case ir::EdgeTarget::Kind::Leave:
      return {std::nullopt, edge.target.exit};
    case ir::EdgeTarget::Kind::Accept:
      break;
  }
  return {std::nullopt, accept(keyed)};
}

std::optional<ir::Exit> PacketParser::check(const std::vector<ir::Check>& checks) {
  for (const ir::Check& one : checks) {
    for (unsigned table : ir::tablesOf(one.condition)) {
      if (!hit(table))
        misses_.push_back(program_.table_misses[table]);
      else if (const auto place = program_.bitOfTable(table))
        found_.flags |= 1U << *place;
      for (size_t i = 0; i < program_.remembered_values.size(); i++)
        if (program_.remembered_values[i].table == table) found_.values[i] = tableValue(program_.remembered_values[i]);
    }
    if (!one.only_remembers && !evaluate(*one.condition, *this)) return ingress_ ? one.failed : one.failed_on_return;
  }
  return std::nullopt;
}

uint64_t PacketParser::hit(unsigned table) const {
  if (decides_) return found_.flags >> program_.bitOfTable(table).value() & 1;
  return tables_.find(table, frame_, elements_) != nullptr;
}

void PacketParser::decide() {
  decides_ = true;
  for (size_t i = 0; i < program_.decided.size(); i++)
    if (evaluate(*program_.decided[i], *this)) found_.flags |= 1U << program_.bitOfDecision(i);
  decides_ = false;
}

/// Marks the place of a region, if it comes.
void PacketParser::mark(unsigned region) {
  FoundRegion& found = found_.regions[region];
  found.at = cursor_;
  const auto& next_header = program_.regions[region].next_header;
  if (next_header && !elements_[next_header->instance].empty())
    found.next_header_at = elements_[next_header->instance].back() + next_header->header_offset;
  if (!ingress_)
    for (const ir::Move& move : program_.moves) found.next_header_value = field(move.retained);
}

/// Notes the places of retained headers.
void PacketParser::noteRetained() {
  for (size_t i = 0; i < program_.retained.size(); i++) {
    const Elements& elements = elements_[program_.retained[i]];
    if (!elements.empty()) found_.retained[i] = elements.front();
  }
}

std::optional<ir::Exit> PacketParser::decapsulate(const ir::Decapsulation& decap) {
  FoundRegion& region = found_.regions[decap.region];
  if (decap.whole) {
    found_.whole = true;
    region.at = 0;
    for (FoundRegion& earlier : found_.regions) earlier.length = 0;
  }
  region.length = cursor_ - region.at.value_or(cursor_);
  for (const ir::Move& move : program_.moves)
    region.next_header_value = field(decap.empty ? move.retained : move.stripped);
  if (decap.next_header_value) region.next_header_value = *decap.next_header_value;
  behind_decap_ = true;
  if (region.length > program_.regions[decap.region].max_bytes) return decap.too_deep;
  for (unsigned instance : decap.covered) {
    Elements& elements = elements_[instance];
    const auto index = program_.placeInRecord(instance);
    if (index && !elements.empty()) {
      covered_[*index] = elements;
      covered_in_[*index] = decap.region;
    }
    elements.clear();
  }
  return std::nullopt;
}

// ---- the end

std::optional<ir::Exit> PacketParser::accept(bool keyed) {
  if (cursor_ > ir::MaxCursor) return graph_.too_long;
  found_.end = limit_;
  if (ingress_ || program_.plan.kind == plan::Kind::Edits)
    if (auto exit = check(program_.late_checks)) return exit;
  if (ingress_) {
    decide();
    placeStripped();
  }
  noteRetained();
  if (!keyed) return std::nullopt;
  Bytes seen(frame_.begin(), frame_.end());
  if (ingress_) updateEnclosing(program_, found_, seen);
  found_.key = makeKey(program_, {seen.data(), limit_}, cursor_, elements_, variables_);
  return std::nullopt;
}

/// Notes the places of the stripped headers among the stripped bytes.
void PacketParser::placeStripped() {
  for (size_t i = 0; i < covered_.size(); i++) {
    Elements& where = found_.where[i];
    where.clear();
    size_t before = 0;  // stripped bytes of the regions before
    for (unsigned region = 0; region < covered_in_[i]; region++) before += found_.regions[region].length;
    const size_t start = found_.whole ? 0 : found_.regions[covered_in_[i]].at.value_or(0);
    for (size_t at : covered_[i]) where.push_back(at - start + (found_.whole ? 0 : before));
  }
}

}  // namespace sfc::sim
