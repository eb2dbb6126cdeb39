// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <algorithm>

#include "compiler/emit_bpf/parser_parts.h"

namespace sfc::emit_bpf {

namespace {

/// Loads the value that a moved field has for the SF (ingress), or had when it returned (egress).
void loadMoved(const Parser& parser, const ir::FieldRef& ref, c::Block& out) {
  const auto value = std::make_shared<const ir::Expr>(ir::Expr{{}, ref});
  const Here here;
  std::set<std::string> declared;
  c::Block& scope = out.scope();
  declareLooks(parser, here, value, declared, scope);
  scope.set(parser.region(0).dot("next_header_value"), valueOf(value, accessAt(parser, here)));
}

/// Converts places in the packet to places among the stripped bytes; retained headers become absent.
void finishPlaces(const Parser& parser, const ir::Decapsulation& decap, c::Block& out) {
  for (unsigned i = 0; i < parser.program.in_record.size(); i++) {
    const ir::InRecord& in = parser.program.in_record[i];
    const c::Expr where = c::name("p").arrow("where").at(i);
    auto region = in.region;
    if (std::count(decap.covered.begin(), decap.covered.end(), in.instance)) region = decap.region;
    if (!region) {
      out.set(where.dot("count"), 0);
      continue;
    }
    if (decap.whole) continue;
    c::Expr base = parser.region(*region).dot("at");
    for (unsigned earlier = 0; earlier < *region; earlier++) base = base - parser.region(earlier).dot("length");
    out.change(where.dot("at"), "-", base);
  }
}

}  // namespace

void markRegion(Parser& parser, const Here&, unsigned region, c::Block& out) {
  out.set(parser.region(region).dot("at"), c::name("cursor"));
  const auto& next_header = parser.program.regions[region].next_header;
  if (!next_header) return;
  if (!parser.ingress && parser.moved()) loadMoved(parser, parser.moved()->retained, out);
  const c::Expr next_header_at = parser.region(region).dot("next_header_at");
  out.set(next_header_at, parser.latest(next_header->instance) + next_header->header_offset);
  // A stack was filled in a loop: the place of its last element is laundered, like the cursor.
  if (parser.program.instances[next_header->instance].is_stack) out.set(next_header_at, laundered(next_header_at));
}

void emitDecapsulation(Parser& parser, const Here&, const ir::Decapsulation& decap, c::Block& out) {
  const ir::Program& program = parser.program;
  const unsigned last = static_cast<unsigned>(program.regions.size()) - 1;
  const c::Expr region = parser.region(decap.region), cursor = c::name("cursor");
  if (decap.empty) {
    out.set(region.dot("length"), 0);
  } else if (decap.whole) {
    if (program.mixedWhole()) out.set(c::name("p").arrow("whole"), 1);
    out.set(region.dot("at"), 0);
    for (unsigned i = 0; i < last; i++) out.set(parser.region(i).dot("length"), 0);
    out.set(region.dot("length"), cursor);
  } else {
    out.set(region.dot("length"), cursor - region.dot("at"));
  }
  if (const ir::Move* move = parser.moved()) loadMoved(parser, decap.empty ? move->retained : move->stripped, out);
  if (decap.next_header_value) out.set(region.dot("next_header_value"), c::hex(*decap.next_header_value));
  // A static proxy pushes headers at fixed offsets, and may strip others.
  if ((!program.fixed_layout || program.kind == plan::Kind::Static) && !decap.empty)
    parser.leaveIf(region.dot("length") > program.regions[decap.region].max_bytes, decap.too_deep, out);
  for (unsigned instance : decap.covered) {
    if (parser.graph.uses[instance].counted) out.set(parser.count(instance), 0);
    clearInKey(parser, instance, out);
  }
  if (decap.region == last && !program.fixed_layout) finishPlaces(parser, decap, out);
}

void noteStripped(const Parser& parser, unsigned instance, c::Block& out) {
  const auto index = parser.program.placeInRecord(instance);
  if (!index) return;
  const c::Expr where = c::name("p").arrow("where").at(*index), count = parser.count(instance);
  if (!parser.program.instances[instance].is_stack) {
    out.set(where, c::literal("struct sfc_where", {c::name("cursor"), 1}));
    return;
  }
  out.when(!count).set(where.dot("at"), c::name("cursor"));
  out.set(where.dot("count"), count + 1);
}

}  // namespace sfc::emit_bpf
