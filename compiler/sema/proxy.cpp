// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The proxy: strip clauses, requirements, edits, the key, the cache.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <set>

#include "compiler/ir/limits.h"
#include "compiler/sema/names.h"
#include "lib/variant/overloaded.h"

namespace sfc::sema {

namespace {

constexpr uint64_t MaxEntries = 1 << 24;
constexpr size_t MaxRegions = 4;

/// The headers that a classifier pushes, those in front first.
void listPushed(const ast::Proxy& proxy, const Names& names, model::Model& model, Diagnostics& diagnostics) {
  for (const ast::Strip& strip : proxy.strips) {
    for (const ast::Identifier& name : strip.outer) {
      const auto it = names.instances.find(name.name);
      if (it == names.instances.end())
        diagnostics.error(name.range, "E0215", fmt::format("unknown header '{}'", name.name),
                          meant(name.name, namesOf(names.instances)));
      else if (model.instances[it->second].stripped || std::ranges::count(model.pushed, it->second))
        diagnostics.error(name.range, "E0601", fmt::format("'{}' is pushed twice", name.name));
      else
        model.pushed.push_back(it->second);
    }
    for (const ast::Identifier& name : strip.names)
      if (const auto it = names.instances.find(name.name); it != names.instances.end())
        model.pushed.push_back(it->second);
  }
}

void resolveStrip(const ast::Proxy& proxy, const Names& names, model::Model& model, Diagnostics& diagnostics) {
  const bool pushes_apart = model.kind == plan::Kind::Static;
  for (const ast::Strip& strip : proxy.strips) {
    if (strip.is_push && pushes_apart) continue;
    const auto region = static_cast<unsigned>(model.strip_ranges.size());
    if (region == MaxRegions)
      diagnostics.error(strip.range, "E0610", fmt::format("at most {} regions can be stripped", MaxRegions));
    model.strip_ranges.push_back(strip.range);
    for (const ast::Identifier& name : strip.names)
      if (auto instance = names.instances.find(name.name); instance != names.instances.end()) {
        ir::Instance& stripped = model.instances[instance->second];
        if (stripped.stripped) diagnostics.error(name.range, "E0601", fmt::format("'{}' is stripped twice", name.name));
        stripped.stripped = true;
        stripped.region = region;
      } else if (auto state = names.states.find(name.name); state != names.states.end()) {
        if (model.states[state->second].region)
          diagnostics.error(name.range, "E0601", fmt::format("'{}' is stripped twice", name.name));
        model.states[state->second].region = region;
      } else {
        std::vector<std::string> candidates = namesOf(names.instances);
        for (const std::string& state_name : namesOf(names.states)) candidates.push_back(state_name);
        diagnostics.error(name.range, "E0215", fmt::format("unknown header or state '{}'", name.name),
                          meant(name.name, candidates));
      }
  }
  if (model.kind == plan::Kind::Classifier) listPushed(proxy, names, model, diagnostics);
  if (!model.strip_ranges.empty() || model.kind == plan::Kind::Edits) return;
  const bool pushes = model.kind == plan::Kind::Classifier;
  diagnostics.error(proxy.name.range, "E0602",
                    fmt::format("'{}' {} nothing", proxy.name.name, pushes ? "pushes" : "strips"),
                    pushes ? "add `push NAME;` with the headers to push"
                           : "add `strip NAME;` with the headers that the SF must not see");
}

/// The headers that a static proxy pushes: some of those that it strips.
void resolvePush(const ast::Proxy& proxy, const Names& names, model::Model& model, Diagnostics& diagnostics) {
  if (model.kind != plan::Kind::Static) return;
  const auto push = std::ranges::find_if(proxy.strips, &ast::Strip::is_push);
  if (push == proxy.strips.end())
    return diagnostics.error(proxy.name.range, "E0716",
                             fmt::format("static proxy '{}' pushes nothing", proxy.name.name),
                             "add `push NAME { ... }` with the headers that returning packets get");
  for (const ast::Identifier& name : push->names) {
    const auto found = names.instances.find(name.name);
    if (found == names.instances.end() || !model.instances[found->second].stripped)
      diagnostics.error(name.range, "E0716", fmt::format("'{}' is not a stripped header", name.name),
                        "push headers that `strip` names");
    else if (std::count(model.pushed.begin(), model.pushed.end(), found->second))
      diagnostics.error(name.range, "E0716", fmt::format("'{}' is pushed twice", name.name), "remove one of them");
    else
      model.pushed.push_back(found->second);
  }
}

class KeyResolver {
public:
  KeyResolver(const Declarations& declarations, const Names& names, model::Model& model, Diagnostics& diagnostics)
      : declarations_(declarations), names_(names), model_(model), diagnostics_(diagnostics) {}

  void run(const ast::Identifier& name) {
    resolveKey(name);
    if (model_.kind != plan::Kind::Last && !diagnostics_.hasErrors() && model_.key.size() < 2)
      diagnostics_.error(name.range, "E0510", fmt::format("key '{}' has fewer than two items", name.name),
                         "name all that tells packets apart, such as addresses, ports and digest<32>(payload)");
  }

private:
  /// The key's items, those of what it extends first.
  void resolveKey(const ast::Identifier& name) {
    std::vector<const ast::Key*> chain;
    std::set<std::string> seen;
    for (const ast::Identifier* next = &name; next; next = chain.back()->base ? &*chain.back()->base : nullptr) {
      const auto it = declarations_.keys.find(next->name);
      if (it == declarations_.keys.end()) {
        diagnostics_.error(next->range, "E0501", fmt::format("unknown key '{}'", next->name),
                           meant(next->name, namesOf(declarations_.keys)));
        return;
      }
      if (!seen.insert(next->name).second) {
        diagnostics_.error(next->range, "E0502", fmt::format("key '{}' extends itself", next->name));
        return;
      }
      diagnostics_.blame(it->second->range, next->range);
      chain.push_back(it->second);
    }
    for (const ast::Key* key : std::views::reverse(chain))
      for (const auto& item : key->items) resolveItem(*item);
  }

  /// A second item of the same name adds nothing.
  void add(Range range, const std::string& name, const model::KeyItem& item) {
    if (!seen_.insert(name).second)
      diagnostics_.error(range, "E0509", fmt::format("'{}' is in the key twice", name), "remove one of them");
    model_.key.push_back(item);
  }

  void resolveItem(const ast::Expr& item) {
    if (const auto* swapped = std::get_if<ast::Swapped>(&item.node)) return resolveSwapped(item.range, *swapped);
    if (const auto* digest = std::get_if<ast::Digest>(&item.node)) {
      if (model_.kind == plan::Kind::Last)
        diagnostics_.error(item.range, "E0513", "a digest is of one packet, and headers are kept for many",
                           "name fields that all packets of a chain or a flow have in common");
      if (digest->bytes != ir::DigestBytes)
        diagnostics_.error(item.range, "E0503", fmt::format("digest<{}>: the digest covers 32 bytes", digest->bytes),
                           "write digest<32>(payload)");
      model::KeyDigest resolved{item.range, std::nullopt};
      if (digest->unless) {
        auto it = names_.instances.find(digest->unless->name);
        if (it == names_.instances.end()) {
          diagnostics_.error(digest->unless->range, "E0215", fmt::format("unknown header '{}'", digest->unless->name),
                             meant(digest->unless->name, namesOf(names_.instances)));
          return;
        }
        resolved.unless = it->second;
      }
      add(item.range, "digest", resolved);
      return;
    }
    if (const auto* name = std::get_if<ast::Name>(&item.node); name && isPort(*name)) {
      if (model_.kind != plan::Kind::Last) return refuseUnlessLast(item.range, "ingress_port");
      return add(item.range, name->name, model::KeyPort{item.range});
    }
    if (const auto* name = std::get_if<ast::Name>(&item.node))
      if (auto it = names_.variables.find(name->name); it != names_.variables.end()) {
        add(item.range, name->name, model::KeyVariable{item.range, it->second});
        return;
      }
    if (auto field = keyField(item)) addField(*field);
  }

  void addField(const model::KeyField& field) {
    const ir::Instance& instance = model_.instances[field.instance];
    add(field.range, fmt::format("{}.{}", instance.name, model_.headers[instance.header].fields[field.field].name),
        field);
  }

  bool isPort(const ast::Name& name) const { return name.name == "ingress_port" && !names_.variables.count(name.name); }

  void refuseUnlessLast(Range range, const char* what) {
    diagnostics_.error(range, "E0514", fmt::format("{} is only allowed where the newest headers are kept", what),
                       "write `cache { keep last; }`, or remove it from the key");
  }

  /// Both fields are in the key; egress looks for them in the other order as well.
  void resolveSwapped(Range range, const ast::Swapped& node) {
    if (model_.kind != plan::Kind::Last) return refuseUnlessLast(range, "swapped()");
    const auto first = keyField(*node.first), second = keyField(*node.second);
    if (!first || !second) return;
    const auto of = [&](const model::KeyField& item) { return model_.headerOf(item.instance).fields[item.field]; };
    const bool whole = of(*first).offset_bits % 8 == 0 && of(*first).width_bits % 8 == 0 &&
                       of(*second).offset_bits % 8 == 0 && of(*first).width_bits == of(*second).width_bits;
    if (first->instance != second->instance || first->field == second->field ||
        model_.instances[first->instance].is_stack || !whole)
      return diagnostics_.error(range, "E0515", "these fields cannot be swapped",
                                "name two fields of one single header, of whole bytes and of the same width");
    addField(*first);
    addField(*second);
    model_.key_swaps.push_back({range, *first, *second});
  }

  /// `tags.vid` names the field of every element, so a stack needs no index here.
  std::optional<model::KeyField> keyField(const ast::Expr& item) {
    const auto* member = std::get_if<ast::Member>(&item.node);
    const auto* base = member ? std::get_if<ast::Name>(&member->base->node) : nullptr;
    if (!base) {
      diagnostics_.error(item.range, "E0504", "expected a header field, a variable or digest<32>(payload)");
      return std::nullopt;
    }
    auto it = names_.instances.find(base->name);
    if (it == names_.instances.end()) {
      std::string hint = meant(base->name, namesOf(names_.instances));
      if (item.range.file != model_.proxy_range.file)
        hint =
            "the parser does not have this header: declare a key of those that it has, `key NAME { HEADER.FIELD; ... "
            "}`";
      diagnostics_.error(member->base->range, "E0215", fmt::format("unknown header '{}'", base->name), hint);
      return std::nullopt;
    }
    const ir::Instance& instance = model_.instances[it->second];
    const ir::Header& header = model_.headers[instance.header];
    for (unsigned i = 0; i < header.fields.size(); i++) {
      if (header.fields[i].name != member->member.name) continue;
      if (header.fields[i].is_mutable)
        diagnostics_.error(item.range, "E0506",
                           fmt::format("'{}.{}' is mutable: the SF may change it", base->name, member->member.name),
                           "use fields that the SF leaves unchanged");
      return model::KeyField{item.range, it->second, i};
    }
    std::vector<std::string> candidates;
    for (const auto& field : header.fields) candidates.push_back(field.name);
    diagnostics_.error(member->member.range, "E0206",
                       fmt::format("header '{}' has no field '{}'", header.name, member->member.name),
                       meant(member->member.name, candidates));
    return std::nullopt;
  }

  const Declarations& declarations_;
  const Names& names_;
  model::Model& model_;
  Diagnostics& diagnostics_;
  std::set<std::string> seen_;
};

class CacheResolver {
public:
  CacheResolver(plan::Cache& cache, Diagnostics& diagnostics) : cache_(cache), diagnostics_(diagnostics) {}

  void resolveOption(const ast::CacheOption& option) {
    const std::string& name = option.name.name;
    if (std::find(seen_.begin(), seen_.end(), name) != seen_.end())
      diagnostics_.error(option.name.range, "E0603", fmt::format("'{}' is given twice", name));
    seen_.push_back(name);
    if (name == "entries")
      number(option, false, MaxEntries, cache_.entries);
    else if (name == "lifetime")
      number(option, true, 3600ULL * 1000000000ULL, cache_.lifetime_ns);
    else if (name == "duplicate")
      word(option, {"fifo"});
    else if (name == "keep")
      word(option, {"packet", "last", "static"});
    else if (name == "full")
      cache_.full = policy(option);
    else if (name == "miss")
      cache_.miss = policy(option);
    else
      diagnostics_.error(option.name.range, "E0604", fmt::format("unknown cache option '{}'", name),
                         meant(name, {"entries", "lifetime", "duplicate", "full", "miss", "keep"}));
  }

private:
  void number(const ast::CacheOption& option, bool duration, uint64_t most, uint64_t& value) {
    if (!option.number || option.is_duration != duration)
      diagnostics_.error(option.range, "E0605",
                         duration ? "expected a duration, such as 1s or 500ms" : "expected a number, such as 10000");
    else if (*option.number < 1 || *option.number > most)
      diagnostics_.error(option.range, "E0606",
                         fmt::format("{} must be 1{} to {}{}", option.name.name, duration ? "ns" : "",
                                     duration ? most / 1000000000 : most, duration ? "s" : ""));
    else
      value = *option.number;
  }

  bool word(const ast::CacheOption& option, const std::vector<std::string>& words) {
    if (std::find(words.begin(), words.end(), option.word.name) != words.end()) return true;
    diagnostics_.error(option.range, "E0607", fmt::format("{} must be {}", option.name.name, fmt::join(words, " or ")));
    return false;
  }

  plan::Policy policy(const ast::CacheOption& option) {
    return word(option, {"drop", "pass"}) && option.word.name == "pass" ? plan::Policy::Pass : plan::Policy::Drop;
  }

  plan::Cache& cache_;
  Diagnostics& diagnostics_;
  std::vector<std::string> seen_;
};

}  // namespace

namespace {

bool keeps(const ast::Proxy& proxy, const char* what) {
  return std::ranges::any_of(proxy.cache, [&](const ast::CacheOption& option) {
    return option.name.name == "keep" && option.word.name == what;
  });
}

plan::Kind kindOf(const ast::Proxy& proxy) {
  if (proxy.word == ast::ProxyWord::Egress) return plan::Kind::Terminator;
  if (proxy.word == ast::ProxyWord::Classifier) return plan::Kind::Classifier;
  if (keeps(proxy, "static")) return plan::Kind::Static;
  if (keeps(proxy, "last") && !proxy.strips.empty()) return plan::Kind::Last;
  return proxy.strips.empty() && !proxy.on_arrival.empty() ? plan::Kind::Edits : plan::Kind::Proxy;
}

/// Does an option of the spec switch this requirement off?
bool isSwitchedOff(const ir::Expr& condition) {
  const auto* constant = std::get_if<ir::Constant>(&condition.node);
  return constant && constant->has_name && constant->value != 0;
}

/// Headers of many packets have no order.
void refuseOrder(const ast::Proxy& proxy, Diagnostics& diagnostics) {
  for (const ast::CacheOption& option : proxy.cache)
    if (option.name.name == "duplicate")
      diagnostics.error(option.range, "E0611", "'duplicate' is not allowed here",
                        "remove it: of each key, the newest headers are kept");
}

/// Options of the cache that say something of stored headers.
void refuseStoring(const ast::Proxy& proxy, Diagnostics& diagnostics) {
  for (const ast::CacheOption& option : proxy.cache)
    if (option.name.name != "keep" && option.name.name != "miss")
      diagnostics.error(option.range, "E0611", fmt::format("'{}' is not allowed here", option.name.name),
                        "remove it: a static proxy stores no headers");
}

const char* whyNothingIsKept(plan::Kind kind) {
  switch (kind) {
    case plan::Kind::Terminator:
      return "remove it: a terminator stores no headers";
    case plan::Kind::Classifier:
      return "remove it: a classifier stores no headers";
    case plan::Kind::Static:
      return "remove it: a static proxy stores no headers";
    default:
      return "remove it: without `strip`, no headers are stored";
  }
}

/// Refuses clauses that are of no use in a program of this kind.
void checkItems(const ast::Proxy& proxy, plan::Kind kind, Diagnostics& diagnostics) {
  const auto refuse = [&](Range range, const char* what, const char* why) {
    diagnostics.error(range, "E0611", fmt::format("'{}' is not allowed here", what), why);
  };
  const bool pushes = plan::pushesHeaders(kind), strips = kind != plan::Kind::Classifier;
  const bool is_static = kind == plan::Kind::Static;
  for (const ast::Strip& strip : proxy.strips)
    if (strip.is_push ? !pushes : !strips)
      refuse(strip.range, strip.is_push ? "push" : "strip",
             pushes ? "a classifier pushes headers: write `push`"
                    : "only a classifier or a static proxy (`cache { keep static; }`) pushes headers: write `strip`");
  for (const ast::Strip& strip : proxy.strips)
    if (is_static && !strip.outer.empty())
      refuse(strip.outer.front().range, "in", "a static proxy pushes headers that it strips: name them before `in`");
  if (kind == plan::Kind::Edits && !proxy.tables.empty())
    refuse(proxy.tables.front().name.range, "table",
           "remove it: retained headers are changed at both hooks, but packets are only looked up on arrival");
  if (kind == plan::Kind::Classifier && !proxy.requires_.empty())
    refuse(proxy.requires_.front().range, "require", "remove it: the tables select the packets");
  if (!plan::restoresHeaders(kind) && proxy.key) refuse(proxy.key->range, "key", whyNothingIsKept(kind));
  if (is_static)
    refuseStoring(proxy, diagnostics);
  else if (kind == plan::Kind::Last)
    refuseOrder(proxy, diagnostics);
  else if (kind != plan::Kind::Proxy && !proxy.cache.empty())
    refuse(proxy.cache.front().range, "cache", whyNothingIsKept(kind));
  if ((kind == plan::Kind::Terminator || pushes) && !proxy.on_return.empty())
    refuse(proxy.on_return.front().range, "on return",
           pushes ? "remove it: the headers of an entry are pushed as they are"
                  : "remove it: no packet returns to a terminator");
  if (kind == plan::Kind::Last && !proxy.on_arrival.empty())
    refuse(proxy.on_arrival.front().range, "on arrival", "remove it: the newest headers are those of another packet");
  if (pushes && !proxy.on_arrival.empty())
    refuse(proxy.on_arrival.front().range, "on arrival", "remove it: the headers of an entry are pushed as they are");
}

void refuseOtherThanMove(Range range, Diagnostics& diagnostics) {
  diagnostics.error(range, "E0612", "`on arrival` can only set a retained field to a stripped one",
                    "write HEADER.FIELD = STRIPPED.FIELD; change stripped headers in `on return`");
}

/// A move: a retained field has the value of a stripped one while that is gone.
void resolveMove(Range range, const ast::Assign& assign, const Names& names, model::Model& model,
                 Diagnostics& diagnostics) {
  const auto retained = resolveField(*assign.target, names, model, diagnostics);
  if (!retained) return;
  if (model.instances[retained->instance].stripped) {
    diagnostics.error(
        range, "E0612",
        fmt::format("stripped header '{}' cannot be changed on arrival", model.instances[retained->instance].name),
        names.terminates ? "remove this: a terminator discards the header" : "move this into `on return { ... }`");
    return;
  }
  if (!std::holds_alternative<ast::Member>(assign.value->node)) return refuseOtherThanMove(range, diagnostics);
  const auto stripped = resolveField(*assign.value, names, model, diagnostics);
  if (!stripped) return;
  const auto width = [&](const ir::FieldRef& ref) { return model.fieldOf(ref).width_bits; };
  if (width(*retained) != width(*stripped)) diagnostics.error(range, "E0317", "both fields must have the same width");
  model.moves.push_back({range, *retained, *stripped});
}

bool assignsToField(const ast::Statement& statement) {
  const auto* assign = std::get_if<ast::Assign>(&statement.node);
  return assign && !std::holds_alternative<ast::Name>(assign->target->node);
}

/// Does a statement change stripped headers? Those in the branches of an `if` do not count.
bool changesHeaders(const ast::Statement& statement) {
  return std::visit(
      Overloaded{[&](const ast::Assign&) { return assignsToField(statement); },
                 [](const OneOf<ast::Swap, ast::Pop, ast::PushHeaders, ast::Insert, ast::Write> auto&) { return true; },
                 [](const OneOf<ast::Extract, ast::Verify, ast::Limit, ast::Advance> auto&) { return false; },
                 [](const OneOf<ast::Variable, ast::Drop, ast::Call, ast::Report, ast::If> auto&) { return false; }},
      statement.node);
}

/// A terminator reads headers, and does not change them. False if there was an error.
bool refuseChanges(const ast::Statement& statement, Diagnostics& diagnostics) {
  bool fine = true;
  if (const auto* branch = std::get_if<ast::If>(&statement.node))
    for (const auto* inner : {&branch->then_branch, &branch->else_branch})
      for (const ast::Statement& one : *inner) fine = refuseChanges(one, diagnostics) && fine;
  const bool changes = changesHeaders(statement);
  if (changes)
    diagnostics.error(statement.range, "E0612", "a terminator cannot change the headers that it removes",
                      "use `report`, `drop`, `if`, variables, and outside of an `if` HEADER.FIELD = STRIPPED.FIELD;");
  return fine && !changes;
}

/// `on arrival` of programs that strip: fields that move, and reports of a terminator.
void resolveArrival(const ast::Proxy& proxy, const Names& in_packet, Names& names, model::Model& model,
                    Diagnostics& diagnostics) {
  for (const ast::Statement& statement : proxy.on_arrival) {
    const auto* assign = std::get_if<ast::Assign>(&statement.node);
    if (assign && (!names.terminates || assignsToField(statement))) {
      resolveMove(statement.range, *assign, in_packet, model, diagnostics);
    } else if (!names.terminates) {
      refuseOtherThanMove(statement.range, diagnostics);
    } else if (refuseChanges(statement, diagnostics)) {
      for (ir::Edit& one : resolveEdits({statement}, names, model, diagnostics))
        model.on_arrival.push_back(std::move(one));
    }
  }
}

}  // namespace

void resolveProxy(const Declarations& declarations, const ast::Proxy& proxy, Names& names, model::Model& model,
                  Diagnostics& diagnostics) {
  model.proxy = proxy.name.name;
  model.kind = kindOf(proxy);
  model.proxy_range = proxy.name.range;
  model.parse_range = proxy.parser.range;
  model.cache_range = proxy.cache.empty() ? proxy.name.range : proxy.cache.front().range;
  // Packets that ingress passes must pass on their way back as well: there is no record of them.
  model.cache = {plan::restoresHeaders(model.kind) ? 10000U : 1U, 1000000000, plan::Policy::Drop, plan::Policy::Pass};
  resolveStrip(proxy, names, model, diagnostics);
  resolvePush(proxy, names, model, diagnostics);
  const size_t tables = resolveTables(proxy, names, model, diagnostics);
  Names in_require = names;
  in_require.pushes = model.kind == plan::Kind::Static;
  in_require.tables_allowed = !in_require.pushes;
  // Headers that stay are checked at both hooks, which would not sample the same packets.
  if (model.kind != plan::Kind::Edits) in_require.samples = &model.samples;
  for (const ast::Require& require : proxy.requires_) {
    auto condition = resolve(*require.condition, in_require, model, diagnostics);
    auto target = resolveTarget(require.otherwise, names, diagnostics);
    if (condition && target && !isSwitchedOff(*condition))
      model.requires_.push_back({require.range, condition, *target});
  }
  checkItems(proxy, model.kind, diagnostics);
  if (proxy.key) {
    model.key_range = proxy.key->range;
    KeyResolver(declarations, names, model, diagnostics).run(*proxy.key);
  } else if (model.kind == plan::Kind::Proxy) {
    diagnostics.error(proxy.name.range, "E0507", fmt::format("proxy '{}' has no key", proxy.name.name),
                      "add `key ip_identity;` from std.ip, or a key of your own");
  }
  CacheResolver cache(model.cache, diagnostics);
  for (const ast::CacheOption& option : proxy.cache) cache.resolveOption(option);
  Names on_return = names;
  on_return.on_return = true;
  on_return.variables.clear();
  on_return.states.clear();
  Names on_arrival = on_return;
  on_arrival.terminates = on_arrival.measured = model.kind == plan::Kind::Terminator;
  on_return.measured = model.kind == plan::Kind::Proxy;
  if (on_return.measured) resolveTelemetry(declarations, proxy.on_return, on_return, model, diagnostics);
  if (on_arrival.measured) resolveTelemetry(declarations, proxy.on_arrival, on_arrival, model, diagnostics);
  on_return.tables_allowed = model.kind == plan::Kind::Proxy;
  on_arrival.tables_allowed = model.kind == plan::Kind::Terminator;
  on_arrival.samples = &model.samples;
  // What is of one packet has no meaning where the headers are those of another.
  if (model.kind != plan::Kind::Last) on_return.samples = &model.samples;
  if (model.kind == plan::Kind::Edits)
    model.on_arrival = resolveEdits(proxy.on_arrival, on_arrival, model, diagnostics);
  else
    resolveArrival(proxy, names, on_arrival, model, diagnostics);
  model.on_return = resolveEdits(proxy.on_return, on_return, model, diagnostics);
  model.tables.resize(tables);
}

std::optional<model::Model> analyse(const std::vector<const ast::File*>& files, const Overrides& overrides,
                                    Diagnostics& diagnostics) {
  checkLimits(files, diagnostics);
  if (diagnostics.hasErrors()) return std::nullopt;
  const Declarations declarations = collect(files, diagnostics);
  Names names;
  model::Model model;
  resolveConstants(declarations, overrides, names, diagnostics);
  if (diagnostics.hasErrors()) return std::nullopt;
  resolveParams(declarations, names, model, diagnostics);
  resolveHeaders(declarations, names, model, diagnostics);
  if (declarations.proxies.size() != 1) {
    const Range where =
        declarations.proxies.empty() ? Range{files.front()->source, 0, 0} : declarations.proxies[1]->name.range;
    diagnostics.error(where, "E0608",
                      declarations.proxies.empty() ? "no proxy is declared" : "a second proxy is declared",
                      "declare exactly one proxy; a file without one can only be imported");
    return std::nullopt;
  }
  // Later steps would only report the same errors again.
  if (diagnostics.hasErrors()) return std::nullopt;
  const ast::Proxy proxy = withActions(*declarations.proxies.front(), declarations, diagnostics);
  if (diagnostics.hasErrors()) return std::nullopt;
  if (proxy.parser.name.empty()) {
    diagnostics.error(proxy.name.range, "E0609", fmt::format("proxy '{}' has no parser", proxy.name.name),
                      "add `parse NAME;`");
    return std::nullopt;
  }
  for (unsigned i = 0; i < proxy.tables.size(); i++) names.tables.emplace(proxy.tables[i].name.name, i);
  resolveParser(declarations, proxy.parser, names, model, diagnostics);
  if (diagnostics.hasErrors()) return std::nullopt;
  resolveProxy(declarations, proxy, names, model, diagnostics);
  if (diagnostics.hasErrors()) return std::nullopt;
  checkGraph(model, diagnostics);
  if (diagnostics.hasErrors()) return std::nullopt;
  return model;
}

}  // namespace sfc::sema
