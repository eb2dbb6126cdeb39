// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/ir/print.h"

#include <fmt/format.h>

#include "lib/text/writer.h"

namespace sfc::ir {

namespace {

class ProgramPrinter {
public:
  explicit ProgramPrinter(const Program& program) : program_(program) {}

  std::string run() {
    record();
    for (const plan::Table& one : program_.table_layouts) table(one);
    checks("checks on the stripped headers", program_.early_checks);
    checks("checks on the whole packet", program_.late_checks);
    decided();
    walk("ingress", program_.ingress);
    walk("egress", program_.egress);
    return out_.take();
  }

private:
  /// The counter of a way out, with the place that decided if there are several of that name.
  std::string exit(Exit exit) const {
    if (exit >= FirstDoubt) return fmt::format("doubt {}", exit - FirstDoubt);
    const plan::Counter& counter = program_.plan.counters[exit];
    return counter.at.empty() ? counter.name : fmt::format("{} at {}", counter.name, counter.at);
  }

  void record() {
    const plan::Record& record = program_.record;
    out_.line("record: at most {} stripped bytes, the last region behind {} to {} kept ones", record.max_bytes,
              program_.min_prefix, program_.max_prefix);
    out_.indent();
    for (const plan::Saved& saved : record.saved)
      out_.line("{}: saved at byte {}, {} bytes", saved.name, saved.offset, saved.size);
    for (const plan::Stripped& stripped : record.stripped)
      out_.line("{}: {}{}{}", stripped.name, stripped.header,
                stripped.is_stack ? fmt::format("[{}]", stripped.max_count) : "",
                stripped.fixed ? fmt::format(" from byte {}", record.bytes_offset + stripped.offset)
                               : fmt::format(", byte {} says where", stripped.offset));
    out_.outdent();
  }

  void table(const plan::Table& table) {
    out_.line("table {}: keys of {} bytes, at most {}", table.name, table.key_size, table.entries);
    out_.indent();
    for (const plan::TableField& field : table.fields)
      out_.line("{}: {}, from byte {}, {} bytes", field.name, field.match == plan::Match::Lpm ? "lpm" : "exact",
                field.offset, field.size);
    out_.outdent();
  }

  void checks(const char* title, const std::vector<Check>& checks) {
    if (checks.empty()) return;
    out_.line("{}", title);
    out_.indent();
    for (const Check& check : checks)
      if (check.only_remembers)
        out_.line("remember {}", print(*check.condition, program_));
      else
        out_.line("{} else {}", print(*check.condition, program_), exit(check.failed));
    out_.outdent();
  }

  void decided() {
    if (program_.decided.empty()) return;
    out_.line("decided on arrival, each a bit");
    out_.indent();
    for (size_t i = 0; i < program_.decided.size(); i++)
      out_.line("{}{}", print(*program_.decided[i], program_),
                program_.timed >> program_.bitOfDecision(i) & 1 ? ", for which times are taken" : "");
    out_.outdent();
  }

  void walk(const char* title, const ParseGraph& walk) {
    out_.line("{}: starts at {}, {} if headers do not end", title, nodeName(walk, walk.start), exit(walk.too_long));
    out_.indent();
    for (const Node& one : walk.nodes) node(walk, one);
    for (size_t i = 0; i < walk.doubts.size(); i++) {
      checks(fmt::format("doubt {}", i).c_str(), walk.questions[walk.doubts[i].question].checks);
      out_.line("then {}", exit(walk.doubts[i].drop));
    }
    out_.outdent();
  }

  static const std::string& nodeName(const ParseGraph& walk, unsigned node) { return walk.nodes[node].name; }

  void node(const ParseGraph& walk, const Node& node) {
    out_.line("{}{}", node.name, node.seen_by_function ? "" : " (not seen by the function)");
    out_.indent();
    for (const Step& step : node.steps) std::visit([&](const auto& s) { one(s); }, step.node);
    if (!node.keys.empty()) {
      std::string keys;
      for (const ExprPtr& key : node.keys) keys += (keys.empty() ? "" : ", ") + print(*key, program_);
      out_.line("select {}, else {}", keys, exit(node.no_match));
    }
    for (const Edge& one : node.edges) edge(walk, one);
    out_.outdent();
  }

  void one(const ExtractStep& step) {
    out_.line("extract {}: too short {}, too many {}", program_.instances[step.instance].name, exit(step.truncated),
              exit(step.too_deep));
    if (program_.headers[program_.instances[step.instance].header].variable_bits && step.overlong != step.truncated)
      out_.line("  its variable part too long {}", exit(step.overlong));
  }
  void one(const VerifyStep& step) {
    out_.line("verify {} else {}", print(*step.condition, program_), exit(step.failed));
  }
  void one(const LimitStep& step) { out_.line("limit {} else {}", print(*step.bytes, program_), exit(step.failed)); }
  void one(const AdvanceStep& step) {
    out_.line("advance {} else {}", print(*step.bytes, program_), exit(step.truncated));
  }
  void one(const AssignStep& step) {
    out_.line("{} = {}", program_.variables[step.variable].name, print(*step.value, program_));
  }

  void edge(const ParseGraph& walk, const Edge& edge) {
    std::string line;
    for (const Pattern& pattern : edge.patterns) line += (line.empty() ? "" : ", ") + print(pattern);
    line += line.empty() ? "-> " : " -> ";
    switch (edge.target.kind) {
      case EdgeTarget::Kind::Node:
        line += nodeName(walk, edge.target.node);
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
    if (edge.cut) line += cut(*edge.cut);
    if (edge.loses_count) line += "; how often the loop ran is forgotten";
    out_.line("{}", line);
  }

  std::string cut(const Cut& cut) const {
    if (cut.empty) return fmt::format("; region {} is empty", cut.region);
    std::string text = cut.whole ? "; all bytes so far are cut out" : fmt::format("; region {} is cut out", cut.region);
    std::string names;
    for (unsigned instance : cut.covered) names += (names.empty() ? "" : ", ") + program_.instances[instance].name;
    text += fmt::format(" ({})", names);
    if (!cut.hidden_value) return text;
    const Hidden& hidden = *program_.regions[cut.region].hidden;
    const Instance& instance = program_.instances[hidden.instance];
    return text + fmt::format("; {}.{} becomes {:#x}", instance.name,
                              program_.headers[instance.header].fields[hidden.field].name, *cut.hidden_value);
  }

  const Program& program_;
  Writer out_;
};

}  // namespace

std::string print(const Program& program) {
  return ProgramPrinter(program).run();
}

}  // namespace sfc::ir
