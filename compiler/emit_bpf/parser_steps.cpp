// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <fmt/format.h>

#include <algorithm>

#include "compiler/emit_bpf/parser_parts.h"

namespace sfc::emit_bpf {

namespace {

class StepEmitter {
public:
  StepEmitter(Parser& parser, Here& here, c::Block& out)
      : parser_(parser), program_(parser.program), node_(parser.graph.nodes[*here.node]), here_(here), out_(out) {}

  void emit(const ir::ExtractStep& step) {
    const ir::Instance& instance = program_.instances[step.instance];
    const ir::Header& header = program_.headerOf(step.instance);
    const ir::Uses& uses = parser_.graph.uses[step.instance];
    const c::Expr count = parser_.count(step.instance), cursor = parser_.cursor;
    if (instance.is_stack || node_.may_repeat) leaveIf(count >= instance.count, step.too_deep);
    if (node_.loop) countRounds(*node_.loop);
    checkRoom(header.size, step.truncated);
    if (std::count(here_.unwritten.begin(), here_.unwritten.end(), step.instance)) writeKeyBlocks(parser_, here_, out_);
    out_.set(parser_.header(step.instance), parser_.at);
    if (uses.first) {
      c::Block& block = instance.is_stack ? out_.when(!count) : out_;
      block.set(parser_.first(step.instance), cursor);
    }
    if (uses.latest) out_.set(parser_.latest(step.instance), cursor);
    // At egress, headers are extracted once before the region's place.
    for (unsigned i = 0; i < (parser_.ingress ? program_.enclosing : program_.retained).size(); i++)
      if (program_.retained[i] == step.instance && (!parser_.ingress || node_.before_decap))
        out_.set(c::name("p").arrow("retained").at(i), cursor);
    if (parser_.ingress && !program_.fixed_layout && node_.before_decap) noteStripped(parser_, step.instance, out_);
    if (uses.counted) out_.increment(count);
    advance(header.size, out_);
    if (header.variable_bits && !here_.fast) variableLength(step, header);
    const ir::KeyBlock* block = program_.key.blockOf(step.instance);
    if (block && (!parser_.ingress || node_.seen_by_sf)) here_.unwritten.push_back(step.instance);
    here_.pointers.insert(step.instance);
  }

  void emit(const ir::VerifyStep& step) {
    declareLooks(step.condition);
    lookahead(ir::lookaheadBytes(step.condition), step.failed);
    leaveIf(!value(step.condition), step.failed);
  }

  void emit(const ir::LimitStep& step) {
    const c::Expr bytes = c::name("bytes"), limit = parser_.limit;
    declareLooks(step.bytes);
    out_.declare("__u64", "bytes", value(step.bytes));
    leaveIf(bytes > c::name("SFC_NO_LIMIT") || parser_.cursor + bytes > limit, step.failed);
    out_.set(limit, parser_.cursor + bytes);
    here_.limited = true;
    const c::Expr inside = c::call("sfc_at", {c::name("data"), c::name("end"), limit, 0});
    leaveIf(!inside && limit > c::call("sfc_frameLength", {c::name("ctx"), c::name(parser_.hookName())}), step.failed);
  }

  void emit(const ir::AdvanceStep& step) {
    const c::Expr bytes = c::name("bytes"), most = c::name("SFC_MAX_ADVANCE");
    declareLooks(step.bytes);
    out_.declare("__u64", "bytes", value(step.bytes));
    leaveIf(bytes > most, step.truncated);
    out_.call("mask_var", {bytes, c::Expr(2) * most - 1});
    skip(bytes, step.truncated, out_);
  }

  void emit(const ir::AssignStep& step) {
    declareLooks(step.value);
    out_.set(variable(step.variable),
             value(step.value) & c::wide(onesOf(program_.variables[step.variable].width_bits)));
  }

  /// Declares a pointer to the bytes behind the cursor; leaves if there are fewer.
  void lookahead(unsigned bytes, ir::Exit truncated) {
    if (!bytes) return;
    out_.declare("__u8 *", "ahead", parser_.at);
    checkRoom(bytes, truncated);
  }

private:
  void leaveIf(const c::Expr& condition, ir::Exit exit) { parser_.leaveIf(condition, exit, out_); }

  /// The verifier sees the end of a loop by the number of its rounds.
  void countRounds(unsigned loop) {
    const c::Expr rounds = c::name(fmt::format("rounds_{}", loop));
    leaveIf(rounds >= parser_.graph.loops[loop], parser_.graph.too_long);
    out_.increment(rounds);
  }

  void variableLength(const ir::ExtractStep& step, const ir::Header& header) {
    const c::Expr bits = c::name("bits");
    c::Block& scope = out_.scope();
    scope.declare("__u64", "bits", variableBits(header, parser_.header(step.instance)));
    parser_.leaveIf(bits > header.variable_max * 8 || (bits & 7), step.overlong, scope);
    scope.change(bits, ">>", 3);
    scope.call("mask_var", {bits, c::hex(maskOver(header.variable_max))});
    skip(bits, step.overlong, scope);
  }

  void advance(const c::Expr& bytes, c::Block& out) const {
    out.add(parser_.at, bytes);
    out.add(parser_.cursor, bytes);
  }

  /// Advances by the value just computed, and leaves if the packet ends before that.
  void skip(const c::Expr& bytes, ir::Exit too_short, c::Block& out) {
    advance(bytes, out);
    out.call("barrier_var", {parser_.at});  // as in pointAtCursor()
    parser_.leaveIf(endsWithin(0), too_short, out);
  }

  /// Leaves if fewer bytes follow.
  void checkRoom(unsigned bytes, ir::Exit truncated) {
    if (!here_.fast)
      leaveIf(endsWithin(bytes), truncated);
    else if (here_.limited)
      leaveIf(parser_.cursor + bytes > parser_.limit, truncated);
  }

  /// The condition that fewer bytes follow. The limit is tested only where one may be set.
  c::Expr endsWithin(unsigned bytes) const {
    const c::Expr behind_end = parser_.at + bytes > c::cast("__u8 *", c::name("end"));
    return here_.limited ? behind_end || parser_.cursor + bytes > parser_.limit : behind_end;
  }

  void declareLooks(const ir::ExprPtr& expr) {
    std::set<std::string> declared;
    emit_bpf::declareLooks(parser_, here_, expr, declared, out_);
  }

  c::Expr value(const ir::ExprPtr& expr) const { return valueOf(expr, accessAt(parser_, here_)); }

  Parser& parser_;
  const ir::Program& program_;
  const ir::Node& node_;
  Here& here_;
  c::Block& out_;
};

}  // namespace

void emitStep(Parser& parser, Here& here, const ir::Step& step, c::Block& out) {
  StepEmitter emitter(parser, here, out);
  std::visit([&](const auto& node) { emitter.emit(node); }, step.node);
}

void emitLookahead(Parser& parser, Here& here, unsigned bytes, ir::Exit truncated, c::Block& out) {
  StepEmitter(parser, here, out).lookahead(bytes, truncated);
}

}  // namespace sfc::emit_bpf
