// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The whole program, in a form that reads like assembler: what is not printed cannot be reviewed. A `;` begins the
// place that a line comes from.
#include <fmt/format.h>

#include "compiler/ir/print.h"

namespace sfc::ir {

namespace {

class ProgramPrinter {
public:
  ProgramPrinter(const Program& program, const SourceMap& sources) : program_(program), sources_(sources) {}

  std::string run() {
    static const char* const kinds[] = {"decapsulates and re-encapsulates", "edits in place", "terminates",
                                        "encapsulates"};
    out_.line("program {}: {} {}{}", program_.plan.name, program_.proxy, kinds[static_cast<size_t>(program_.kind)],
              from(program_.proxy_range));
    out_.indent();
    record();
    key();
    for (size_t i = 0; i < program_.regions.size(); i++) region(i);
    out_.line("superframes: {}", superframes());
    out_.line("ingress hooks: XDP{}",
              program_.no_tc_ingress.empty() ? " or TC" : ", not TC, because " + program_.no_tc_ingress);
    retainedHeaders();
    for (size_t i = 0; i < program_.tables.size(); i++) table(i);
    measured();
    decisions();
    for (const unsigned number : program_.reported)
      out_.line("report {}: as number {} of the plan", program_.telemetry[number].name, placeOf(number));
    checks("checks on the stripped headers", program_.early_checks);
    checks("checks on the whole packet", program_.late_checks);
    decided();
    edits("on arrival", program_.on_arrival);
    for (const Move& move : program_.moves)
      out_.line("move {} <- {}{}", print(move.retained, program_), print(move.stripped, program_), from(move.range));
    edits("on return", program_.on_return);
    graph("ingress", program_.ingress);
    graph("egress", program_.egress);
    counters();
    out_.outdent();
    return out_.take();
  }

private:
  static std::string commaList(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
  }

  /// Where headers are pushed that superframes cannot take, these are segmented first, by devices that load makes.
  std::string superframes() const {
    if (program_.no_superframes.empty()) return "headers are pushed once for all segments";
    const char* instead = plan::pushesHeaders(program_.kind) ? "segmented before headers are pushed" : "none";
    return fmt::format("{}, because {}", instead, program_.no_superframes);
  }

  std::string from(Range range) const { return range.known() ? "  ; " + sources_.describe(range) : ""; }

  /// The counter of an exit, by its number if there are several of that name.
  std::string exit(Exit exit) const {
    if (exit >= FirstDoubt) return fmt::format("doubt {}", exit - FirstDoubt);
    const plan::Counter& counter = program_.plan.counters[exit];
    return counter.at.empty() ? counter.name : fmt::format("{}#{}", counter.name, exit);
  }

  std::string names(const std::vector<unsigned>& instances) const {
    std::vector<std::string> all;
    for (const unsigned instance : instances) all.push_back(program_.instances[instance].name);
    return commaList(all);
  }

  unsigned placeOf(unsigned telemetry) const {
    unsigned place = 0;
    while (program_.reported[place] != telemetry) place++;
    return place;
  }

  // ---- record and key

  void record() {
    const plan::Record& record = program_.record;
    const plan::Entry& entry = program_.plan.entry;
    out_.line("entry: {} bytes, key at {} of {} bytes, record at {}", entry.size, entry.key_offset, entry.key_size,
              entry.record_offset);
    out_.line("record: lengths of {} at {}, stripped bytes at {}, at most {}", record.regions, record.lengths_offset,
              record.bytes_offset, record.max_bytes);
    out_.indent();
    for (const plan::Saved& saved : record.saved)
      out_.line("{}: saved at {}, {} bytes", saved.name, saved.offset, saved.size);
    for (size_t i = 0; i < record.stripped.size(); i++) {
      const plan::Stripped& stripped = record.stripped[i];
      const auto region = program_.in_record[i].region;
      out_.line("{}: {}{}, {}{}", stripped.name, stripped.header,
                stripped.is_stack ? fmt::format("[{}]", stripped.max_count) : "",
                stripped.fixed ? fmt::format("from stripped byte {}", stripped.offset)
                               : fmt::format("place at {}", stripped.offset),
                region ? fmt::format(", in region {}", *region) : "");
    }
    out_.outdent();
    out_.line("prefix: {} to {} retained bytes before the last region", program_.min_prefix, program_.max_prefix);
    if (program_.pushed_bytes || program_.max_telemetry)
      out_.line("grows: {} bytes of headers and room, {} of telemetry in region {}", program_.pushed_bytes,
                program_.max_telemetry, program_.insert_region);
  }

  void key() {
    const Key& key = program_.key;
    if (key.words == 0) return;
    out_.line("key: {} words, {} in each packet, {} in short ones (more if {:#x})", key.words, key.base_words,
              key.short_words, key.more_words);
  }

  void region(size_t number) {
    const Region& region = program_.regions[number];
    out_.line("region {}: at most {} bytes behind {}{}{}", number, region.max_bytes, region.bytes_before,
              region.always_whole      ? ", from the start of the packet"
              : region.sometimes_whole ? ", from the start of some packets"
                                       : "",
              from(region.range));
    if (!region.next_header) return;
    const NextHeader& next_header = *region.next_header;
    const Instance& instance = program_.instances[next_header.instance];
    out_.indent();
    out_.line("named by {}.{}: {} bytes at {}, bits {:#x}, saved at {}{}", instance.name,
              program_.headerOf(next_header.instance).fields[next_header.field].name, next_header.size,
              next_header.header_offset, next_header.mask, next_header.saved_offset,
              region.push_value ? fmt::format(", {:#x} if headers are pushed", region.push_value) : "");
    out_.outdent();
  }

  void retainedHeaders() {
    if (!program_.retained.empty()) out_.line("retained headers that are read on return: {}", names(program_.retained));
    if (!program_.enclosing.empty())
      out_.line("retained headers that enclose the region: {}", names(program_.enclosing));
  }

  void table(size_t number) {
    const plan::Table& table = program_.table_layouts[number];
    out_.line("table {}: map {}, keys of {} bytes, at most {} entries{}", table.name, table.map, table.key_size,
              table.entries, from(program_.tables[number].range));
    out_.indent();
    for (const plan::TableField& field : table.fields)
      out_.line("{}: {}, at {}, {} bytes", field.name, field.match == plan::Match::Lpm ? "lpm" : "exact", field.offset,
                field.size);
    for (const plan::TableValue& value : table.values)
      out_.line("value {}: {} bits, at {}", value.name, value.width_bits, value.offset);
    if (plan::pushesHeaders(program_.kind)) out_.line("made from word {} on", program_.table_words[number]);
    if (number < program_.table_misses.size()) out_.line("miss {}", exit(program_.table_misses[number]));
    out_.outdent();
  }

  void measured() {
    const Measured& is = program_.measured;
    std::vector<std::string> what;
    if (is.arrived) what.emplace_back("time of arrival");
    if (is.now) what.emplace_back("time of return");
    if (is.tai) what.emplace_back("International Atomic Time");
    if (is.ingress_port) what.emplace_back("ingress interface");
    if (is.flight) what.emplace_back("packets with the SF");
    if (!what.empty()) out_.line("measured: {}", commaList(what));
    if (program_.samples) out_.line("samples: {} places", program_.samples);
  }

  /// Choices that lowering has made for this program.
  void decisions() {
    std::vector<std::string> what;
    if (program_.fixed_layout) what.emplace_back("stripped headers lie at fixed offsets");
    if (program_.word_by_word) what.emplace_back("stripped bytes go back word by word");
    if (program_.computed) what.emplace_back("computed fields of the removed headers are updated");
    if (program_.finishes_checksums) what.emplace_back("partial checksums are finished at ingress");
    if (program_.starts_headers) what.emplace_back("headers are pushed onto packets without any");
    if (program_.pushes_behind_checksum) what.emplace_back("headers are pushed behind a checksum that covers them");
    if (program_.launders_pops) what.emplace_back("the number of pops is laundered");
    for (const std::string& one : what) out_.line("; {}", one);
  }

  // ---- checks and edits

  void checks(const char* title, const std::vector<Check>& checks) {
    if (checks.empty()) return;
    out_.line("{}", title);
    out_.indent();
    for (const Check& check : checks) {
      const std::string condition = print(*check.condition, program_);
      if (check.only_remembers)
        out_.line("store {}{}", condition, from(check.range));
      else
        out_.line("require {} else {}{}{}", condition, exit(check.failed),
                  program_.kind == plan::Kind::Edits ? ", on return " + exit(check.failed_on_return) : "",
                  from(check.range));
    }
    out_.outdent();
  }

  void decided() {
    for (const unsigned table : program_.remembered)
      out_.line("arrival.bit{} = {}.hit", *program_.bitOfTable(table), program_.tables[table].name);
    for (size_t i = 0; i < program_.remembered_values.size(); i++) {
      const Table& table = program_.tables[program_.remembered_values[i].table];
      out_.line("arrival.value{} = {}.{}", i, table.name, table.values[program_.remembered_values[i].value].name);
    }
    for (size_t i = 0; i < program_.decided.size(); i++)
      out_.line("arrival.bit{} = {}{}", program_.bitOfDecision(i), print(*program_.decided[i], program_),
                program_.timed >> program_.bitOfDecision(i) & 1 ? "  ; these packets are timed" : "");
  }

  void edits(const char* title, const std::vector<Edit>& edits) {
    if (edits.empty()) return;
    out_.line("{}", title);
    out_.indent();
    print(edits, program_, [this](const Drop& drop) { return exit(drop.exit); }, out_);
    out_.outdent();
  }

  // ---- parse graphs

  void graph(const char* title, const ParseGraph& graph) {
    out_.line("{}: start {}, {} if headers are too long", title, graph.nodes[graph.start].name, exit(graph.too_long));
    out_.indent();
    for (const Stretch& stretch : graph.fast_path) {
      std::vector<std::string> nodes;
      for (const unsigned number : stretch.nodes) nodes.push_back(graph.nodes[number].name);
      out_.line("fast path of {} bytes: {}", stretch.bytes, commaList(nodes));
    }
    if (!graph.slow_because.empty()) out_.line("no fast path: {}", graph.slow_because);
    for (size_t i = 0; i < graph.loops.size(); i++) out_.line("loop {}: at most {} headers", i, graph.loops[i]);
    for (const Node& one : graph.nodes) node(graph, one);
    for (size_t i = 0; i < graph.doubts.size(); i++)
      out_.line("doubt {}: question {}, then {}", i, graph.doubts[i].question, exit(graph.doubts[i].drop));
    for (size_t i = 0; i < graph.questions.size(); i++)
      checks(fmt::format("question {}{}", i, graph.questions[i].behind_decap ? ", behind the region" : "").c_str(),
             graph.questions[i].checks);
    out_.outdent();
  }

  void node(const ParseGraph& graph, const Node& node) {
    std::string notes;
    const auto note = [&](bool holds, const char* text) {
      notes += holds ? (notes.empty() ? " (" : ", ") + std::string(text) : "";
    };
    note(!node.seen_by_sf, "not seen by the SF");
    note(node.joins, "paths join");
    note(node.loop.has_value(), node.loop ? fmt::format("loop {}", *node.loop).c_str() : "");
    note(node.may_be_limited, "limited");
    note(node.at_once, "compares at once");
    out_.line("{}:{}{}{}", node.name, notes, notes.empty() ? "" : ")", from(node.range));
    out_.indent();
    if (!node.laundered.empty()) out_.line("launder {}", names(node.laundered));
    for (const Step& step : node.steps) std::visit([&](const auto& one) { emit(one); }, step.node);
    if (!node.keys.empty()) {
      std::vector<std::string> keys;
      for (const ExprPtr& key : node.keys) keys.push_back(print(*key, program_));
      out_.line("select {}, else {}{}", commaList(keys), exit(node.no_match),
                node.key_bytes ? fmt::format(", too short {}", exit(node.truncated)) : "");
    }
    for (const Edge& one : node.edges) edge(graph, one);
    out_.outdent();
  }

  void emit(const ExtractStep& step) {
    const bool longer = program_.headerOf(step.instance).variable_bits && step.overlong != step.truncated;
    out_.line("extract {}: too short {}, too many {}{}", program_.instances[step.instance].name, exit(step.truncated),
              exit(step.too_deep), longer ? ", variable part too long " + exit(step.overlong) : "");
  }
  void emit(const VerifyStep& step) {
    out_.line("verify {} else {}", print(*step.condition, program_), exit(step.failed));
  }
  void emit(const LimitStep& step) { out_.line("limit {} else {}", print(*step.bytes, program_), exit(step.failed)); }
  void emit(const AdvanceStep& step) {
    out_.line("advance {} else {}", print(*step.bytes, program_), exit(step.truncated));
  }
  void emit(const AssignStep& step) {
    out_.line("{} = {}", program_.variables[step.variable].name, print(*step.value, program_));
  }

  void edge(const ParseGraph& graph, const Edge& edge) {
    std::vector<std::string> patterns;
    for (const Pattern& pattern : edge.patterns) patterns.push_back(print(pattern));
    std::string line = commaList(patterns) + (patterns.empty() ? "-> " : " -> ");
    switch (edge.target.kind) {
      case EdgeTarget::Kind::Node:
        line += graph.nodes[edge.target.node].name;
        break;
      case EdgeTarget::Kind::Accept:
        line += "accept";
        break;
      case EdgeTarget::Kind::Leave:
        line += "leave: " + exit(edge.target.exit);
        break;
    }
    for (unsigned region : edge.anchors) line += fmt::format("; region {} may begin", region);
    for (unsigned region : edge.returns) line += fmt::format("; region {} goes back here", region);
    if (edge.checks) line += "; checks";
    if (edge.decap) line += decapsulation(*edge.decap);
    if (edge.loses_count) line += "; how often the loop ran is laundered";
    out_.line("{}", line);
  }

  std::string decapsulation(const Decapsulation& decap) const {
    if (decap.empty) return fmt::format("; region {} is empty", decap.region);
    std::string text =
        decap.whole ? "; all bytes so far are removed" : fmt::format("; region {} is removed", decap.region);
    text += fmt::format(" ({}), too many {}", names(decap.covered), exit(decap.too_deep));
    if (!decap.next_header_value) return text;
    const NextHeader& next_header = *program_.regions[decap.region].next_header;
    return text + fmt::format("; {}.{} becomes {:#x}", program_.instances[next_header.instance].name,
                              program_.headerOf(next_header.instance).fields[next_header.field].name,
                              *decap.next_header_value);
  }

  // ---- exits

  void counters() {
    out_.line("counters");
    out_.indent();
    for (size_t i = 0; i < program_.plan.counters.size(); i++) {
      const plan::Counter& counter = program_.plan.counters[i];
      out_.line("{} {}{}{}", i, counter.name, counter.after_claim ? ", after a claim" : "",
                counter.at.empty() ? "" : "  ; " + counter.at);
    }
    out_.outdent();
  }

  const Program& program_;
  const SourceMap& sources_;
  Writer out_;
};

}  // namespace

std::string print(const Program& program, const SourceMap& sources) {
  return ProgramPrinter(program, sources).run();
}

}  // namespace sfc::ir
