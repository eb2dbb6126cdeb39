// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/edits.h"

#include "compiler/emit_bpf/expressions.h"
#include "compiler/emit_bpf/walk.h"

namespace sfc::emit_bpf {

namespace {

/// `on return` works on the record: region->at and region->length say which of its bytes are left. A header that is not
/// there any more reads as 0, and assigning to it changes nothing.
class EditEmitter {
public:
  EditEmitter(const plan::Program& program, const SourceMap& sources, Writer& out)
      : program_(program), model_(program.model), sources_(sources), out_(out) {
    access_.field = [this](const model::FieldRef& ref) {
      const model::Header& header = headerOf(ref.instance);
      return fmt::format("({} ? {} : 0)", present(ref), loadField(base(ref), header.fields[ref.field], header.size));
    };
    access_.stack_size = [this](unsigned instance) {
      const unsigned offset = offsetOf(instance), size = headerOf(instance).size;
      return fmt::format("(region->length > {0} ? (region->length - {0}) / {1} : 0)", offset, size);
    };
  }

  void all(const std::vector<model::Statement>& statements) {
    for (const model::Statement& statement : statements) {
      lineDirective(statement.range, sources_, out_);
      std::visit([&](const auto& node) { one(node); }, statement.node);
    }
  }

private:
  const model::Header& headerOf(unsigned instance) const { return model_.headers[model_.instances[instance].header]; }

  unsigned offsetOf(unsigned instance) const {
    for (const plan::Stripped& stripped : program_.plan.entry.record.stripped)
      if (stripped.name == model_.instances[instance].name) return stripped.offset;
    return 0;
  }

  unsigned offsetOf(const model::FieldRef& ref) const {
    return offsetOf(ref.instance) + ref.element * headerOf(ref.instance).size;
  }

  std::string present(const model::FieldRef& ref) const {
    const unsigned end = offsetOf(ref) + headerOf(ref.instance).size;
    // The second condition follows from the first, which the verifier does not know.
    return fmt::format("region->length >= {} && region->at <= {}", end, program_.plan.entry.record.max_bytes - end);
  }

  std::string base(const model::FieldRef& ref) const {
    return fmt::format("(record->bytes + region->at + {})", offsetOf(ref));
  }

  void one(const model::AssignVariable& node) {
    const uint64_t mask = (uint64_t{1} << model_.variables[node.variable].width_bits) - 1;
    out_.line("{} = {} & {:#x}ULL;", variableName(node.variable), print(node.value, access_), mask);
  }

  void one(const model::AssignField& node) {
    const model::Header& header = headerOf(node.field.instance);
    const model::Field& field = header.fields[node.field.field];
    const uint64_t mask = (uint64_t{1} << field.width_bits) - 1;
    out_.line("if ({}) {{", present(node.field));
    out_.indent();
    out_.line("__u64 value = {} & {:#x}ULL;", print(node.value, access_), mask);
    out_.line("{}", storeField(base(node.field), field, header.size, "value"));
    out_.outdent();
    out_.line("}}");
  }

  void one(const model::Pop& node) {
    const unsigned size = headerOf(node.instance).size;
    out_.line("if (region->length >= {}) {{", size);
    out_.indent();
    out_.line("region->at += {};", size);
    out_.line("region->length -= {};", size);
    out_.outdent();
    out_.line("}}");
  }

  void one(const model::If& node) {
    out_.line("if ({}) {{", print(node.condition, access_));
    out_.indent();
    all(node.then_branch);
    out_.outdent();
    if (!node.else_branch.empty()) {
      out_.line("}} else {{");
      out_.indent();
      all(node.else_branch);
      out_.outdent();
    }
    out_.line("}}");
  }

  // Parser statements, which sema keeps out of `on return`.
  void one(const model::Extract&) {}
  void one(const model::Verify&) {}
  void one(const model::Limit&) {}

  const plan::Program& program_;
  const model::Model& model_;
  const SourceMap& sources_;
  Writer& out_;
  Access access_;
};

void emitHiddenAccess(const plan::Hidden& hidden, const char* name, const char* arguments, const std::string& action,
                      Writer& out) {
  out.line("static __always_inline int {}(void *data, void *end, const struct sfc_packet *p{}) {{", name, arguments);
  out.indent();
  out.line("__u8 *field = sfc_at(data, end, p->hidden_at, {});", hidden.size);
  out.line("if (!field) return 0;");
  out.line("{}", action);
  out.line("return 1;");
  out.outdent();
  out.line("}}");
  out.blank();
}

}  // namespace

void emitHidden(const plan::Program& program, Writer& out) {
  const plan::Hidden& hidden = *program.hidden;
  const std::string saved = fmt::format("record->saved + {}", hidden.saved_offset);
  out.raw("#line 1 \"hidden\"\n");
  emitHiddenAccess(hidden, "spec_save", ", struct sfc_record *record",
                   fmt::format("__builtin_memcpy({}, field, {});", saved, hidden.size), out);
  emitHiddenAccess(hidden, "spec_rewrite", "", fmt::format("sfc_put{}(field, p->hidden_value);", hidden.size * 8), out);
}

void emitRestore(const plan::Program& program, Writer& out) {
  const plan::Hidden& hidden = *program.hidden;
  out.raw("#line 1 \"hidden\"\n");
  emitHiddenAccess(hidden, "spec_restoreInPlace", ", const struct sfc_record *record",
                   fmt::format("__builtin_memcpy(field, record->saved + {}, {});", hidden.saved_offset, hidden.size),
                   out);
  out.line(
      "static __always_inline int spec_restore(__u8 *head, const struct sfc_packet *p, const struct sfc_record "
      "*record) {{");
  out.indent();
  out.line("__u64 at = p->hidden_at;");
  out.line("barrier_var(at);");
  out.line("if (at > SFC_MAX_PREFIX - {}) return 0;", hidden.size);
  out.line("__builtin_memcpy(head + at, record->saved + {}, {});", hidden.saved_offset, hidden.size);
  out.line("return 1;");
  out.outdent();
  out.line("}}");
  out.blank();
}

void emitEdits(const plan::Program& program, const SourceMap& sources, Writer& out) {
  out.raw("#line 1 \"on return\"\n");
  out.line("static __always_inline void spec_onReturn(struct sfc_record *record, struct sfc_region *region) {{");
  out.indent();
  for (unsigned i = 0; i < program.model.variables.size(); i++)
    out.line("__u64 {} __maybe_unused = 0;", variableName(i));
  if (!program.model.params.empty()) {
    out.line("struct sfc_params *params = sfc_paramsHere();");
    out.line("if (!params) return;");
  }
  EditEmitter(program, sources, out).all(program.model.on_return);
  out.outdent();
  out.line("}}");
  out.blank();
}

}  // namespace sfc::emit_bpf
