// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// `cursor` is the offset of the next header in the frame and `at` the pointer to it. Per instance NAME the function
// has: h_NAME, pointer to the header extracted last, used only in the state that extracts it; o_NAME and l_NAME,
// offsets of the first and the last element in the frame, for later looks, which are bounded anew; n_NAME, the number
// of elements extracted. Only those that something asks for are kept.
//
// The verifier walks every path. Where paths join, what it knows of `cursor` differs, and it would check the rest of
// the program once per path; so the cursor is forgotten (sfc_forget) where a loop ends and where the walk is over, and
// bounded again by one comparison. See docs/architecture.md.
#include "compiler/emit_bpf/walk.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "compiler/emit_bpf/edits.h"
#include "compiler/emit_bpf/expressions.h"
#include "compiler/emit_bpf/tables.h"

namespace sfc::emit_bpf {

namespace {

// Headers that checks look at, of which the verifier may know at the same time whether they are there.
constexpr size_t MaxOpenLooks = 6;

class WalkEmitter {
public:
  WalkEmitter(plan::Hook hook, const ir::Program& program, const SourceMap& sources, Writer& out)
      : program_(program),

        walk_(hook == plan::Hook::Ingress ? program.ingress : program.egress),
        ingress_(hook == plan::Hook::Ingress),
        sources_(sources),
        out_(out) {}

  void run() {
    out_.line(
        "static __always_inline __u32 {}(struct {} *ctx, struct sfc_packet *p, struct sfc_counters *c, const int "
        "keyed) {{",
        ingress_ ? "spec_parseIngress" : "spec_parseEgress", ingress_ ? "xdp_md" : "__sk_buff");
    out_.indent();
    declarations();
    out_.line("goto node_{};", walk_.start);
    for (unsigned i = 0; i < walk_.nodes.size(); i++) node(i);
    out_.line("accept: __maybe_unused;");
    accept();
    doubts();
    for (ir::Exit exit : left_)
      if (exit < ir::FirstDoubt) out_.line("exit_{0}: return sfc_exit({0});", exit);
    out_.outdent();
    out_.line("}}");
    out_.blank();
  }

private:
  bool edits() const { return program_.kind == plan::Kind::Edits; }

  const ir::Header& headerOf(unsigned instance) const { return program_.headerOf(instance); }
  const std::string& nameOf(unsigned instance) const { return program_.instances[instance].name; }

  void declarations() {
    out_.line(
        "void *data __maybe_unused = (void *)(long)ctx->data, *end __maybe_unused = (void *)(long)ctx->data_end;");
    out_.line("__u8 *at __maybe_unused = data;");
    out_.line("__u64 cursor __maybe_unused = 0, limit __maybe_unused = SFC_NO_LIMIT;");
    out_.line("__u32 valid __maybe_unused = 0;");
    if (!walk_.doubts.empty()) out_.line("__u32 drop __maybe_unused = 0;");
    for (unsigned i = 0; i < program_.instances.size(); i++) {
      const std::string& name = nameOf(i);
      const bool used = std::any_of(walk_.nodes.begin(), walk_.nodes.end(),
                                    [&](const ir::Node& node) { return ir::extracts(node, i); });
      if (used) out_.line("__u8 *h_{} __maybe_unused = 0;", name);
      if (walk_.uses[i].counted) out_.line("__u32 n_{} __maybe_unused = 0;", name);
      if (walk_.uses[i].first) out_.line("__u64 o_{} __maybe_unused = 0;", name);
      if (walk_.uses[i].latest) out_.line("__u64 l_{} __maybe_unused = 0;", name);
    }
    for (size_t i = 0; i < walk_.loops.size(); i++) out_.line("__u32 rounds_{} = 0;", i);
    for (unsigned i = 0; i < program_.variables.size(); i++) out_.line("__u64 {} __maybe_unused = 0;", variableName(i));
    if (!program_.params.empty()) {
      out_.line("struct sfc_params *params = sfc_paramsHere();");
      out_.line("if (!params) {}", leave(walk_.too_long));
    }
    if (!ingress_ && (program_.mixedWhole() || program_.regions.size() > 1))
      for (unsigned i = 0; i < program_.regions.size(); i++) out_.line("p->region[{}].at = SFC_NOWHERE;", i);
  }

  // ---- accesses

  /// How expressions of a node refer to headers: those extracted here by pointer, others through `looks`.
  Access accessIn(const std::set<unsigned>& here) {
    Access access;
    access.field = [this, here](const ir::FieldRef& ref) {
      const ir::Header& header = headerOf(ref.instance);
      const ir::Field& field = header.fields[ref.field];
      if (saysWhatMoved(ref)) return std::string("p->region[0].hidden_value");
      const bool last = ir::isLast(ref, program_);
      if (last && here.count(ref.instance)) return loadField("h_" + nameOf(ref.instance), field, header.size);
      const std::string look = lookName(ref);
      return fmt::format("({} ? {} : 0)", look, loadField(look, field, header.size));
    };
    access.stack_size = [this](unsigned instance) { return fmt::format("((__u64)n_{})", nameOf(instance)); };
    return access;
  }

  /// Behind the cut, a field that is still to be rewritten.
  bool saysWhatMoved(const ir::FieldRef& ref) const {
    const ir::Move* move = moved();
    const bool behind = in_node_ ? !walk_.nodes[number_].before_cut : behind_cut_;
    return ingress_ && move && behind && ref.instance == move->kept.instance && ref.field == move->kept.field;
  }

  const ir::Move* moved() const { return program_.moves.empty() ? nullptr : &program_.moves.front(); }

  /// What a moved field says to the function (ingress), or said when it returned (egress).
  void loadMoved(const ir::FieldRef& ref) {
    const ir::ExprPtr value = std::make_shared<const ir::Expr>(ir::Expr{{}, ref});
    const bool in_node = std::exchange(in_node_, false);
    openScope();
    looks(value, {});
    out_.line("p->region[0].hidden_value = {};", print(value, accessIn({})));
    closeScope();
    in_node_ = in_node;
  }

  std::string lookName(const ir::FieldRef& ref) const {
    return fmt::format("look_{}_{}", nameOf(ref.instance),
                       ref.element == ir::FieldRef::Last ? "last" : std::to_string(ref.element));
  }

  /// Where in the frame a header is that was extracted elsewhere.
  std::string placeOf(const ir::FieldRef& ref) const {
    const std::string& name = nameOf(ref.instance);
    return ir::isLast(ref, program_) ? "l_" + name
                                     : fmt::format("o_{} + {}", name, ref.element * headerOf(ref.instance).size);
  }

  /// Declares a bounded pointer for every header that the expression refers to and that was extracted elsewhere.
  void looks(const ir::ExprPtr& expr, const std::set<unsigned>& here) {
    std::set<std::string> declared;
    looks(expr, here, declared);
  }

  void looks(const ir::ExprPtr& expr, const std::set<unsigned>& here, std::set<std::string>& declared) {
    visitFields(expr, [&](const ir::FieldRef& ref) {
      const bool last = ir::isLast(ref, program_);
      if ((last && here.count(ref.instance)) || !declared.insert(lookName(ref)).second) return;
      const std::string& name = nameOf(ref.instance);
      const unsigned size = headerOf(ref.instance).size;
      if (last && in_node_ && walk_.nodes[number_].there[ref.instance])
        out_.line("__u8 *{} = sfc_at(data, end, {}, {});", lookName(ref), placeOf(ref), size);
      else if (last)
        out_.line("__u8 *{} = n_{} ? sfc_at(data, end, {}, {}) : 0;", lookName(ref), name, placeOf(ref), size);
      else
        out_.line("__u8 *{} = n_{} > {} ? sfc_at(data, end, {}, {}) : 0;", lookName(ref), name, ref.element,
                  placeOf(ref), size);
      // Or clang asks of one pointer and reads by another one which it knows to be there as well.
      out_.line("barrier_var({});", lookName(ref));
    });
  }

  // ---- nodes

  void node(unsigned number) {
    out_.line("node_{}: __maybe_unused;", number);
    if (walk_.nodes[number].joins) joinAt(number);
    if (const ir::Stretch* stretch = walk_.stretchFrom(number)) {
      out_.line("if (unlikely(at + {} > (__u8 *)end)) goto odd_{};", stretch->bytes, number);
      copy(*stretch);
      out_.line("odd_{}: __maybe_unused;", number);
    }
    body(number);
  }

  /// A stretch of the usual way once more: all its bytes are known to be there.
  void copy(const ir::Stretch& stretch) {
    for (size_t i = 0; i < stretch.nodes.size(); i++) {
      const unsigned number = stretch.nodes[i];
      next_usual_ = i + 1 < stretch.nodes.size() ? std::optional(stretch.nodes[i + 1]) : std::nullopt;
      copying_ = true;
      out_.line("usual_{}: __maybe_unused;", number);
      leaveIfLonger(number, i == 0);
      body(number);
      copying_ = false;
    }
  }

  /// Headers that are longer than the shortest are not usual.
  void leaveIfLonger(unsigned number, bool first) {
    limited_ = walk_.nodes[number].may_be_limited;
    unsigned at = 0;
    for (const ir::Step& step : walk_.nodes[number].steps) {
      const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
      if (!extract) continue;
      const ir::Header& header = headerOf(extract->instance);
      if (header.variable_bits) {
        Access access;
        access.own_base = fmt::format("(at + {})", at);
        access.own_header = &header;
        out_.line("if (unlikely({})) {{", print(header.variable_bits, access));
        out_.indent();
        join();
        out_.line("goto {}_{};", first ? "odd" : "node", number);
        out_.outdent();
        out_.line("}}");
      }
      at += header.size;
    }
  }

  void body(unsigned number) {
    const ir::Node& node = walk_.nodes[number];
    std::set<unsigned> here = walk_.nodes[number].inherited;
    number_ = number;
    limited_ = walk_.nodes[number].may_be_limited;
    lineDirective(node.range, sources_, out_);
    out_.line("{{  // {}", node.name);
    out_.indent();
    in_node_ = true;
    for (const ir::Step& step : node.steps) {
      lineDirective(step.range, sources_, out_);
      // A scope of its own for the pointers that its expression needs; what is extracted outlives it.
      const bool has_expression = !std::holds_alternative<ir::ExtractStep>(step.node);
      if (has_expression) openScope();
      std::visit([&](const auto& s) { one(s, here); }, step.node);
      if (has_expression) closeScope();
    }
    transition(node, here);
    in_node_ = false;
    out_.outdent();
    out_.line("}}");
  }

  void openScope() {
    out_.line("{{");
    out_.indent();
  }

  void closeScope() {
    out_.outdent();
    out_.line("}}");
  }

  void one(const ir::ExtractStep& step, std::set<unsigned>& here) {
    const ir::Instance& instance = program_.instances[step.instance];
    const ir::Header& header = headerOf(step.instance);
    const std::string& name = instance.name;
    if (instance.is_stack || walk_.nodes[number_].may_repeat)
      out_.line("if (unlikely(n_{} >= {})) {}", name, instance.count, leave(step.too_deep));
    if (const auto& loop = walk_.nodes[number_].loop)
      out_.line("if (unlikely(rounds_{0}++ >= {1})) {2}", *loop, walk_.loops[*loop], leave(walk_.too_long));
    checkRoom(header.size, step.truncated);
    if (std::count(unwritten_.begin(), unwritten_.end(), step.instance)) writeKeyBlocks();
    out_.line("h_{} = at;", name);
    if (walk_.uses[step.instance].first)
      out_.line("{}o_{} = cursor;", instance.is_stack ? fmt::format("if (!n_{}) ", name) : "", name);
    if (walk_.uses[step.instance].latest) out_.line("l_{} = cursor;", name);
    for (unsigned i = 0; i < (ingress_ ? program_.covering : program_.kept).size(); i++)
      if (program_.kept[i] == step.instance && isBeforeRegion()) out_.line("p->kept[{}] = cursor;", i);
    if (ingress_ && !program_.fixed_layout && walk_.nodes[number_].before_cut) remember(step.instance);
    if (walk_.uses[step.instance].counted) out_.line("n_{}++;", name);
    advance(std::to_string(header.size));
    if (header.variable_bits && !copying_) variableLength(step, header, name);
    const ir::KeyBlock* block = program_.key.blockOf(step.instance);
    if (block && (!ingress_ || walk_.nodes[number_].seen_by_function)) unwritten_.push_back(step.instance);
    here.insert(step.instance);
  }

  /// At egress, headers are extracted once before the region's place.
  bool isBeforeRegion() const { return !ingress_ || walk_.nodes[number_].before_cut; }

  void variableLength(const ir::ExtractStep& step, const ir::Header& header, const std::string& name) {
    Access access;
    access.own_base = "h_" + name;
    access.own_header = &header;
    out_.line("{{");
    out_.indent();
    out_.line("__u64 bits = {};", print(header.variable_bits, access));
    out_.line("if (unlikely(bits > {} || bits & 7)) {}", header.variable_max * 8, leave(step.overlong));
    out_.line("bits >>= 3;");
    out_.line("mask_var(bits, {:#x});", maskOver(header.variable_max));
    advance("bits");
    out_.line("barrier_var(at);");  // as in pointAtCursor()
    out_.line("if (unlikely({})) {}", tooShort(0), leave(step.overlong));
    out_.outdent();
    out_.line("}}");
  }

  void advance(const std::string& bytes) {
    out_.line("at += {};", bytes);
    out_.line("cursor += {};", bytes);
  }

  /// Leaves if fewer bytes follow.
  void checkRoom(unsigned bytes, ir::Exit truncated) {
    if (!copying_)
      out_.line("if (unlikely({})) {}", tooShort(bytes), leave(truncated));
    else if (limited_)
      out_.line("if (unlikely(cursor + {} > limit)) {}", bytes, leave(truncated));
  }

  /// The condition that fewer bytes follow. The limit counts only where one can have been set.
  std::string tooShort(unsigned bytes) const {
    std::string condition = fmt::format("at + {} > (__u8 *)end", bytes);
    if (limited_) condition += fmt::format(" || cursor + {} > limit", bytes);
    return condition;
  }

  /// What the headers extracted since have in the key. A stack's next element takes the place of the pointer to its
  /// last.
  void writeKeyBlocks() {
    for (unsigned instance : std::exchange(unwritten_, {}))
      keyBlock(*program_.key.blockOf(instance), program_.instances[instance]);
  }

  void keyBlock(const ir::KeyBlock& block, const ir::Instance& instance) {
    for (unsigned element = 0; element < instance.count; element++) {
      const std::string condition =
          instance.count == 1 ? "keyed" : fmt::format("keyed && n_{} == {}", instance.name, element + 1);
      out_.line("if ({}) {{", condition);
      out_.indent();
      if (block.end > 0)
        out_.line("if ({} > SFC_KEY_SHORT && !(valid & SFC_KEY_LONG)) sfc_clearLongKey(p);", (block.end + 7) / 8);
      out_.line("valid |= {:#x};", uint32_t{1} << (block.valid_bit + element));
      for (const ir::Window& window : block.windows) {
        const unsigned at = window.key_offset + element * block.stride;
        const uint64_t all = window.size == 8 ? UINT64_MAX : (uint64_t{1} << 8 * window.size) - 1;
        std::string load = fmt::format("sfc_load{}(h_{} + {})", window.size * 8, instance.name, window.header_offset);
        if (window.mask != all) load = fmt::format("({} & {:#x}ULL)", load, window.mask);
        if (window.size == 8)
          out_.line("p->key[{}] = {};", at / 8, load);
        else
          out_.line("p->key[{}] |= {} << {};", at / 8, load, at % 8 * 8);
      }
      out_.outdent();
      out_.line("}}");
    }
  }

  void one(const ir::VerifyStep& step, std::set<unsigned>& here) {
    looks(step.condition, here);
    lookahead(ir::lookaheadBytes(step.condition), step.failed);
    out_.line("if (unlikely(!{})) {}", print(step.condition, accessIn(here)), leave(step.failed));
  }

  void one(const ir::LimitStep& step, std::set<unsigned>& here) {
    looks(step.bytes, here);
    out_.line("__u64 bytes = {};", print(step.bytes, accessIn(here)));
    out_.line("if (unlikely(bytes > SFC_NO_LIMIT || cursor + bytes > limit)) {}", leave(step.failed));
    out_.line("limit = cursor + bytes;");
    limited_ = true;
    out_.line("if (unlikely(!sfc_at(data, end, limit, 0) && limit > sfc_frameLength(ctx, {}))) {}",
              ingress_ ? "SFC_INGRESS" : "SFC_EGRESS", leave(step.failed));
  }

  void one(const ir::AdvanceStep& step, std::set<unsigned>& here) {
    looks(step.bytes, here);
    out_.line("__u64 bytes = {};", print(step.bytes, accessIn(here)));
    out_.line("if (unlikely(bytes > SFC_MAX_ADVANCE)) {}", leave(step.truncated));
    out_.line("mask_var(bytes, 2 * SFC_MAX_ADVANCE - 1);");
    advance("bytes");
    out_.line("barrier_var(at);");  // as in pointAtCursor()
    out_.line("if (unlikely({})) {}", tooShort(0), leave(step.truncated));
  }

  void one(const ir::AssignStep& step, std::set<unsigned>& here) {
    looks(step.value, here);
    const unsigned width = program_.variables[step.variable].width_bits;
    out_.line("{} = {} & {:#x}ULL;", variableName(step.variable), print(step.value, accessIn(here)),
              (uint64_t{1} << width) - 1);
  }

  void lookahead(unsigned bytes, ir::Exit truncated) {
    if (!bytes) return;
    out_.line("__u8 *ahead = at;");
    checkRoom(bytes, truncated);
  }

  void transition(const ir::Node& node, const std::set<unsigned>& here) {
    std::set<std::string> declared;
    for (const ir::ExprPtr& key : node.keys) looks(key, here, declared);
    lookahead(node.key_bytes, node.truncated);
    for (unsigned i = 0; i < node.keys.size(); i++)
      out_.line("__u64 key{} __maybe_unused = {};", i, print(node.keys[i], accessIn(here)));
    // Not earlier: what is written could be the packet, for all that clang knows, which it would then read again.
    writeKeyBlocks();
    bool open_ended = true;
    for (const ir::Edge& edge : node.edges) {
      const std::string condition = node.at_once ? conditionAtOnce(edge) : conditionOf(edge);
      if (condition.empty()) {
        takeEdge(edge);
        open_ended = false;
        break;
      }
      const char* hint = !copying_ ? "" : isUsual(edge) ? "likely" : "unlikely";
      out_.line("if ({}({})) {{", hint, condition);
      out_.indent();
      takeEdge(edge);
      out_.outdent();
      out_.line("}}");
    }
    if (open_ended) out_.line("{}", leave(node.no_match));
  }

  /// Empty: always.
  static std::string conditionOf(const ir::Edge& edge) {
    std::string all;
    for (unsigned i = 0; i < edge.patterns.size(); i++) {
      const ir::Pattern& pattern = edge.patterns[i];
      if (pattern.any()) continue;
      std::string one;
      if (pattern.interval)
        one = fmt::format("(key{0} >= {1:#x}ULL && key{0} <= {2:#x}ULL)", i, pattern.value, pattern.mask);
      else if (pattern.mask == UINT64_MAX)
        one = fmt::format("key{} == {:#x}ULL", i, pattern.value);
      else
        one = fmt::format("(key{} & {:#x}ULL) == {:#x}ULL", i, pattern.mask, pattern.value);
      all += (all.empty() ? "" : " && ") + one;
    }
    return all;
  }

  /// The same condition as one comparison, of which the verifier learns nothing about the keys.
  static std::string conditionAtOnce(const ir::Edge& edge) {
    std::string all;
    for (unsigned i = 0; i < edge.patterns.size(); i++) {
      const ir::Pattern& pattern = edge.patterns[i];
      if (pattern.any()) continue;
      all += all.empty() ? "" : " | ";
      if (pattern.interval)
        all += fmt::format("sfc_outside(key{}, {:#x}ULL, {:#x}ULL)", i, pattern.value, pattern.mask);
      else
        all += fmt::format("((key{} & {:#x}ULL) ^ {:#x}ULL)", i, pattern.mask, pattern.value);
    }
    return all.empty() ? all : fmt::format("sfc_isZero({})", all);
  }

  bool isUsual(const ir::Edge& edge) const {
    return copying_ && edge.target.kind == ir::EdgeTarget::Kind::Node && next_usual_ == edge.target.node;
  }

  void takeEdge(const ir::Edge& edge) {
    const bool usual = isUsual(edge);
    if (edge.loses_count && !usual) {
      forget("cursor");
      pointAtCursor();
    }
    for (unsigned region : edge.anchors) mark(region);
    for (unsigned region : edge.returns) mark(region);
    // Without a key, egress need not know more than where the headers go.
    if (std::count(edge.returns.begin(), edge.returns.end(), program_.regions.size() - 1) && !program_.derived &&
        program_.kind != plan::Kind::Classifier)
      out_.line("if (!keyed) return 0;");
    if (edge.checks) emitChecks(program_.early_checks, false);
    if (edge.cut) cut(*edge.cut, usual);
    if (usual) {
      out_.line("goto usual_{};", edge.target.node);
      return;
    }
    switch (edge.target.kind) {
      case ir::EdgeTarget::Kind::Node:
        if (copying_) join();
        jump(edge.target.node);
        break;
      case ir::EdgeTarget::Kind::Accept:
        out_.line("goto accept;");
        break;
      case ir::EdgeTarget::Kind::Leave:
        out_.line("{}", leave(edge.target.exit));
        break;
    }
  }

  /// Back in a loop by a condition of which only the verifier knows that it holds: before Linux 6.2 it refuses a loop
  /// that is closed by an instruction that merely comes before its first.
  void jump(unsigned node) {
    if (ir::reaches(walk_, node, number_)) {
      out_.line("if (sfc_always()) goto node_{};", node);
      out_.line("{}", leave(walk_.too_long));
    } else {
      out_.line("goto node_{};", node);
    }
  }

  /// clang's BPF back end leaves blocks in the order of the text, so what is off the usual way stands at its end.
  std::string leave(ir::Exit exit) {
    left_.insert(exit);
    return exit < ir::FirstDoubt ? fmt::format("goto exit_{};", exit)
                                 : fmt::format("goto doubt_{};", exit - ir::FirstDoubt);
  }

  /// Packets that are dropped if they are the proxy's. What is asked is written once, whatever the drop.
  void doubts() {
    std::map<unsigned, std::vector<unsigned>> asking;  // by question, in the order of their numbers
    for (ir::Exit exit : left_)
      if (exit >= ir::FirstDoubt) asking[walk_.doubts[exit - ir::FirstDoubt].question].push_back(exit - ir::FirstDoubt);
    for (const auto& [number, doubts] : asking) {
      for (unsigned doubt : doubts)
        out_.line("doubt_{}: drop = {}; goto asked_{};", doubt, walk_.doubts[doubt].drop, number);
      out_.line("asked_{}: __maybe_unused;", number);
      emitChecks(walk_.questions[number].checks, walk_.questions[number].behind_cut);
      out_.line("return sfc_exit(drop);");
    }
  }

  /// The region is here, if it comes.
  void mark(unsigned region) {
    out_.line("p->region[{}].at = cursor;", region);
    const auto& hidden = program_.regions[region].hidden;
    if (!hidden) return;
    if (!ingress_ && moved()) loadMoved(moved()->kept);
    out_.line("p->region[{}].hidden_at = l_{} + {};", region, nameOf(hidden->instance), hidden->header_offset);
    // A stack was filled in a loop: of its last element, as of the cursor, the verifier must not know the place.
    if (program_.instances[hidden->instance].is_stack)
      out_.line("p->region[{0}].hidden_at = sfc_forget(c, p->region[{0}].hidden_at);", region);
  }

  void cut(const ir::Cut& cut, bool usual) {
    const unsigned last = static_cast<unsigned>(program_.regions.size()) - 1;
    if (cut.empty) {
      out_.line("p->region[{}].length = 0;", cut.region);
    } else if (cut.whole) {
      if (program_.mixedWhole()) out_.line("p->whole = 1;");
      out_.line("p->region[{}].at = 0;", cut.region);
      for (unsigned i = 0; i < last; i++) out_.line("p->region[{}].length = 0;", i);
      out_.line("p->region[{}].length = cursor;", cut.region);
    } else {
      out_.line("p->region[{0}].length = cursor - p->region[{0}].at;", cut.region);
    }
    if (moved()) loadMoved(cut.empty ? moved()->kept : moved()->stripped);
    if (cut.hidden_value) out_.line("p->region[{}].hidden_value = {:#x};", cut.region, *cut.hidden_value);
    if (!program_.fixed_layout && !cut.empty)
      out_.line("if (unlikely(p->region[{}].length > {})) {}", cut.region, program_.regions[cut.region].max_bytes,
                leave(cut.too_deep));
    for (unsigned instance : cut.covered) forgetHeader(instance);
    if (cut.region == last && !program_.fixed_layout) finishWhere(cut);
    if (usual) return;
    join();
  }

  /// What follows is the same on all ways to it.
  void join() {
    forget("cursor");
    pointAtCursor();
    if (limited_) out_.line("limit = sfc_forget(c, limit);");
  }

  /// Where many ways come together, they are to be one from here on (plan/ways.cpp).
  void joinAt(unsigned number) {
    limited_ = walk_.nodes[number].may_be_limited;
    join();
    for (const unsigned instance : walk_.nodes[number].forgotten) {
      if (walk_.uses[instance].counted) out_.line("n_{0} = sfc_forget(c, n_{0});", nameOf(instance));
      if (walk_.uses[instance].first) out_.line("o_{0} = sfc_forget(c, o_{0});", nameOf(instance));
      if (walk_.uses[instance].latest) out_.line("l_{0} = sfc_forget(c, l_{0});", nameOf(instance));
    }
    for (unsigned i = 0; i < program_.variables.size(); i++)
      if (walk_.set_by_way[i]) out_.line("{0} = sfc_forget(c, {0});", variableName(i));
    out_.line("valid = sfc_forget(c, valid);");
  }

  /// Notes where a header is, as it may be stripped; from the start of the packet, until the last cut.
  void remember(unsigned instance) {
    const auto index = program_.placeInRecord(instance);
    if (!index) return;
    if (!program_.instances[instance].is_stack) {
      out_.line("p->where[{}] = (struct sfc_where){{cursor, 1}};", *index);
      return;
    }
    out_.line("if (!n_{}) p->where[{}].at = cursor;", nameOf(instance), *index);
    out_.line("p->where[{}].count = n_{} + 1;", *index, nameOf(instance));
  }

  /// From places in the packet to places among the stripped bytes; headers that are kept are not there.
  void finishWhere(const ir::Cut& cut) {
    for (unsigned i = 0; i < program_.in_record.size(); i++) {
      const unsigned instance = program_.in_record[i].instance;
      auto region = program_.in_record[i].region;
      if (std::count(cut.covered.begin(), cut.covered.end(), instance)) region = cut.region;
      if (!region) {
        out_.line("p->where[{}].count = 0;", i);
        continue;
      }
      if (cut.whole) continue;
      std::string base = fmt::format("p->region[{}].at", *region);
      for (unsigned earlier = 0; earlier < *region; earlier++) base += fmt::format(" - p->region[{}].length", earlier);
      out_.line("p->where[{}].at -= {};", i, base);
    }
  }

  /// Behind a cut, its headers count as not there.
  void forgetHeader(unsigned instance) {
    if (walk_.uses[instance].counted) out_.line("n_{} = 0;", nameOf(instance));
    const ir::KeyBlock* block = program_.key.blockOf(instance);
    const bool keyed = std::any_of(walk_.nodes.begin(), walk_.nodes.end(), [&](const ir::Node& node) {
      return node.seen_by_function && node.before_cut && ir::extracts(node, instance);
    });
    if (!block || !keyed) return;
    out_.line("valid &= ~{:#x};", block->valid_bits);
    for (unsigned element = 0; element < program_.instances[instance].count; element++)
      for (const ir::Window& window : block->windows) {
        const unsigned at = window.key_offset + element * block->stride;
        out_.line("p->key[{}] &= ~({:#x}ULL << {});", at / 8, window.mask, at % 8 * 8);
      }
  }

  void emitChecks(const std::vector<ir::Check>& checks, bool behind_cut) {
    const bool in_node = std::exchange(in_node_, false);
    behind_cut_ = behind_cut;
    std::set<std::string> declared;
    const bool one_by_one = looksIn(checks) > MaxOpenLooks;
    openScope();
    for (const ir::Check& check : checks) {
      lineDirective(check.range, sources_, out_);
      const std::vector<unsigned> tables = ir::tablesOf(check.condition);
      const bool scope = one_by_one || !tables.empty();
      if (scope) openScope();
      for (unsigned table : tables) ask(table);
      std::set<std::string> own;  // of a scope of its own
      if (!one_by_one) looks(check.condition, {}, scope ? own : declared);
      const Access access = one_by_one ? loadOneByOne(check.condition) : accessIn({});
      if (!check.only_remembers)
        out_.line("if (unlikely(!{})) {}", print(check.condition, access),
                  leave(ingress_ ? check.failed : check.failed_on_return));
      if (scope) closeScope();
    }
    closeScope();
    in_node_ = in_node;
    behind_cut_ = false;
  }

  size_t looksIn(const std::vector<ir::Check>& checks) const {
    std::set<std::string> looks;
    for (const ir::Check& check : checks)
      visitFields(check.condition, [&](const ir::FieldRef& ref) { looks.insert(lookName(ref)); });
    return looks.size();
  }

  /// Loads all fields of an expression before it is worked out. The verifier forgets each, and so whether its header is
  /// there: else it would follow every set of headers that can be there.
  Access loadOneByOne(const ir::ExprPtr& expr) {
    std::map<std::string, std::vector<ir::FieldRef>> headers;
    visitFields(expr, [&](const ir::FieldRef& ref) {
      auto& fields = headers[lookName(ref)];
      if (std::none_of(fields.begin(), fields.end(), [&](const auto& one) { return one.field == ref.field; }))
        fields.push_back(ref);
    });
    for (const auto& [look, fields] : headers) {
      const ir::FieldRef& first = fields.front();
      const ir::Header& header = headerOf(first.instance);
      for (const ir::FieldRef& ref : fields) out_.line("__u64 {} = 0;", valueName(ref));
      out_.line("if (sfc_forget(c, n_{}) > {}) {{", nameOf(first.instance),
                ir::isLast(first, program_) ? 0 : first.element);
      out_.indent();
      out_.line("__u8 *{} = sfc_at(data, end, sfc_forget(c, {}), {});", look, placeOf(first), header.size);
      out_.line("barrier_var({});", look);
      out_.line("if ({}) {{", look);
      out_.indent();
      for (const ir::FieldRef& ref : fields)
        out_.line("{} = {};", valueName(ref), loadField(look, header.fields[ref.field], header.size));
      closeScope();
      closeScope();
      for (const ir::FieldRef& ref : fields) out_.line("{0} = sfc_forget(c, {0});", valueName(ref));
    }
    Access access;
    access.field = [this](const ir::FieldRef& ref) {
      return saysWhatMoved(ref) ? std::string("p->region[0].hidden_value") : valueName(ref);
    };
    access.stack_size = [this](unsigned instance) { return fmt::format("sfc_forget(c, n_{})", nameOf(instance)); };
    return access;
  }

  std::string valueName(const ir::FieldRef& ref) const {
    return fmt::format("{}_{}", lookName(ref), headerOf(ref.instance).fields[ref.field].name);
  }

  void forget(const char* what) {
    out_.line("{0} = sfc_forget(c, {0});", what);
    out_.line("if (unlikely({} > SFC_MAX_CURSOR)) {}", what, leave(walk_.too_long));
    out_.line("mask_var({}, SFC_CURSOR_MASK);", what);
  }

  /// To clang the pointer must have nothing to do with the cursor, or it makes another one of that where a loop begins,
  /// of which the verifier does not know how far it has been compared with the packet's end.
  void pointAtCursor() {
    out_.line("at = data + cursor;");
    out_.line("barrier_var(at);");
  }

  void accept() {
    if (program_.derived) {
      out_.line("limit = sfc_forget(c, limit);");
      out_.line("p->end = limit == SFC_NO_LIMIT ? sfc_frameLength(ctx, {}) : limit;",
                ingress_ ? "SFC_INGRESS" : "SFC_EGRESS");
    }
    if (ingress_ || edits()) emitChecks(program_.late_checks, true);
    if (ingress_) decide();
    if (edits()) editInPlace();
    if (program_.kind == plan::Kind::Classifier)
      for (size_t i = 0; i < program_.tables.size(); i++) tableKey(i);
    if (program_.kind == plan::Kind::Proxy) {
      out_.line("if (keyed) {{");
      out_.indent();
      finishKey();
      out_.outdent();
      out_.line("}}");
    }
    out_.line("return 0;");
  }

  /// What tables have said is in p->hits. The verifier would follow each set of bits on its own.
  void decide() {
    if (program_.decided.empty()) return;
    openScope();
    for (const unsigned table : program_.remembered)
      out_.line("const __u64 hit{} __maybe_unused = p->hits[0] >> {} & 1;", table, *program_.bitOfTable(table));
    for (size_t i = 0; i < program_.decided.size(); i++)
      out_.line("p->hits[0] |= sfc_forget(c, {} != 0) << {};", print(program_.decided[i], {}),
                program_.bitOfDecision(i));
    closeScope();
  }

  /// The key of one of a classifier's tables.
  void tableKey(size_t number) {
    const bool in_node = std::exchange(in_node_, false);
    openKey(number, fmt::format("p->key[{}]", program_.table_words[number]));
    out_.line("p->key[0] |= {:#x};", uint64_t{1} << number);
    closeKey();
    in_node_ = in_node;
  }

  /// Has a table an entry for the packet?
  void ask(unsigned number) {
    out_.line("__u64 hit{} = 0;", number);
    openKey(number, "p->asked[0]");
    out_.line("hit{} = bpf_map_lookup_elem(&{}, key) != 0;", number, program_.table_layouts[number].map);
    closeKey();
    out_.line("if (!hit{}) sfc_count(c, {});", number, program_.table_misses[number]);
    out_.line("hit{0} = sfc_forget(c, hit{0});", number);
    if (const auto place = program_.bitOfTable(number)) out_.line("p->hits[0] |= hit{} << {};", number, *place);
  }

  /// A scope that begins with making the key of a table at `place`; a packet that lacks one of its headers leaves it.
  /// To the verifier the ways through it are as many as headers, not as sets of them, and all are one behind it: of a
  /// header that is there it learns nothing but for this key.
  void openKey(size_t number, const std::string& place) {
    const ir::Table& table = program_.tables[number];
    std::set<std::string> declared;
    out_.line("do {{  // table {}", table.name);
    out_.indent();
    for (const ir::TableField& field : table.fields) {
      const auto& ref = field.field;
      const std::string look = lookName(ref);
      if (!declared.insert(look).second) continue;
      out_.line("if (sfc_forget(c, n_{}) <= {}) break;", nameOf(ref.instance),
                ir::isLast(ref, program_) ? 0 : ref.element);
      out_.line("__u8 *{} = sfc_at(data, end, sfc_forget(c, {}), {});", look, placeOf(ref),
                headerOf(ref.instance).size);
      out_.line("barrier_var({});", look);
      out_.line("if (!{}) break;", look);
    }
    out_.line("__u8 *key = (__u8 *)&{};", place);
    for (size_t i = 0; i < table.fields.size(); i++) {
      const auto& ref = table.fields[i].field;
      const ir::Header& header = headerOf(ref.instance);
      emitTableField(program_.table_layouts[number].fields[i], header.fields[ref.field], header.size, lookName(ref),
                     out_);
    }
  }

  void closeKey() {
    out_.outdent();
    out_.line("}} while (0);");
  }

  void editInPlace() {
    const HeaderAccess headers{[this](unsigned instance, const Element& element) {
                                 const std::string at = fmt::format(
                                     "(n_{0} > {1} ? sfc_at(data, end, o_{0} + {1} * {2}, {2}) : 0)", nameOf(instance),
                                     element.number ? element.text : "element", headerOf(instance).size);
                                 if (element.number) return at;
                                 return fmt::format("({{ const __u64 element = {}; {}; }})", element.text, at);
                               },
                               [this](unsigned instance) { return fmt::format("((__u64)n_{})", nameOf(instance)); }};
    emitEditsInPlace(program_, ingress_ ? program_.on_arrival : program_.on_return, headers, sources_, out_);
  }

  void finishKey() {
    const char* hook = ingress_ ? "SFC_INGRESS" : "SFC_EGRESS";
    out_.line("p->key[0] |= valid;");
    if (ingress_) coverKey();
    for (const ir::KeyVariable& variable : program_.key.variables)
      out_.line("p->key[{}] |= {} << {};", variable.key_offset / 8, variableInKey(variable),
                variable.key_offset % 8 * 8);
    if (program_.key.digest_offset) digest(hook);
  }

  /// Fields of kept headers that ingress has read before they are put right go into the key as the function sees them.
  void coverKey() {
    for (const ir::KeyBlock& block : program_.key.blocks) {
      const bool covers = std::count(program_.covering.begin(), program_.covering.end(), block.instance) > 0;
      const ir::Header& header = headerOf(block.instance);
      for (unsigned f = 0; f < header.fields.size(); f++) {
        const ir::Move* move = moved();
        const bool is_moved = move && move->kept.instance == block.instance && move->kept.field == f;
        if (is_moved || (covers && header.fields[f].derived == ir::Derived::Length))
          coverKey(block, header.fields[f], is_moved);
      }
    }
  }

  void coverKey(const ir::KeyBlock& block, const ir::Field& field, bool is_moved) {
    for (const ir::Window& window : block.windows) {
      const unsigned first = field.offset_bits / 8, bits = field.width_bits;
      if (first < window.header_offset || first + bits / 8 > window.header_offset + window.size) continue;
      const unsigned shift = (window.key_offset + first - window.header_offset) % 8 * 8;
      const uint64_t mask = (bits == 64 ? UINT64_MAX : (uint64_t{1} << bits) - 1) << shift;
      if (((window.mask << 8 * (window.key_offset % 8)) & mask) != mask) continue;  // not in the key
      const std::string word = fmt::format("p->key[{}]", window.key_offset / 8);
      const std::string swap = bits == 8 ? "" : fmt::format("__builtin_bswap{}", bits);
      const std::string value =
          is_moved ? "p->region[0].hidden_value" : fmt::format("{}({} >> {}) - p->region[0].length", swap, word, shift);
      out_.line("if (valid & {:#x}) {} = ({} & ~{:#x}ULL) | (__u64){}({}) << {};", block.valid_bits, word, word, mask,
                bits == 8 ? "(__u8)" : swap, value, shift);
    }
  }

  void digest(const char* hook) {
    const unsigned word = *program_.key.digest_offset / 8;
    const auto unless = program_.key.digest_unless;
    out_.line("if ({}) {{", unless ? fmt::format("!n_{}", nameOf(*unless)) : "1");
    out_.indent();
    forget("cursor");
    out_.line("limit = sfc_forget(c, limit);");
    out_.line("if (limit == SFC_NO_LIMIT) limit = sfc_frameLength(ctx, {});", hook);
    out_.line("p->key[{}] = sfc_digest(ctx, {}, data, end, cursor, limit);", word, hook);
    out_.outdent();
    out_.line("}}");
  }

  /// Variables stand in the key in wire order, like the fields.
  static std::string variableInKey(const ir::KeyVariable& variable) {
    const std::string name = variableName(variable.variable);
    return variable.size == 1 ? name : fmt::format("(__u64)__builtin_bswap{}({})", variable.size * 8, name);
  }

  const ir::Program& program_;
  const ir::ParseGraph& walk_;
  const bool ingress_;
  const SourceMap& sources_;
  Writer& out_;
  bool copying_ = false;                // what is written is a copy on the usual way
  std::optional<unsigned> next_usual_;  // that comes after it there
  std::set<ir::Exit> left_;             // exits that something goes to
  std::vector<unsigned> unwritten_;     // instances whose part of the key is still to be written
  unsigned number_ = 0;                 // of the node being written
  bool in_node_ = false;                // what is written belongs to that node
  bool behind_cut_ = false;             // the checks that are written are made behind the last cut
  bool limited_ = false;                // the step being written may come after a `limit`
};

}  // namespace

void lineDirective(Range range, const SourceMap& sources, Writer& out) {
  if (!range.known()) return;
  const Location at = sources.locate(range);
  std::string path;
  for (char c : at.path) path += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
  out.raw(fmt::format("#line {} \"{}\"\n", at.line, path));
}

void emitWalk(plan::Hook hook, const ir::Program& program, const SourceMap& sources, Writer& out) {
  WalkEmitter(hook, program, sources, out).run();
}

}  // namespace sfc::emit_bpf
