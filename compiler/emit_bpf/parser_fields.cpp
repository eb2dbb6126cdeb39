// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <fmt/format.h>

#include "compiler/emit_bpf/parser_parts.h"

namespace sfc::emit_bpf {

Access accessAt(const Parser& parser, const Here& here) {
  Access access;
  access.counters = c::name("c");
  access.ahead = c::name("ahead");
  if (!parser.program.params.empty()) access.params = c::name("params");
  access.field = [&parser, here](const ir::FieldRef& ref) {
    const unsigned size = parser.program.headerOf(ref.instance).size;
    const ir::Field field = parser.program.partOf(ref);
    if (saysWhatMoved(parser, here, ref)) return whatMoved(parser, ref);
    if (ir::isLast(ref, parser.program) && here.pointers.count(ref.instance))
      return loadField(parser.header(ref.instance), field, size);
    const c::Expr look = c::name(lookName(parser, ref));
    return c::choose(look, loadField(look, field, size), 0);
  };
  access.stack_size = [&parser](unsigned instance) { return c::cast("__u64", parser.count(instance)); };
  access.hit = [](unsigned table) { return c::name(fmt::format("hit{}", table)); };
  access.table_value = [](const ir::TableValueRef& ref) { return valueName(ref); };
  return access;
}

c::Expr valueName(const ir::TableValueRef& ref) {
  return c::name(fmt::format("value{}_{}", ref.table, ref.value));
}

bool saysWhatMoved(const Parser& parser, const Here& here, const ir::FieldRef& ref) {
  const ir::Move* move = parser.moved();
  const bool behind = here.node ? !parser.graph.nodes[*here.node].before_decap : here.behind_decap;
  return parser.ingress && move && behind && ref.instance == move->retained.instance &&
         ref.field == move->retained.field;
}

c::Expr whatMoved(const Parser& parser, const ir::FieldRef& ref) {
  const c::Expr value = parser.region(0).dot("next_header_value");
  return ref.isSlice() ? value >> ref.low & c::wide(onesOf(ref.bits)) : value;
}

std::string lookName(const Parser& parser, const ir::FieldRef& ref) {
  return fmt::format("look_{}_{}", parser.program.instances[ref.instance].name,
                     ref.element == ir::FieldRef::Last ? "last" : std::to_string(ref.element));
}

c::Expr placeOf(const Parser& parser, const ir::FieldRef& ref) {
  if (ir::isLast(ref, parser.program)) return parser.latest(ref.instance);
  return parser.first(ref.instance) + ref.element * parser.program.headerOf(ref.instance).size;
}

c::Expr isMissing(const Parser& parser, const ir::FieldRef& ref) {
  const unsigned element = ir::isLast(ref, parser.program) ? 0 : ref.element;
  return laundered(parser.count(ref.instance)) <= element;
}

void declareLooks(const Parser& parser, const Here& here, const ir::ExprPtr& expr, std::set<std::string>& declared,
                  c::Block& out) {
  visitFields(expr, [&](const ir::FieldRef& ref) {
    const bool last = ir::isLast(ref, parser.program);
    const std::string look = lookName(parser, ref);
    if ((last && here.pointers.count(ref.instance)) || !declared.insert(look).second) return;
    const c::Expr count = parser.count(ref.instance);
    const c::Expr at = c::call(
        "sfc_at", {c::name("data"), c::name("end"), placeOf(parser, ref), parser.program.headerOf(ref.instance).size});
    if (last && here.node && parser.graph.nodes[*here.node].there[ref.instance])
      out.declare("__u8 *", look, at);
    else if (last)
      out.declare("__u8 *", look, c::choose(count, at, 0));
    else
      out.declare("__u8 *", look, c::choose(count > ref.element, at, 0));
    // Else clang checks one pointer and reads by another one that it knows to be valid as well.
    out.call("barrier_var", {c::name(look)});
  });
}

}  // namespace sfc::emit_bpf
