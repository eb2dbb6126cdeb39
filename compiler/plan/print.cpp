// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/plan/print.h"

#include <fmt/format.h>

#include "compiler/sema/print.h"
#include "lib/text/writer.h"

namespace sfc::plan {

namespace {

class ProgramPrinter {
public:
  explicit ProgramPrinter(const Program& program) : program_(program), model_(program.model) {}

  std::string run() {
    record();
    for (const Table& one : program_.tables) table(one);
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
    const Counter& counter = program_.plan.counters[exit];
    return counter.at.empty() ? counter.name : fmt::format("{} at {}", counter.name, counter.at);
  }

  void record() {
    const Record& record = program_.plan.entry.record;
    out_.line("record: at most {} stripped bytes, the last region behind {} to {} kept ones", record.max_bytes,
              program_.min_prefix, program_.max_prefix);
    out_.indent();
    for (const Saved& saved : record.saved)
      out_.line("{}: saved at byte {}, {} bytes", saved.name, saved.offset, saved.size);
    for (const Stripped& stripped : record.stripped)
      out_.line("{}: {}{}{}", stripped.name, stripped.header,
                stripped.is_stack ? fmt::format("[{}]", stripped.max_count) : "",
                stripped.fixed ? fmt::format(" from byte {}", record.bytes_offset + stripped.offset)
                               : fmt::format(", byte {} says where", stripped.offset));
    out_.outdent();
  }

  void table(const Table& table) {
    out_.line("table {}: keys of {} bytes, at most {}", table.name, table.key_size, table.entries);
    out_.indent();
    for (const TableField& field : table.fields)
      out_.line("{}: {}, from byte {}, {} bytes", field.name, field.match == Match::Lpm ? "lpm" : "exact", field.offset,
                field.size);
    out_.outdent();
  }

  void checks(const char* title, const std::vector<Check>& checks) {
    if (checks.empty()) return;
    out_.line("{}", title);
    out_.indent();
    for (const Check& check : checks)
      if (check.only_remembers)
        out_.line("remember {}", model::print(*check.condition, model_));
      else
        out_.line("{} else {}", model::print(*check.condition, model_), exit(check.failed));
    out_.outdent();
  }

  void decided() {
    if (program_.decided.empty()) return;
    out_.line("decided on arrival, each a bit");
    out_.indent();
    for (const model::ExprPtr& one : program_.decided)
      out_.line("{}{}", model::print(*one, model_),
                program_.timed >> *program_.bitOf(*one) & 1 ? ", for which times are taken" : "");
    out_.outdent();
  }

  void walk(const char* title, const Walk& walk) {
    out_.line("{}: starts at {}, {} if headers do not end", title, nodeName(walk, walk.start), exit(walk.too_long));
    out_.indent();
    for (const Node& one : walk.nodes) node(walk, one);
    for (size_t i = 0; i < walk.doubts.size(); i++) {
      checks(fmt::format("doubt {}", i).c_str(), walk.doubts[i].asked);
      out_.line("then {}", exit(walk.doubts[i].drop));
    }
    out_.outdent();
  }

  static const std::string& nodeName(const Walk& walk, unsigned node) { return walk.nodes[node].name; }

  void node(const Walk& walk, const Node& node) {
    out_.line("{}{}", node.name, node.seen_by_function ? "" : " (not seen by the function)");
    out_.indent();
    for (const Step& step : node.steps) std::visit([&](const auto& s) { one(s); }, step.node);
    if (!node.keys.empty()) {
      std::string keys;
      for (const model::ExprPtr& key : node.keys) keys += (keys.empty() ? "" : ", ") + model::print(*key, model_);
      out_.line("select {}, else {}", keys, exit(node.no_match));
    }
    for (const Edge& one : node.edges) edge(walk, one);
    out_.outdent();
  }

  void one(const ExtractStep& step) {
    out_.line("extract {}: too short {}, too many {}", model_.instances[step.instance].name, exit(step.truncated),
              exit(step.too_deep));
    if (model_.headers[model_.instances[step.instance].header].variable_bits && step.overlong != step.truncated)
      out_.line("  its variable part too long {}", exit(step.overlong));
  }
  void one(const VerifyStep& step) {
    out_.line("verify {} else {}", model::print(*step.condition, model_), exit(step.failed));
  }
  void one(const LimitStep& step) {
    out_.line("limit {} else {}", model::print(*step.bytes, model_), exit(step.failed));
  }
  void one(const AdvanceStep& step) {
    out_.line("advance {} else {}", model::print(*step.bytes, model_), exit(step.truncated));
  }
  void one(const AssignStep& step) {
    out_.line("{} = {}", model_.variables[step.variable].name, model::print(*step.value, model_));
  }

  void edge(const Walk& walk, const Edge& edge) {
    std::string line;
    for (const model::Pattern& pattern : edge.patterns) line += (line.empty() ? "" : ", ") + model::print(pattern);
    line += line.empty() ? "-> " : " -> ";
    switch (edge.target.kind) {
      case Target::Kind::Node:
        line += nodeName(walk, edge.target.node);
        break;
      case Target::Kind::Accept:
        line += "accept";
        break;
      case Target::Kind::Leave:
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
    for (unsigned instance : cut.covered) names += (names.empty() ? "" : ", ") + model_.instances[instance].name;
    text += fmt::format(" ({})", names);
    if (!cut.hidden_value) return text;
    const Hidden& hidden = *program_.regions[cut.region].hidden;
    const model::Instance& instance = model_.instances[hidden.instance];
    return text + fmt::format("; {}.{} becomes {:#x}", instance.name,
                              model_.headers[instance.header].fields[hidden.field].name, *cut.hidden_value);
  }

  const Program& program_;
  const model::Model& model_;
  Writer out_;
};

}  // namespace

std::string print(const Program& program) {
  return ProgramPrinter(program).run();
}

}  // namespace sfc::plan
