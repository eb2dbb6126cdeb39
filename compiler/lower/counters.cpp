// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/lower/counters.h"
#include "compiler/lower/queries.h"

#include <algorithm>

namespace sfc::lower {

namespace {

/// The source text of a range on one line.
std::string oneLine(std::string_view text) {
  std::string line;
  for (char c : text) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space)
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  return line;
}

Range rangeOfStrip(const model::Model& model) {
  return model.strip_ranges.empty() ? model.proxy_range : model.strip_ranges.back();
}

}  // namespace

CounterTable::CounterTable(const model::Model& model, const SourceMap& sources) : model_(model), sources_(sources) {
  fixed_.rx = add("rx");
  fixed_.rx_ignored = add("rx_ignored");
  fixed_.rx_stripped = add("rx_stripped");
  fixed_.rx_pass_full = add("rx_pass_full");
  fixed_.tx = add("tx");
  fixed_.tx_ignored = add("tx_ignored");
  fixed_.tx_restored = add("tx_restored");
  fixed_.tx_pass_miss = add("tx_pass_miss");
  fixed_.lookups = add("lookups");
  fixed_.inserted = add("inserted");
  fixed_.claimed = add("claimed");
  fixed_.expired = add("expired");
  fixed_.rollback = add("rollback");
  fixed_.carried = add("carried");
  fixed_.returned = add("returned");
  fixed_.misses_forwarded = add("misses_forwarded");
  if (model.kind == plan::Kind::Last) {
    fixed_.replaced = add("replaced");
    fixed_.renewed = add("renewed");
  }
  if (!reported(model).empty()) {
    fixed_.telemetry_reported = add("telemetry_reported");
    fixed_.telemetry_lost = add("telemetry_lost");
  }
  const Range cache = model.cache_range, proxy = model.proxy_range, strip = rangeOfStrip(model);
  fixed_.full =
      model.cache.full == plan::Policy::Pass ? fixed_.rx_pass_full : drop(plan::Hook::Ingress, "cache_full", cache);
  fixed_.rx_headroom = drop(plan::Hook::Ingress, "headroom", strip);
  fixed_.rx_duplicate = drop(plan::Hook::Ingress, "duplicate", cache);
  fixed_.miss = model.cache.miss == plan::Policy::Pass ? fixed_.tx_pass_miss : drop(plan::Hook::Egress, "miss", cache);
  fixed_.tx_gso = drop(plan::Hook::Egress, "gso", strip);
  fixed_.tx_duplicate = drop(plan::Hook::Egress, "duplicate", cache);
  fixed_.tx_tags = drop(plan::Hook::Egress, "headroom", proxy);
  fixed_.tx_mtu = drop(plan::Hook::Egress, "mtu", strip, true);
  fixed_.tx_headroom = drop(plan::Hook::Egress, "headroom", strip, true);
  fixed_.tx_internal = drop(plan::Hook::Egress, "internal", strip, true);
}

ir::Exit CounterTable::add(const std::string& name) {
  counters_.push_back({name, "", "", "", false});
  return static_cast<ir::Exit>(counters_.size() - 1);
}

ir::Exit CounterTable::drop(plan::Hook hook, const std::string& reason, Range range, bool after_claim) {
  const plan::Counter counter{(hook == plan::Hook::Ingress ? "rx_drop_" : "tx_drop_") + reason, reason,
                              sources_.describe(range), oneLine(sources_.text(range)), after_claim};
  auto same = std::find(counters_.begin(), counters_.end(), counter);
  if (same == counters_.end()) same = counters_.insert(counters_.end(), counter);
  return static_cast<ir::Exit>(same - counters_.begin());
}

void CounterTable::countTcIngress(ir::FixedCounters& fixed) {
  fixed.rx_tags = drop(plan::Hook::Ingress, "tags", rangeOfStrip(model_));
  fixed.rx_gso = drop(plan::Hook::Ingress, "gso", rangeOfStrip(model_));
}

ir::Exit CounterTable::unreadable(const std::string& reason, Range range) {
  return model_.cache.miss == plan::Policy::Pass ? fixed_.tx_ignored : drop(plan::Hook::Egress, reason, range);
}

}  // namespace sfc::lower
