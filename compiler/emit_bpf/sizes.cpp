// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/sizes.h"

#include <fmt/format.h>

#include "compiler/emit_bpf/expressions.h"
#include "compiler/emit_bpf/tunnels.h"
#include "compiler/ir/limits.h"

namespace sfc::emit_bpf {

namespace {

/// Edits with more variables are a function of their own: in line they would take stack that other functions need.
constexpr size_t most_inlined_variables = 6;

class Sizes {
public:
  Sizes(const ir::Program& program, c::Unit& unit) : program_(program), unit_(unit) {}

  void limits() {
    define("MAX_CURSOR", c::hex(ir::MaxCursor));
    define("CURSOR_MASK", c::hex(maskOver(ir::MaxCursor)));
    define("MAX_ADVANCE", c::hex(ir::MaxAdvance));
    number("DIGEST_BYTES", ir::DigestBytes);
  }

  void key() {
    number("COUNTERS", program_.plan.counters.size());
    number("KEY_WORDS", program_.key.words);
    number("KEY_SHORT", program_.key.short_words);
    define("KEY_LONG", c::wide(program_.key.more_words));
    number("ASKED_WORDS", program_.asked_words);
  }

  void record() {
    const plan::Record& record = program_.record;
    number("REGIONS", record.regions);
    number("WHOLE", program_.alwaysWhole() ? 2 : program_.mixedWhole() ? 1 : 0);
    flag("FIXED", program_.word_by_word);
    flag("FEW_VARIABLES", program_.variables.size() <= most_inlined_variables);
    flag("COMPUTED", program_.computed);
    flag("FINISHES", program_.finishes_checksums);
    flag("POPS", ir::popsIn(program_.on_return) > 0);
    flag("LAUNDERS_POPS", program_.launders_pops);
    number("WHERE", program_.fixed_layout ? 0 : record.stripped.size());
    unsigned saved = 0;
    for (const plan::Saved& one : record.saved) saved += one.size;
    number("SAVED_SIZE", uint64_t{saved + 1} / 2 * 2);
    perRegion("REGION_MAX", [](const ir::Region& region) { return region.max_bytes; });
    perRegion("BYTES_BEFORE", [](const ir::Region& region) { return region.bytes_before; });
    number("MAX_BYTES", record.max_bytes);
    define("BYTES_MASK", c::hex(maskOver(record.max_bytes)));
    define("PREFIX_MASK", c::hex(maskOver(program_.max_prefix)));
    number("ENCLOSING", program_.enclosing.size());
    number("RETAINED", program_.retained.size());
    number("MIN_PREFIX", program_.min_prefix);
    number("MAX_PREFIX", program_.max_prefix);
  }

  void telemetry() {
    number("MAX_TELEMETRY", program_.max_telemetry);
    define("TELEMETRY_MASK", c::hex(maskOver(program_.max_telemetry)));
    number("INSERT_REGION", program_.insert_region);
    number("PUSHES", program_.pushed_bytes);
    flag("BEHIND", program_.pushes_behind_checksum);
    flag("ARRIVED", program_.measured.arrived);
    flag("NOW", program_.measured.now);
    flag("TAI", program_.measured.tai);
    flag("INGRESS_PORT", program_.measured.ingress_port);
    flag("FLAGS", program_.remembersBits());
    number("VALUES", program_.remembered_values.size());
    define("TIMED", c::hex(program_.timed));
    flag("FLIGHT", program_.measured.flight);
    number("SAMPLES", program_.samples);
    number("MAX_REPORT_PACKET", program_.max_reported_packet);
    number("MAX_REPORT", program_.max_report);
  }

  void rest(const Helpers& helpers) {
    flag("ON_ARRIVAL", !program_.on_arrival.empty());
    flag("SUPERFRAMES", program_.no_superframes.empty());
    flag("TUNNELS", hasTunnels(program_));
    flag("TC_INGRESS", program_.no_tc_ingress.empty());
    flag("STORES", program_.kind == plan::Kind::Proxy);
    if (program_.kind == plan::Kind::Last) {
      flag("LAST", true);
      flag("SWAPS", !program_.key.swaps.empty());
    }
    define("INGRESS_HELPERS", c::name(helpers.of_ingress));
    define("EGRESS_HELPERS", c::name(helpers.of_egress));
    number("PARAMS", program_.plan.params_size / 8);
  }

  void counters() {
    const ir::FixedCounters& fixed = program_.counters;
    const std::pair<const char*, ir::Exit> names[] = {{"RX", fixed.rx},
                                                      {"RX_IGNORED", fixed.rx_ignored},
                                                      {"RX_STRIPPED", fixed.rx_stripped},
                                                      {"RX_PASS_FULL", fixed.rx_pass_full},
                                                      {"RX_DROP_HEADROOM", fixed.rx_headroom},
                                                      {"RX_DROP_DUPLICATE", fixed.rx_duplicate},
                                                      {"FULL", fixed.full},
                                                      {"TX", fixed.tx},
                                                      {"TX_IGNORED", fixed.tx_ignored},
                                                      {"TX_RESTORED", fixed.tx_restored},
                                                      {"TX_PASS_MISS", fixed.tx_pass_miss},
                                                      {"MISS", fixed.miss},
                                                      {"MISSES_FORWARDED", fixed.misses_forwarded},
                                                      {"TX_DROP_MTU", fixed.tx_mtu},
                                                      {"TX_DROP_HEADROOM", fixed.tx_headroom},
                                                      {"TX_DROP_TAGS", fixed.tx_tags},
                                                      {"TX_DROP_GSO", fixed.tx_gso},
                                                      {"TX_DROP_DUPLICATE", fixed.tx_duplicate},
                                                      {"TX_DROP_INTERNAL", fixed.tx_internal},
                                                      {"LOOKUPS", fixed.lookups},
                                                      {"INSERTED", fixed.inserted},
                                                      {"CLAIMED", fixed.claimed},
                                                      {"EXPIRED", fixed.expired},
                                                      {"ROLLBACK", fixed.rollback},
                                                      {"CARRIED", fixed.carried},
                                                      {"RETURNED", fixed.returned},
                                                      {"TELEMETRY_REPORTED", fixed.telemetry_reported},
                                                      {"TELEMETRY_LOST", fixed.telemetry_lost}};
    for (const auto& [name, index] : names) number((std::string("C_") + name).c_str(), index);
    if (program_.kind == plan::Kind::Last) {
      number("C_REPLACED", fixed.replaced);
      number("C_RENEWED", fixed.renewed);
    }
    if (!program_.no_tc_ingress.empty()) return;
    number("C_RX_DROP_TAGS", fixed.rx_tags);
    number("C_RX_DROP_GSO", fixed.rx_gso);
  }

private:
  void define(const char* name, const c::Expr& value) { unit_.define(fmt::format("SFC_{}", name), value); }
  void number(const char* name, uint64_t value) { define(name, c::name(std::to_string(value))); }
  void flag(const char* name, bool value) { number(name, value ? 1 : 0); }

  /// A value of each region, 0 if there is none.
  template <typename Value>
  void perRegion(const char* name, Value value) {
    std::vector<c::Expr> values;
    for (const ir::Region& region : program_.regions) values.emplace_back(value(region));
    if (values.empty()) values.emplace_back(0);
    define(name, c::name(fmt::format("({})", c::print(c::literal("const unsigned[]", values)))));
  }

  const ir::Program& program_;
  c::Unit& unit_;
};

}  // namespace

void emitSizes(const ir::Program& program, const Helpers& helpers, c::Unit& unit) {
  unit.section("sizes");
  Sizes sizes(program, unit);
  sizes.limits();
  sizes.key();
  sizes.record();
  sizes.telemetry();
  sizes.rest(helpers);
  sizes.counters();
}

void emitLayoutAsserts(const ir::Program& program, c::Unit& unit) {
  const plan::Entry& entry = program.plan.entry;
  const auto agrees = [&](const char* type, const std::string& member, unsigned offset) {
    unit.assertStatic(c::call("__builtin_offsetof", {c::name(type), c::name(member)}) == offset,
                      fmt::format("{}.{} is where the plan says", type, member));
  };
  unit.section("layout");
  agrees("struct sfc_entry", "key", entry.key_offset);
  agrees("struct sfc_entry", "record", entry.record_offset);
  unit.assertStatic(c::sizeOf("struct sfc_entry") == entry.size, "struct sfc_entry has the plan's size");
  agrees("struct sfc_record", "length", entry.record.lengths_offset);
  agrees("struct sfc_record", "bytes", entry.record.bytes_offset);
  if (!entry.record.saved.empty()) agrees("struct sfc_record", "saved", entry.record.saved.front().offset);
  for (size_t i = 0; i < entry.record.stripped.size(); i++)
    if (!entry.record.stripped[i].fixed)
      agrees("struct sfc_record", fmt::format("where[{}]", i), entry.record.stripped[i].offset);
}

}  // namespace sfc::emit_bpf
