// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/next_header.h"

#include <fmt/format.h>

#include <functional>

#include "compiler/emit_bpf/expressions.h"

namespace sfc::emit_bpf {

namespace {

c::Expr regionOf(unsigned number) {
  return c::name("p").arrow("region").at(number);
}

/// Copies a field as one word: bytewise stores would be slow, and stall a load of the word right after.
void copyWord(const c::Expr& to, const c::Expr& from, unsigned size, c::Block& out) {
  const std::string word = fmt::format("__u{} *", size * 8);
  out.set(c::pointee(c::cast(word, to)), c::pointee(c::cast("const " + word, from)));
}

class NextHeaderEmitter {
public:
  NextHeaderEmitter(const ir::Program& program, c::Unit& unit) : program_(program), unit_(unit) {}

  void save() {
    inPlace("spec_save", {{"struct sfc_record *", "record"}},
            [](const ir::NextHeader& next_header, unsigned, c::Block& out) { saveField(next_header, out); });
  }
  void rewrite() { inPlace("spec_rewrite", {}, rewriteField); }
  void exchange() {
    inPlace("spec_exchange", {{"struct sfc_record *", "record"}},
            [](const ir::NextHeader& next_header, unsigned region, c::Block& out) {
              saveField(next_header, out);
              rewriteField(next_header, region, out);
            });
  }
  void deparseInPlace() {
    inPlace("spec_deparseInPlace", {{"const struct sfc_record *", "record"}},
            [this](const ir::NextHeader& next_header, unsigned region, c::Block& out) {
              deparseField(c::name("field"), next_header, region, out);
            });
  }

  /// The same among bytes that have been copied to `head`, from byte `from` of the frame on.
  void deparse() {
    c::Block& body = unit_.function("static __always_inline int", "spec_deparse",
                                    {{"const __u32", "i"},
                                     {"__u8 *", "head"},
                                     {"__u64", "from"},
                                     {"const struct sfc_packet *", "p"},
                                     {"const struct sfc_record *", "record"}});
    for (unsigned i = 0; i < program_.regions.size(); i++) {
      const auto& next_header = program_.regions[i].next_header;
      if (!next_header) continue;
      const c::Expr at = c::name("at"), is_this = c::name("i") == i;
      c::Block& block = body.when(program_.mixedWhole() ? is_this && !c::name("record").arrow("whole").at(0) : is_this);
      block.declare("__u64", "at", regionOf(i).dot("next_header_at") - c::name("from"));
      block.call("barrier_var", {at});
      block.when(at > c::name("SFC_MAX_PREFIX") - next_header->size).returns(0);
      deparseField(c::name("head") + at, *next_header, i, block);
    }
    body.returns(1);
  }

private:
  using Action = std::function<void(const ir::NextHeader&, unsigned region, c::Block& out)>;

  static c::Expr saved(const ir::NextHeader& next_header) {
    return c::name("record").arrow("saved") + next_header.saved_offset;
  }

  static void saveField(const ir::NextHeader& next_header, c::Block& out) {
    copyWord(saved(next_header), c::name("field"), next_header.size, out);
  }

  static void rewriteField(const ir::NextHeader& next_header, unsigned region, c::Block& out) {
    putBigEndian(c::name("field"), next_header.size, regionOf(region).dot("next_header_value"), out);
  }

  /// Headers that are pushed follow the same value in all packets.
  void deparseField(const c::Expr& field, const ir::NextHeader& next_header, unsigned region, c::Block& out) const {
    if (plan::pushesHeaders(program_.kind))
      putBigEndian(field, next_header.size, c::hex(program_.regions[region].push_value), out);
    else
      copyWord(field, saved(next_header), next_header.size, out);
  }

  /// A function that treats the field, at `field`, of each region that the packet has.
  void inPlace(std::string name, std::vector<c::Parameter> more, const Action& action) {
    std::vector<c::Parameter> parameters = {{"void *", "data"}, {"void *", "end"}, {"const struct sfc_packet *", "p"}};
    parameters.insert(parameters.end(), more.begin(), more.end());
    c::Block& body = unit_.function("static __always_inline int", std::move(name), std::move(parameters));
    for (unsigned i = 0; i < program_.regions.size(); i++) {
      const auto& next_header = program_.regions[i].next_header;
      if (!next_header) continue;
      std::vector<c::Expr> conditions;
      if (program_.regions.size() > 1) conditions.push_back(regionOf(i).dot("length"));
      if (program_.mixedWhole()) conditions.push_back(!c::name("p").arrow("whole"));
      const auto condition = c::joined("&&", conditions);
      c::Block& block = condition ? body.when(*condition) : body.scope();
      block.declare(
          "__u8 *", "field",
          c::call("sfc_at", {c::name("data"), c::name("end"), regionOf(i).dot("next_header_at"), next_header->size}));
      block.when(!c::name("field")).returns(0);
      action(*next_header, i, block);
    }
    body.returns(1);
  }

  const ir::Program& program_;
  c::Unit& unit_;
};

}  // namespace

void emitNextHeader(const ir::Program& program, c::Unit& unit) {
  unit.section("next_header");
  NextHeaderEmitter emitter(program, unit);
  const bool pushes = plan::pushesHeaders(program.kind);
  if (!pushes) emitter.save();
  if (!pushes || plan::discardsHeaders(program.kind)) emitter.rewrite();
  if (!pushes) emitter.exchange();
  emitter.deparseInPlace();
  emitter.deparse();
}

}  // namespace sfc::emit_bpf
