// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
//   types and ABI        compiler/bpf/base.h, lib/abi/sfc_abi.h
//   sizes and counters   #define
//   stores, checksums    compiler/bpf/*.h
//   spec_*               the walks, the hidden field, the edits
//   hooks                compiler/bpf/ingress.h, egress.h
#include "compiler/emit_bpf/emit.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "compiler/emit_bpf/bpf_text.h"
#include "compiler/emit_bpf/cover.h"
#include "compiler/emit_bpf/edits.h"
#include "compiler/emit_bpf/expressions.h"
#include "compiler/emit_bpf/tables.h"
#include "compiler/emit_bpf/telemetry.h"
#include "compiler/emit_bpf/walk.h"
#include "lib/text/writer.h"

namespace sfc::emit_bpf {

namespace {

/// Text that is for this hook only (compiler/bpf/base.h).
void onlyAt(const char* hook, const std::string& text, Writer& out) {
  out.raw(fmt::format("#if SFC_HOOKS & {}\n", hook));
  out.raw(text);
  out.raw("#endif\n");
}

void embed(const BpfText& file, Writer& out) {
  out.raw(fmt::format("#line 1 \"{}\"\n", file.name));
  out.raw(file.text);
}

/// With which hook those functions are compiled that are not static: which one has less to compile is seen by the
/// length of what is made from the spec, as far as the difference is as large as these functions.
struct Helpers {
  const char* of_ingress = "SFC_AT_INGRESS";
  const char* of_egress = "SFC_AT_EGRESS";
};

Helpers placeHelpers(const std::string& ingress, const std::string& egress) {
  const size_t helpers_size = 8000;
  if (ingress.size() > egress.size() + helpers_size) return {.of_ingress = "SFC_AT_EGRESS"};
  if (ingress.size() < egress.size()) return {.of_egress = "SFC_AT_INGRESS"};
  return {};
}

void emitSizes(const ir::Program& program, const Helpers& helpers, Writer& out) {
  const plan::Record& record = program.record;
  out.raw("#line 1 \"sizes\"\n");
  out.line("#define SFC_COUNTERS {}", program.plan.counters.size());
  out.line("#define SFC_KEY_WORDS {}", program.key.words);
  out.line("#define SFC_KEY_SHORT {}", program.key.short_words);
  out.line("#define SFC_KEY_LONG {:#x}ULL", program.key.more_words);
  out.line("#define SFC_ASKED_WORDS {}", program.asked_words);
  out.line("#define SFC_REGIONS {}", record.regions);
  out.line("#define SFC_WHOLE {}", program.alwaysWhole() ? 2 : program.mixedWhole() ? 1 : 0);
  out.line("#define SFC_FIXED {}", program.word_by_word ? 1 : 0);
  out.line("#define SFC_DERIVED {}", program.derived ? 1 : 0);
  out.line("#define SFC_FINISHES {}", program.finishes_checksums ? 1 : 0);
  out.line("#define SFC_POPS {}", ir::popsIn(program.on_return) > 0 ? 1 : 0);
  out.line("#define SFC_FORGETS_POPS {}", program.forgets_pops ? 1 : 0);
  out.line("#define SFC_WHERE {}", program.fixed_layout ? 0 : record.stripped.size());
  unsigned saved = 0;
  for (const plan::Saved& one : record.saved) saved += one.size;
  out.line("#define SFC_SAVED_SIZE {}", (saved + 1) / 2 * 2);
  std::string most, before;
  for (const ir::Region& region : program.regions) {
    most += fmt::format("{}{}", most.empty() ? "" : ", ", region.max_bytes);
    before += fmt::format("{}{}", before.empty() ? "" : ", ", region.bytes_before);
  }
  if (most.empty()) most = before = "0";
  out.line("#define SFC_REGION_MAX ((const unsigned[]){{{}}})", most);
  out.line("#define SFC_BYTES_BEFORE ((const unsigned[]){{{}}})", before);
  out.line("#define SFC_MAX_BYTES {}", record.max_bytes);
  out.line("#define SFC_BYTES_MASK {:#x}", maskOver(record.max_bytes));
  out.line("#define SFC_PREFIX_MASK {:#x}", maskOver(program.max_prefix));
  out.line("#define SFC_MAX_TELEMETRY {}", program.max_telemetry);
  out.line("#define SFC_TELEMETRY_MASK {:#x}", maskOver(program.max_telemetry));
  out.line("#define SFC_INSERT_REGION {}", program.insert_region);
  out.line("#define SFC_PUSHES {}", program.pushed_bytes);
  out.line("#define SFC_ARRIVED {}", program.measured.arrived ? 1 : 0);
  out.line("#define SFC_NOW {}", program.measured.now ? 1 : 0);
  out.line("#define SFC_TAI {}", program.measured.tai ? 1 : 0);
  out.line("#define SFC_INGRESS_PORT {}", program.measured.ingress_port ? 1 : 0);
  out.line("#define SFC_HITS {}", program.remembersBits() ? 1 : 0);
  out.line("#define SFC_TIMED {:#x}", program.timed);
  out.line("#define SFC_FLIGHT {}", program.measured.flight ? 1 : 0);
  out.line("#define SFC_SAMPLES {}", program.samples);
  out.line("#define SFC_ON_ARRIVAL {}", program.on_arrival.empty() ? 0 : 1);
  out.line("#define SFC_MAX_REPORT_PACKET {}", program.max_reported_packet);
  out.line("#define SFC_MAX_REPORT {}", program.max_report);
  out.line("#define SFC_COVERING {}", program.covering.size());
  out.line("#define SFC_STORES {}", program.plan.kind == plan::Kind::Proxy ? 1 : 0);
  out.line("#define SFC_INGRESS_HELPERS {}", helpers.of_ingress);
  out.line("#define SFC_EGRESS_HELPERS {}", helpers.of_egress);
  out.line("#define SFC_BEHIND {}", program.pushes_behind_checksum ? 1 : 0);
  out.line("#define SFC_KEPT {}", program.kept.size());
  out.line("#define SFC_MIN_PREFIX {}", program.min_prefix);
  out.line("#define SFC_MAX_PREFIX {}", program.max_prefix);
  out.line("#define SFC_PARAMS {}", program.plan.params_size / 8);
  const ir::FixedCounters& c = program.counters;
  const std::pair<const char*, ir::Exit> names[] = {{"RX", c.rx},
                                                    {"RX_IGNORED", c.rx_ignored},
                                                    {"RX_STRIPPED", c.rx_stripped},
                                                    {"RX_PASS_FULL", c.rx_pass_full},
                                                    {"RX_DROP_HEADROOM", c.rx_headroom},
                                                    {"RX_DROP_DUPLICATE", c.rx_duplicate},
                                                    {"FULL", c.full},
                                                    {"TX", c.tx},
                                                    {"TX_IGNORED", c.tx_ignored},
                                                    {"TX_RESTORED", c.tx_restored},
                                                    {"TX_PASS_MISS", c.tx_pass_miss},
                                                    {"MISS", c.miss},
                                                    {"MISSES_FORWARDED", c.misses_forwarded},
                                                    {"TX_DROP_MTU", c.tx_mtu},
                                                    {"TX_DROP_HEADROOM", c.tx_headroom},
                                                    {"TX_DROP_TAGS", c.tx_tags},
                                                    {"TX_DROP_GSO", c.tx_gso},
                                                    {"TX_DROP_DUPLICATE", c.tx_duplicate},
                                                    {"TX_DROP_INTERNAL", c.tx_internal},
                                                    {"LOOKUPS", c.lookups},
                                                    {"INSERTED", c.inserted},
                                                    {"CLAIMED", c.claimed},
                                                    {"EXPIRED", c.expired},
                                                    {"ROLLBACK", c.rollback},
                                                    {"CARRIED", c.carried},
                                                    {"RETURNED", c.returned},
                                                    {"TELEMETRY_REPORTED", c.telemetry_reported},
                                                    {"TELEMETRY_LOST", c.telemetry_lost}};
  for (const auto& [name, index] : names) out.line("#define SFC_C_{} {}", name, index);
}

std::string ingressText(const ir::Program& program, const SourceMap& sources) {
  Writer out;
  if (program.plan.kind != plan::Kind::Classifier) emitWalk(plan::Hook::Ingress, program, sources, out);
  if (program.plan.kind == plan::Kind::Proxy) emitWantsSum(program, out);
  if (program.plan.kind == plan::Kind::Egress) emitEdits(program, sources, out);
  return out.take();
}

std::string egressText(const ir::Program& program, const SourceMap& sources) {
  Writer out;
  emitWalk(plan::Hook::Egress, program, sources, out);
  if (program.plan.kind == plan::Kind::Proxy) {
    emitEdits(program, sources, out);
    emitDerived(program, out);
  }
  if (program.plan.kind == plan::Kind::Classifier) emitLookUp(program, out);
  return out.take();
}

}  // namespace

std::string emit(const ir::Program& program, const SourceMap& sources) {
  const std::string ingress = ingressText(program, sources), egress = egressText(program, sources);
  Writer out;
  out.line("/* Made by {} from {}.sfc. Edit that, not this. */", program.plan.compiler, program.plan.name);
  for (const BpfText& file : bpfTypes()) embed(file, out);
  emitSizes(program, placeHelpers(ingress, egress), out);
  for (const BpfText& file : bpfParts()) embed(file, out);
  if (!program.plan.telemetry.empty()) embed(bpfReport(), out);
  emitTableMaps(program, out);
  if (program.plan.kind != plan::Kind::Edits) emitHidden(program, out);
  if (program.plan.kind != plan::Kind::Edits) emitCover(program, out);
  onlyAt("SFC_AT_INGRESS", ingress, out);
  onlyAt("SFC_AT_EGRESS", egress, out);
  for (const BpfText& file : bpfHooks(program.plan.kind)) embed(file, out);
  return out.take();
}

std::vector<std::string> hooks() {
  return {"SFC_HOOKS=SFC_AT_INGRESS", "SFC_HOOKS=SFC_AT_EGRESS"};
}

}  // namespace sfc::emit_bpf
