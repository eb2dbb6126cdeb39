// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/stripped.h"

#include "compiler/emit_bpf/expressions.h"

namespace sfc::emit_bpf {

namespace {

c::Expr popped() {
  return c::name("popped").arrow("length");
}

}  // namespace

c::Expr regionLength(unsigned number) {
  return c::name("record").arrow("length").at(number);
}

c::Expr StrippedHeaders::pointer(unsigned instance, const Element& element) const {
  if (program_.fixed_layout && element.number()) return fixedPointer(instance, *element.number());
  const c::Expr stack = program_.fixed_layout
                            ? c::literal("struct sfc_where", {popped() + fixedOffset(instance), count(instance)})
                            : where(instance);
  return c::call("sfc_element", {c::name("bytes"), stack, element.value(), program_.headerOf(instance).size});
}

c::Expr StrippedHeaders::count(unsigned instance) const {
  if (!program_.fixed_layout) return c::cast("__u64", where(instance).dot("count"));
  const unsigned offset = fixedOffset(instance), size = program_.headerOf(instance).size;
  if (!program_.instances[instance].is_stack) return c::cast("__u64", regionLength(0) >= offset + size);
  const c::Expr left = regionLength(0) - popped();
  return c::choose(left > offset, c::binary(left - offset, "/", size), 0);
}

c::Expr StrippedHeaders::where(unsigned instance) const {
  return c::name("record").arrow("where").at(indexOf(instance));
}

c::Expr StrippedHeaders::end(unsigned instance, const c::Expr& header) const {
  const ir::Header& type = program_.headerOf(instance);
  const c::Expr fixed = c::cast("__u64", where(instance).dot("at")) + type.size;
  return type.variable_bits ? fixed + (variableBits(type, header) >> 3) : fixed;
}

c::Expr StrippedHeaders::fixedPointer(unsigned instance, unsigned element) const {
  const unsigned size = program_.headerOf(instance).size;
  const unsigned at = fixedOffset(instance) + element * size;
  const c::Expr bytes = c::name("bytes");
  // Only a stack is popped, and it is the last of these headers.
  if (!program_.instances[instance].is_stack) return c::choose(regionLength(0) >= at + size, bytes + at, 0);
  // The second condition follows from the first, but the verifier does not know that.
  return c::choose(regionLength(0) - popped() >= at + size && popped() <= program_.record.max_bytes - at - size,
                   bytes + popped() + at, 0);
}

}  // namespace sfc::emit_bpf
