// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The problem: the kernel's verifier follows every path through a program and gives up after a million instructions.
// Two paths are one to it only where it knows the same of both: where the cursor stands, and how many elements of each
// stack have been extracted. Each optional header in a row adds two paths; a loop that fills two stacks has a path for
// each pair of numbers, and for each order if the headers differ in size.
//
// The idea: the verifier cannot tell apart what it does not know. The emitted programs can launder the cursor and the
// numbers of headers. That costs a few instructions per packet, so they do it only where many paths meet:
//   - at a node that more than MaxPaths lead to, all that differs is laundered (Node::joins);
//   - in a loop with a node that more than MaxPaths, and more than twice its rounds, lead to, all is laundered in each
//     round but the number of headers that the loop has extracted (ParseGraph::loops), without which the verifier
//     could not see that the loop ends. A loop that extracts several kinds of headers, some of variable size, is
//     treated alike: there, each order of them is a path of its own.
// To find these places, all paths are followed here as the verifier follows them: node by node in order, loops as a
// whole.
//
// The rest is a sum: for each node, its paths times its instructions. Above EnoughSteps, paths join earlier, at nodes
// with far fewer: the verifier drops states that it has seen if there are many at a place, and then follows the same
// paths again. A parser that is too much even where nearly all of its paths join is refused.
#include "compiler/lower/paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <set>

namespace sfc::lower {

namespace {

constexpr std::array<size_t, 3> MaxPaths = {1600, 50, 3};  // to a node, or one of a loop; tried in this order
// Estimated instructions that the verifier follows in the states of one program. It allows a million for a whole
// program, of which the parts that do not depend on the spec take about 120,000. The estimate has been between two
// fifths of the verifier's count and five times that; with about a hundred paths to each of many nodes, also a fifth.
constexpr uint64_t EnoughSteps = 250'000;
constexpr uint64_t MaxSteps = 450'000;
constexpr uint64_t InstructionsPerPart = 4;
constexpr uint64_t PartsOfJoin = 6;

/// The estimated number of instructions that the verifier follows, and the node with most of them.
struct Steps {
  uint64_t sum = 0;
  unsigned node = 0;
};

/// What the verifier knows of a packet where a node begins.
struct Path {
  bool joined = false;           // the cursor is unknown where paths have joined
  uint64_t cursor = 0;           // from that place, or from the start
  uint64_t spread = 0;           // bytes that headers of variable length can have moved the cursor further
  std::vector<unsigned> counts;  // per live instance
  unsigned rounds = 0;           // headers extracted in the node's loop, if they are counted

  auto operator<=>(const Path&) const = default;
};

using Paths = std::set<Path>;

class PathsOfGraph {
public:
  /// More than `most` paths to a node join there.
  PathsOfGraph(const ir::Program& program, ir::ParseGraph& graph, bool at_ingress, size_t most)
      : program_(program), graph_(graph), most_(most) {
    findLive(at_ingress);
    findLoops();
    for (const ir::Node& node : graph.nodes) costs_.push_back(costOf(node, at_ingress));
  }

  /// Follows all paths.
  Steps run() {
    paths_.resize(graph_.nodes.size());
    Path start;
    start.counts.assign(program_.instances.size(), 0);
    paths_[graph_.start].insert(start);
    for (const std::vector<unsigned>& part : parts_) {
      if (isLoop(part))
        followLoop(part);
      else
        followNode(part.front());
    }
    Steps steps{.sum = joined_ * PartsOfJoin * InstructionsPerPart};
    uint64_t most = 0;
    for (unsigned n = 0; n < graph_.nodes.size(); n++) {
      const uint64_t here = paths_[n].size() * costs_[n];
      steps.sum += here;
      if (here > most) steps.node = n;
      most = std::max(most, here);
    }
    return steps;
  }

private:
  using Instances = std::set<unsigned>;

  // ---- what a node costs

  static uint64_t sizeOf(const ir::ExprPtr& expr) {
    uint64_t parts = 0;
    if (expr) ir::visit(expr, [&](const ir::Expr&) { parts++; });
    return parts;
  }

  /// About how many instructions the verifier follows on one path through a node and along its edges.
  uint64_t costOf(const ir::Node& node, bool at_ingress) const {
    uint64_t parts = 0;
    for (const ir::Step& step : node.steps) parts += 6 + sizeOf(exprOf(step));
    for (const ir::ExprPtr& key : node.keys) parts += 2 + sizeOf(key);
    for (const ir::Edge& edge : node.edges) {
      parts++;
      for (const ir::Pattern& pattern : edge.patterns) parts += pattern.interval ? 2 : pattern.any() ? 0 : 1;
      if (edge.decap) parts += 20;
      if (at_ingress && edge.checks)
        for (const ir::Check& check : program_.early_checks) parts += sizeOf(check.condition);
    }
    return parts * InstructionsPerPart;
  }

  // ---- live instances

  void addTo(Instances& to, const ir::ExprPtr& expr) const {
    if (!expr) return;
    ir::visit(expr, [&](const ir::Expr& part) {
      if (const auto* ref = std::get_if<ir::FieldRef>(&part.node)) to.insert(ref->instance);
      if (const auto* size = std::get_if<ir::StackSize>(&part.node)) to.insert(size->instance);
      if (const auto table = ir::tableOf(part))
        for (const ir::TableField& field : program_.tables[*table].fields) to.insert(field.field.instance);
    });
  }

  /// Instances whose number or place is used at or behind a node.
  void findLive(bool at_ingress) {
    Instances at_end;
    if (at_ingress || program_.kind == plan::Kind::Edits)
      for (const ir::Check& check : program_.late_checks) addTo(at_end, check.condition);
    if (program_.key.digest_unless) at_end.insert(*program_.key.digest_unless);
    live_.assign(graph_.nodes.size(), at_end);
    for (size_t n = 0; n < graph_.nodes.size(); n++) {
      for (const ir::Step& step : graph_.nodes[n].steps) {
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) live_[n].insert(extract->instance);
        addTo(live_[n], exprOf(step));
      }
      for (const ir::ExprPtr& key : graph_.nodes[n].keys) addTo(live_[n], key);
      for (const ir::Edge& edge : graph_.nodes[n].edges)
        if (at_ingress && edge.checks)
          for (const ir::Check& check : program_.early_checks) addTo(live_[n], check.condition);
    }
    for (bool more = true; more;) {
      more = false;
      for (size_t n = graph_.nodes.size(); n-- > 0;)
        for (const ir::Edge& edge : graph_.nodes[n].edges) {
          if (edge.target.kind != ir::EdgeTarget::Kind::Node) continue;
          const size_t before = live_[n].size();
          live_[n].insert(live_[edge.target.node].begin(), live_[edge.target.node].end());
          more = more || live_[n].size() > before;
        }
    }
  }

  // ---- loops

  /// The nodes in order, those of a loop together (Tarjan).
  void findLoops() {
    const size_t n = graph_.nodes.size();
    std::vector<unsigned> number(n), low(n);
    std::vector<bool> open(n);
    std::vector<unsigned> stack;
    unsigned next = 1;
    const std::function<void(unsigned)> visit = [&](unsigned at) {
      number[at] = low[at] = next++;
      stack.push_back(at);
      open[at] = true;
      for (const ir::Edge& edge : graph_.nodes[at].edges) {
        if (edge.target.kind != ir::EdgeTarget::Kind::Node) continue;
        const unsigned to = edge.target.node;
        if (!number[to]) visit(to);
        if (open[to]) low[at] = std::min(low[at], low[to]);
      }
      if (low[at] != number[at]) return;
      parts_.emplace_back();
      for (unsigned one = n; one != at;) {
        one = stack.back();
        stack.pop_back();
        open[one] = false;
        parts_.back().push_back(one);
      }
    };
    visit(graph_.start);
    std::reverse(parts_.begin(), parts_.end());
  }

  bool isLoop(const std::vector<unsigned>& part) const {
    if (part.size() > 1) return true;
    const auto& edges = graph_.nodes[part.front()].edges;
    return std::any_of(edges.begin(), edges.end(), [&](const ir::Edge& edge) {
      return edge.target.kind == ir::EdgeTarget::Kind::Node && edge.target.node == part.front();
    });
  }

  // ---- paths

  void followNode(unsigned n) {
    if (paths_[n].size() > most_) {
      joined_ += paths_[n].size();
      graph_.nodes[n].joins = true;
      noteLaundered(n);
      Path path = *paths_[n].begin();
      join(path, n);
      paths_[n] = {path};
    }
    for (const Path& path : paths_[n])
      step(n, path, [&](unsigned to, Path next) { paths_[to].insert(std::move(next)); });
  }

  void followLoop(const std::vector<unsigned>& part) {
    std::map<unsigned, Paths> entered;
    for (const unsigned n : part) entered[n] = paths_[n];
    const Rounds rounds = roundsOf(part);
    const size_t most = std::max<size_t>(most_, size_t{2} * rounds.headers);
    if (!(rounds.varies && rounds.numbers > size_t{2} * rounds.headers) && followAll(part, most)) return;
    const auto loop = static_cast<unsigned>(graph_.loops.size());
    graph_.loops.push_back(rounds.headers);
    for (const unsigned n : part) {
      graph_.nodes[n].loop = loop;
      graph_.nodes[n].joins = true;
      paths_[n].clear();
      for (Path path : entered[n]) {
        join(path, n);
        paths_[n].insert(std::move(path));
      }
    }
    followAll(part, SIZE_MAX);
    for (const unsigned n : part) noteLaundered(n);
  }

  /// The headers that a loop can extract.
  struct Rounds {
    unsigned headers = 0;  // at most
    size_t numbers = 1;    // in so many combinations of numbers
    bool varies = false;   // some have no fixed size
  };

  Rounds roundsOf(const std::vector<unsigned>& part) const {
    Rounds rounds;
    Instances instances;
    for (const unsigned n : part)
      for (const ir::Step& step : graph_.nodes[n].steps) {
        rounds.varies = rounds.varies || std::holds_alternative<ir::AdvanceStep>(step.node);
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) instances.insert(extract->instance);
      }
    for (const unsigned instance : instances) {
      rounds.headers += program_.instances[instance].count;
      rounds.numbers = std::min<size_t>(rounds.numbers * (program_.instances[instance].count + 1), 1 << 16);
      rounds.varies = rounds.varies || program_.headerOf(instance).variable_bits;
    }
    return rounds;
  }

  void noteLaundered(unsigned n) {
    for (const unsigned instance : live_[n])
      if (std::any_of(paths_[n].begin(), paths_[n].end(), [&](const Path& path) { return path.counts[instance] > 0; }))
        graph_.nodes[n].laundered.push_back(instance);
  }

  /// How many headers can be extracted in a loop.
  unsigned mostRounds(const std::vector<unsigned>& part) const {
    Instances instances;
    for (const unsigned n : part)
      for (const ir::Step& step : graph_.nodes[n].steps)
        if (const auto* extract = std::get_if<ir::ExtractStep>(&step.node)) instances.insert(extract->instance);
    unsigned rounds = 0;
    for (const unsigned instance : instances) rounds += program_.instances[instance].count;
    return rounds;
  }

  /// Follows all paths through a loop; false if more than `most` lead to one of its nodes.
  bool followAll(const std::vector<unsigned>& part, size_t most) {
    std::vector<std::pair<unsigned, Path>> open;
    for (const unsigned n : part)
      for (const Path& path : paths_[n]) open.emplace_back(n, path);
    std::map<unsigned, Paths> left;
    while (!open.empty()) {
      const auto [n, path] = std::move(open.back());
      open.pop_back();
      if (paths_[n].size() > most) return false;
      step(n, path, [&, &from = n](unsigned to, Path next) {
        const bool inside = std::count(part.begin(), part.end(), to) > 0;
        if (inside && graph_.nodes[to].loop) join(next, to);
        if (!inside)
          left[to].insert(std::move(next));
        else if (paths_[to].insert(next).second)
          open.emplace_back(to, std::move(next));
      });
    }
    for (auto& [to, paths] : left) paths_[to].merge(paths);
    return true;
  }

  static void loseCursor(Path& path) {
    path.joined = true;
    path.cursor = 0;
    path.spread = 0;
  }

  /// Where paths join, only the rounds of the loop are known.
  void join(Path& path, unsigned node) const {
    loseCursor(path);
    for (const unsigned instance : live_[node]) path.counts[instance] = Unknown;
  }

  /// Takes a path through a node and along each of its edges.
  template <typename Next>
  void step(unsigned n, Path path, Next next) const {
    const ir::Node& node = graph_.nodes[n];
    for (const ir::Step& one : node.steps)
      if (!pass(node, one, path)) return;
    for (const ir::Edge& edge : node.edges) {
      if (edge.target.kind != ir::EdgeTarget::Kind::Node) continue;
      Path on = path;
      if (edge.loses_count || edge.decap) loseCursor(on);
      if (edge.decap)
        for (const unsigned instance : edge.decap->covered) on.counts[instance] = 0;
      if (graph_.nodes[edge.target.node].loop != node.loop) on.rounds = 0;
      for (unsigned i = 0; i < on.counts.size(); i++)
        if (!live_[edge.target.node].count(i)) on.counts[i] = 0;
      next(edge.target.node, std::move(on));
    }
  }

  bool pass(const ir::Node& node, const ir::Step& step, Path& path) const {
    if (std::holds_alternative<ir::AdvanceStep>(step.node)) path.spread++;
    const auto* extract = std::get_if<ir::ExtractStep>(&step.node);
    if (!extract) return true;
    const ir::Instance& instance = program_.instances[extract->instance];
    const ir::Header& header = program_.headerOf(extract->instance);
    unsigned& count = path.counts[extract->instance];
    if (count != Unknown) {
      if (count >= instance.count) return false;
      count++;
    }
    if (node.loop) {
      if (path.rounds >= graph_.loops[*node.loop]) return false;
      path.rounds++;
    }
    path.cursor += header.size;
    path.spread += header.variable_max;
    return true;
  }

  static constexpr unsigned Unknown = UINT32_MAX;

  const ir::Program& program_;
  ir::ParseGraph& graph_;
  const size_t most_;
  uint64_t joined_ = 0;                       // paths that have ended at a join
  std::vector<uint64_t> costs_;               // per node
  std::vector<Instances> live_;               // per node
  std::vector<std::vector<unsigned>> parts_;  // nodes in order
  std::vector<Paths> paths_;                  // per node
};

}  // namespace

void planPaths(ir::Program& program, Diagnostics& diagnostics) {
  for (ir::ParseGraph* graph : {&program.ingress, &program.egress}) {
    if (graph->nodes.empty()) continue;
    Steps steps;
    ir::ParseGraph planned;
    for (const size_t most : MaxPaths) {
      planned = *graph;
      steps = PathsOfGraph(program, planned, graph == &program.ingress, most).run();
      if (steps.sum <= EnoughSteps) break;
    }
    *graph = std::move(planned);
    if (steps.sum <= MaxSteps) continue;
    const ir::State& state = program.states[graph->nodes[steps.node].state];
    diagnostics.error(state.range, "E0447",
                      fmt::format("too complex for the kernel's verifier: about {} instructions in the states of this "
                                  "parser, most of them in '{}'; the limit is a million",
                                  steps.sum, state.name),
                      "make fewer headers optional, use smaller stacks, or select by fewer fields and cases");
    return;
  }
}

}  // namespace sfc::lower
