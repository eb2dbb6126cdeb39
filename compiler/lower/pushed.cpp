// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The problem: a parser describes many ways from the state in front of the pushed headers to a plain packet, such as an
// outer IPv4 or IPv6 header, with options and without. A classifier pushes one of them, and so does a static proxy,
// which strips all.
//
// The idea: `push` names its headers in order. The parse graph of packets that have them is searched for a way that
// extracts these and nothing else. Variable-length fields are empty, and what is skipped by `advance` has no bytes.
#include "compiler/lower/pushed.h"

#include <fmt/format.h>

#include <set>

#include "compiler/lower/sizes.h"

namespace sfc::lower {

namespace {

/// The way of the pushed headers.
struct Way {
  bool whole = false;             // it begins at the start of the packet
  unsigned anchor = 0;            // node that leads to it; of no meaning if it is whole
  std::optional<uint64_t> value;  // by which the anchor does, if one value does
};

class WayFinder {
public:
  WayFinder(const std::vector<unsigned>& headers, const ir::Program& program) : headers_(headers), program_(program) {}

  std::optional<Way> run() {
    std::optional<Way> found;
    for (unsigned number = 0; number < program_.ingress.nodes.size(); number++)
      for (const ir::Edge& edge : program_.ingress.nodes[number].edges) {
        if (edge.anchors.empty() || edge.target.kind != ir::EdgeTarget::Kind::Node) continue;
        seen_.clear();
        if (!leads(edge.target.node, 0, false)) continue;
        if (!found) found = Way{false, number, std::nullopt};
        const ir::Pattern& pattern = edge.patterns.front();
        if (!found->value && !pattern.interval && pattern.mask == UINT64_MAX) found = Way{false, number, pattern.value};
      }
    seen_.clear();
    if (!found && leads(program_.ingress.start, 0, true)) found = Way{true, 0, std::nullopt};
    return found;
  }

private:
  /// Does a way lead on from a node, with `done` headers before it, to the end of the region?
  bool leads(unsigned number, size_t done, bool whole) {
    if (!seen_.insert({number, done}).second) return false;
    const ir::Node& node = program_.ingress.nodes[number];
    for (const ir::Step& step : node.steps)
      if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) {
        if (done > 0 && headers_[done - 1] == extract->instance && program_.instances[extract->instance].is_stack)
          continue;
        if (done == headers_.size() || headers_[done] != extract->instance) return false;
        done++;
      }
    for (const ir::Edge& edge : node.edges) {
      if (edge.target.kind != ir::EdgeTarget::Kind::Node) continue;
      if (edge.decap ? done == headers_.size() && edge.decap->whole == whole : leads(edge.target.node, done, whole))
        return true;
    }
    return false;
  }

  const std::vector<unsigned>& headers_;
  const ir::Program& program_;
  std::set<std::pair<unsigned, size_t>> seen_;
};

class Chooser {
public:
  Chooser(const model::Model& model, Anchors& anchors, ir::Program& program, Diagnostics& diagnostics)
      : model_(model), anchors_(anchors), program_(program), diagnostics_(diagnostics) {}

  void run() {
    const bool is_static = model_.kind == plan::Kind::Static;
    if (program_.regions.size() != 1 || (is_static && program_.regions.front().sometimes_whole))
      return fault("the pushed headers have no fixed layout",
                   is_static ? "strip and push one region, behind a header that stays" : "push one region");
    for (const unsigned instance : model_.pushed) checkHeader(instance);
    if (diagnostics_.hasErrors()) return;
    const auto way = WayFinder(model_.pushed, program_).run();
    if (!way)
      return fault("the parser does not read these headers one after the other",
                   "name all headers that are pushed, in the order on the wire: push HEADER, ... in OUTER, ...");
    checkSize();
    setPushValue(*way);
    if (model_.kind == plan::Kind::Classifier) describe(*way);
    program_.fixed_layout = true;
  }

private:
  void fault(std::string text, std::string hint) {
    diagnostics_.error(model_.strip_ranges.front(), "E0707", std::move(text), std::move(hint));
  }

  void checkHeader(unsigned instance) {
    const ir::Header& header = model_.headerOf(instance);
    const std::string& name = model_.instances[instance].name;
    if (model_.instances[instance].is_stack && instance != model_.pushed.back())
      fault(fmt::format("'{}' is a stack, and not the last of the pushed headers", name), "name the stack last");
    if (header.variable_bits && variableBits(header.variable_bits, instance) != 0)
      fault(fmt::format("the variable-length field of '{}' is not empty", name),
            fmt::format("give {} the length of a header without it", name));
    if (model_.kind == plan::Kind::Static && ir::hasComputed(header))
      fault(fmt::format("'{}' has lengths or checksums of what follows", name), "push headers without computed fields");
    for (const ir::Field& field : header.fields)
      if ((field.computed == ir::Computed::TailChecksum || field.computed == ir::Computed::PseudoChecksum) &&
          !field.zero_is_none)
        fault(fmt::format("'{}.{}' covers the packet behind it", name, field.name),
              "push headers that have no such checksum, or that may leave it out");
  }

  /// The length of the variable-length field with the defaults.
  int64_t variableBits(const ir::ExprPtr& length, unsigned instance) const {
    if (const auto* constant = std::get_if<ir::Constant>(&length->node)) return constant->value;
    if (const auto* unary = std::get_if<ir::Unary>(&length->node))
      return ir::apply(unary->op, variableBits(unary->operand, instance));
    if (const auto* binary = std::get_if<ir::Binary>(&length->node))
      return ir::apply(binary->op, variableBits(binary->left, instance), variableBits(binary->right, instance));
    const auto* own = std::get_if<ir::OwnField>(&length->node);
    for (const ir::PushDefault& one : model_.push_defaults)
      if (own && one.instance == instance && one.field == own->field)
        if (const auto* constant = std::get_if<ir::Constant>(&one.value->node)) return constant->value;
    return 0;
  }

  unsigned sizeOfAll() const {
    unsigned bytes = 0;
    for (const unsigned instance : model_.pushed)
      bytes += model_.headerOf(instance).size * model_.instances[instance].count;
    return bytes;
  }

  void checkSize() {
    if (sizeOfAll() <= MaxRegionBytes) return;
    diagnostics_.error(
        program_.regions.front().range, "E0425",
        fmt::format("the pushed headers can take {} bytes; a header record holds {}", sizeOfAll(), MaxRegionBytes),
        "make the stack smaller");
  }

  void setPushValue(const Way& way) {
    ir::Region& region = program_.regions.front();
    if (way.whole || !region.next_header) return;
    if (!way.value)
      diagnostics_.error(model_.states[program_.ingress.nodes[way.anchor].state].transition_range, "E0708",
                         "no single value leads to the pushed headers",
                         "add a case that leads to them by a single value");
    region.push_value = way.value.value_or(0);
  }

  /// A classifier strips nothing: its region is what it pushes.
  void describe(const Way& way) {
    program_.in_record.clear();
    for (const unsigned instance : model_.pushed) program_.in_record.push_back({instance, 0, {}});
    ir::Region& region = program_.regions.front();
    region.max_bytes = (sizeOfAll() + 3) / 4 * 4;
    region.sometimes_whole = region.always_whole = way.whole;
    if (way.whole) region.next_header.reset();
    anchors_.regions.front() = region;
  }

  const model::Model& model_;
  Anchors& anchors_;
  ir::Program& program_;
  Diagnostics& diagnostics_;
};

}  // namespace

void choosePushed(const model::Model& model, Anchors& anchors, ir::Program& program, Diagnostics& diagnostics) {
  Chooser(model, anchors, program, diagnostics).run();
}

}  // namespace sfc::lower
