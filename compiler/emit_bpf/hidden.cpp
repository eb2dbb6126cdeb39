// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/hidden.h"

#include <fmt/format.h>

#include <functional>

#include "compiler/emit_bpf/expressions.h"

namespace sfc::emit_bpf {

namespace {

c::Expr regionOf(unsigned number) {
  return c::name("p").arrow("region").at(number);
}

/// Copies a field as one word: byte by byte it would be slow, and slow to read as a word right after.
void copyWord(const c::Expr& to, const c::Expr& from, unsigned size, c::Block& out) {
  const std::string word = fmt::format("__u{} *", size * 8);
  out.set(c::pointee(c::cast(word, to)), c::pointee(c::cast("const " + word, from)));
}

class HiddenEmitter {
public:
  HiddenEmitter(const ir::Program& program, c::Unit& unit) : program_(program), unit_(unit) {}

  void save() {
    inPlace("spec_save", {{"struct sfc_record *", "record"}},
            [](const ir::Hidden& hidden, unsigned, c::Block& out) { saveField(hidden, out); });
  }
  void rewrite() { inPlace("spec_rewrite", {}, rewriteField); }
  void exchange() {
    inPlace("spec_exchange", {{"struct sfc_record *", "record"}},
            [](const ir::Hidden& hidden, unsigned region, c::Block& out) {
              saveField(hidden, out);
              rewriteField(hidden, region, out);
            });
  }
  void restoreInPlace() {
    inPlace("spec_restoreInPlace", {{"const struct sfc_record *", "record"}},
            [this](const ir::Hidden& hidden, unsigned region, c::Block& out) {
              restoreField(c::name("field"), hidden, region, out);
            });
  }

  /// The same among bytes that have been copied to `head`, from byte `from` of the frame on.
  void restore() {
    c::Block& body = unit_.function("static __always_inline int", "spec_restore",
                                    {{"const __u32", "i"},
                                     {"__u8 *", "head"},
                                     {"__u64", "from"},
                                     {"const struct sfc_packet *", "p"},
                                     {"const struct sfc_record *", "record"}});
    for (unsigned i = 0; i < program_.regions.size(); i++) {
      const auto& hidden = program_.regions[i].hidden;
      if (!hidden) continue;
      const c::Expr at = c::name("at"), is_this = c::name("i") == i;
      c::Block& block = body.when(program_.mixedWhole() ? is_this && !c::name("record").arrow("whole").at(0) : is_this);
      block.declare("__u64", "at", regionOf(i).dot("hidden_at") - c::name("from"));
      block.call("barrier_var", {at});
      block.when(at > c::name("SFC_MAX_PREFIX") - hidden->size).returns(0);
      restoreField(c::name("head") + at, *hidden, i, block);
    }
    body.returns(1);
  }

private:
  using Action = std::function<void(const ir::Hidden&, unsigned region, c::Block& out)>;

  static c::Expr saved(const ir::Hidden& hidden) { return c::name("record").arrow("saved") + hidden.saved_offset; }

  static void saveField(const ir::Hidden& hidden, c::Block& out) {
    copyWord(saved(hidden), c::name("field"), hidden.size, out);
  }

  static void rewriteField(const ir::Hidden& hidden, unsigned region, c::Block& out) {
    putBigEndian(c::name("field"), hidden.size, regionOf(region).dot("hidden_value"), out);
  }

  /// What a classifier pushes is the same for all packets.
  void restoreField(const c::Expr& field, const ir::Hidden& hidden, unsigned region, c::Block& out) const {
    if (program_.kind == plan::Kind::Classifier)
      putBigEndian(field, hidden.size, c::hex(program_.regions[region].push_value), out);
    else
      copyWord(field, saved(hidden), hidden.size, out);
  }

  /// A function whose body does something with the field of each region that the packet has, at `field`.
  void inPlace(std::string name, std::vector<c::Parameter> more, const Action& action) {
    std::vector<c::Parameter> parameters = {{"void *", "data"}, {"void *", "end"}, {"const struct sfc_packet *", "p"}};
    parameters.insert(parameters.end(), more.begin(), more.end());
    c::Block& body = unit_.function("static __always_inline int", std::move(name), std::move(parameters));
    for (unsigned i = 0; i < program_.regions.size(); i++) {
      const auto& hidden = program_.regions[i].hidden;
      if (!hidden) continue;
      std::vector<c::Expr> conditions;
      if (program_.regions.size() > 1) conditions.push_back(regionOf(i).dot("length"));
      if (program_.mixedWhole()) conditions.push_back(!c::name("p").arrow("whole"));
      const auto condition = c::joined("&&", conditions);
      c::Block& block = condition ? body.when(*condition) : body.scope();
      block.declare("__u8 *", "field",
                    c::call("sfc_at", {c::name("data"), c::name("end"), regionOf(i).dot("hidden_at"), hidden->size}));
      block.when(!c::name("field")).returns(0);
      action(*hidden, i, block);
    }
    body.returns(1);
  }

  const ir::Program& program_;
  c::Unit& unit_;
};

}  // namespace

void emitHidden(const ir::Program& program, c::Unit& unit) {
  unit.section("hidden");
  HiddenEmitter emitter(program, unit);
  if (program.kind != plan::Kind::Classifier) {
    emitter.save();
    emitter.rewrite();
    emitter.exchange();
  }
  emitter.restoreInPlace();
  emitter.restore();
}

}  // namespace sfc::emit_bpf
