// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_bpf/edits.h"

#include <algorithm>

#include "compiler/emit_bpf/expressions.h"
#include "compiler/emit_bpf/telemetry.h"
#include "compiler/emit_bpf/walk.h"

namespace sfc::emit_bpf {

namespace {

/// How C gets at a header among the stripped bytes.
class StrippedAccess {
public:
  explicit StrippedAccess(const ir::Program& program) : program_(program), fixed_(program.fixed_layout) {}

  const ir::Header& headerOf(unsigned instance) const { return program_.headerOf(instance); }

  /// An expression of type __u8*: the header, or 0 if the packet has none.
  std::string pointer(unsigned instance, const Element& element) const {
    if (fixed_ && element.number) return fixedPointer(instance, *element.number);
    std::string stack = where(instance);
    if (fixed_)
      stack = fmt::format("((struct sfc_where){{gap->length + {}, {}}})", fixedOffset(instance), count(instance));
    return fmt::format("sfc_element(bytes, {}, {}, {})", stack, element.text, headerOf(instance).size);
  }

  std::string count(unsigned instance) const {
    if (!fixed_) return fmt::format("((__u64)record->where[{}].count)", indexOf(instance));
    const unsigned offset = fixedOffset(instance), size = headerOf(instance).size;
    if (!program_.instances[instance].is_stack) return fmt::format("((__u64)(record->length[0] >= {}))", offset + size);
    return fmt::format("(record->length[0] - gap->length > {0} ? (record->length[0] - gap->length - {0}) / {1} : 0)",
                       offset, size);
  }

  std::string where(unsigned instance) const { return fmt::format("record->where[{}]", indexOf(instance)); }
  bool fixed() const { return fixed_; }

  unsigned fixedOffset(unsigned instance) const { return program_.in_record[indexOf(instance)].offset; }

  unsigned indexOf(unsigned instance) const { return program_.placeInRecord(instance).value(); }

private:
  std::string fixedPointer(unsigned instance, unsigned element) const {
    const unsigned size = headerOf(instance).size;
    const unsigned at = fixedOffset(instance) + element * size;
    // Only a stack is popped, and it is the last of these headers.
    if (!program_.instances[instance].is_stack)
      return fmt::format("(record->length[0] >= {} ? bytes + {} : 0)", at + size, at);
    // The second condition follows from the first, which the verifier does not know.
    return fmt::format("(record->length[0] - gap->length >= {} && gap->length <= {} ? bytes + gap->length + {} : 0)",
                       at + size, program_.record.max_bytes - at - size, at);
  }

  const ir::Program& program_;
  const bool fixed_;
};

/// Does the device take the packet if it grows by `size` bytes?
const char* const may_grow = "sfc_mayGrowBy(skb, length, gap, size)";

/// A header that is not there reads as 0, and assigning to it changes nothing.
class EditEmitter {
public:
  EditEmitter(const ir::Program& program, HeaderAccess headers, const SourceMap& sources, Writer& out)
      : program_(program),

        arguments_(telemetryArguments(program)),
        headers_(std::move(headers)),
        stripped_(program),
        sources_(sources),
        out_(out) {
    access_.field = [this, &program](const ir::FieldRef& ref) {
      const ir::Header& header = stripped_.headerOf(ref.instance);
      if (const auto kept = program.placeInKept(ref.instance))
        return fmt::format(
            "({{ const __u8 *h = sfc_keptHere((void *)(long){0}->data, (void *)(long){0}->data_end, p->kept[{1}], "
            "{2}); "
            "h ? {3} : 0; }})",
            program.plan.kind == plan::Kind::Proxy ? "skb" : "ctx", *kept, header.size,
            loadField("h", header.fields[ref.field], header.size));
      return fmt::format("({{ const __u8 *h = {}; h ? {} : 0; }})", pointer(ref),
                         loadField("h", header.fields[ref.field], header.size));
    };
    access_.stack_size = headers_.count;
    access_.end = [this](unsigned instance) {
      return fmt::format("({{ const __u8 *header = {}; header ? {} : SFC_NOWHERE; }})", headers_.pointer(instance, 0),
                         endOf(instance));
    };
    access_.telemetry = [this](const ir::TelemetryRef& ref) {
      if (ref.what == ir::TelemetryRef::What::Needed)
        return fmt::format("spec_needed_{}({})", ref.telemetry, arguments_);
      std::string size = fmt::format("spec_size_{}({})", ref.telemetry, arguments_);
      if (ref.what == ir::TelemetryRef::What::Size) return size;
      const bool fits = ref.what == ir::TelemetryRef::What::Fits;
      if (!fits)
        return fmt::format("({{ __u64 size = {}; (__u64)spec_holds_{}({}, size); }})", size, ref.telemetry, arguments_);
      return fmt::format("({{ __u64 size = {0}; fits_{1} = spec_holds_{1}({2}, size) && {3}; (__u64)fits_{1}; }})",
                         size, ref.telemetry, arguments_, may_grow);
    };
  }

  const Access& access() const { return access_; }

  /// To the stripped field goes what the kept one said when the packet returned.
  void moveBack(const ir::Move& move) {
    open();
    out_.line("__u8 *to = {};", pointer(move.stripped));
    out_.line("const __u64 value = p->region[0].hidden_value;");
    out_.line("if (to) {}",
              storeField("to", fieldOf(move.stripped), stripped_.headerOf(move.stripped.instance).size, "value"));
    close();
  }

  void all(const std::vector<ir::Edit>& statements) {
    for (const ir::Edit& statement : statements) {
      lineDirective(statement.range, sources_, out_);
      std::visit([&](const auto& node) { one(node); }, statement.node);
      if (!std::holds_alternative<ir::If>(statement.node) && !std::holds_alternative<ir::Drop>(statement.node))
        changed();
    }
  }

private:
  std::string pointer(const ir::FieldRef& ref) const { return headers_.pointer(ref.instance, ref.element); }

  const ir::Field& fieldOf(const ir::FieldRef& ref) const { return stripped_.headerOf(ref.instance).fields[ref.field]; }

  void open() {
    out_.line("{{");
    out_.indent();
  }

  void close() {
    out_.outdent();
    out_.line("}}");
  }

  void one(const ir::AssignVariable& node) {
    const uint64_t mask = (uint64_t{1} << program_.variables[node.variable].width_bits) - 1;
    out_.line("{} = {} & {:#x}ULL;", variableName(node.variable), print(node.value, access_), mask);
  }

  void one(const ir::AssignField& node) {
    const ir::Header& header = stripped_.headerOf(node.field.instance);
    const ir::Field& field = header.fields[node.field.field];
    const uint64_t mask = (uint64_t{1} << field.width_bits) - 1;
    open();
    out_.line("__u8 *to = {};", pointer(node.field));
    out_.line("if (to) {{");
    out_.indent();
    out_.line("__u64 value = {} & {:#x}ULL;", print(node.value, access_), mask);
    out_.line("{}", storeField("to", field, header.size, "value"));
    close();
    close();
  }

  void one(const ir::CopyField& node) {
    open();
    out_.line("__u8 *to = {};", pointer(node.to));
    out_.line("const __u8 *from = {};", node.index
                                            ? headers_.pointer(node.from.instance, Element(print(node.index, access_)))
                                            : pointer(node.from));
    out_.line("if (to && from) __builtin_memmove(to + {}, from + {}, {});", fieldOf(node.to).offset_bits / 8,
              fieldOf(node.from).offset_bits / 8, fieldOf(node.to).width_bits / 8);
    close();
  }

  void one(const ir::SwapFields& node) {
    const unsigned size = fieldOf(node.left).width_bits / 8;
    open();
    out_.line("__u8 *left = {}, *right = {}, kept[{}];", pointer(node.left), pointer(node.right), size);
    out_.line("if (left && right) {{");
    out_.indent();
    out_.line("left += {};", fieldOf(node.left).offset_bits / 8);
    out_.line("right += {};", fieldOf(node.right).offset_bits / 8);
    out_.line("__builtin_memcpy(kept, left, {});", size);
    out_.line("__builtin_memcpy(left, right, {});", size);
    out_.line("__builtin_memcpy(right, kept, {});", size);
    close();
    close();
  }

  void one(const ir::Drop& node) { out_.line("return {};", node.exit); }

  void one(const ir::Pop& node) {
    const unsigned size = stripped_.headerOf(node.instance).size;
    if (stripped_.fixed()) {
      out_.line("if (record->length[0] - gap->length >= {}) {{", stripped_.fixedOffset(node.instance) + size);
      out_.indent();
      out_.line("gap->at = {};", stripped_.fixedOffset(node.instance));
    } else {
      const std::string where = stripped_.where(node.instance);
      out_.line("if ({}.count) {{", where);
      out_.indent();
      out_.line("if (!gap->length) gap->at = {}.at;", where);
      out_.line("{}.at += {};", where, size);
      out_.line("{}.count--;", where);
    }
    out_.line("gap->length += {};", size);
    close();
  }

  /// What has been found to fit need not fit any more.
  void changed() {
    if (program_.kind != plan::Kind::Proxy) return;
    for (unsigned i = 0; i < program_.telemetry.size(); i++) out_.line("fits_{} = 0;", i);
  }

  /// Where a header that is there, as `header`, ends, counted from the first stripped byte.
  std::string endOf(unsigned instance) const {
    const ir::Header& header = stripped_.headerOf(instance);
    std::string variable;
    if (header.variable_bits) {
      Access own;
      own.own_base = "header";
      own.own_header = &header;
      variable = fmt::format(" + ({} >> 3)", print(header.variable_bits, own));
    }
    return fmt::format("(__u64){}.at + {}{}", stripped_.where(instance), header.size, variable);
  }

  /// Opens a block with the header as `header`, if it is there, its end as `end`, counted from the first stripped byte,
  /// and the bytes of the data, if they hold it, as `size`.
  void openTelemetry(unsigned telemetry, unsigned instance, const std::string& condition) {
    open();
    out_.line("const __u8 *header = {};", headers_.pointer(instance, 0));
    out_.line("const __u64 size = spec_size_{}({});", telemetry, arguments_);
    out_.line("if (header && {}) {{", condition);
    out_.indent();
    out_.line("__u64 end = {};", endOf(instance));
  }

  void one(const ir::PushHeaders& node) {
    unsigned bytes = 0;
    std::string there;
    for (const unsigned instance : node.instances) {
      bytes += stripped_.headerOf(instance).size;
      there += fmt::format("{}{}.count", there.empty() ? "" : " || ", stripped_.where(instance));
    }
    out_.line("if (!({}) && sfc_mayGrowBy(skb, length, gap, {}) && sfc_append(bytes, length, {})) {{", there, bytes,
              bytes);
    out_.indent();
    unsigned at = 0;
    for (const unsigned instance : node.instances) {
      out_.line("{} = (struct sfc_where){{length + {}, 1}};", stripped_.where(instance), at);
      at += stripped_.headerOf(instance).size;
    }
    for (const ir::Move& move : program_.moves) announce(move);
    out_.line("record->length[{}] += {};", program_.regions.size() - 1, bytes);
    out_.line("length += {};", bytes);
    close();
  }

  /// The kept field says that the headers are there, and they have what it said.
  void announce(const ir::Move& move) {
    const ir::Region& region = program_.regions.front();
    const ir::Hidden& hidden = *region.hidden;
    const std::string load = hidden.size == 1 ? "sfc_load8" : fmt::format("sfc_be{}", hidden.size * 8);
    moveBack(move);
    out_.line("if (!length) {{");
    out_.line("  sfc_put{0}(record->saved, ({1}(record->saved) & ~{2:#x}ULL) | {3:#x}ULL);", hidden.size * 8, load,
              hidden.mask, region.push_value << hidden.shift);
    out_.line("  insert->first = 1;");
    out_.line("}}");
  }

  void one(const ir::Insert& node) {
    openTelemetry(
        node.telemetry, node.instance,
        fmt::format("(fits_{0} || (spec_holds_{0}({1}, size) && {2}))", node.telemetry, arguments_, may_grow));
    out_.line("spec_measure_{}({}, pushed);", node.telemetry, arguments_);
    out_.line("insert->at = end;");
    out_.line("insert->length = end <= length ? size : 0;");
    close();
    close();
  }

  void one(const ir::PushRoom& node) {
    const unsigned most = program_.telemetry[node.telemetry].max_bytes;
    openTelemetry(
        node.telemetry, node.instance,
        fmt::format("(fits_{0} || (spec_holds_{0}({1}, size) && {2}))", node.telemetry, arguments_, may_grow));
    out_.line("if (end == length && size <= {0} && sfc_append(bytes, length, {0})) {{", most);
    out_.line("  record->length[{}] += size;", program_.regions.size() - 1);
    out_.line("  length += size;");
    out_.line("}}");
    close();
    close();
  }

  void one(const ir::Write& node) {
    openTelemetry(node.telemetry, node.instance, fmt::format("spec_holds_{}({}, size)", node.telemetry, arguments_));
    out_.line("const __u64 at = {};", print(node.at, access_));
    out_.line("if (end <= length && at <= length - end && size <= length - end - at) {{");
    out_.indent();
    out_.line("spec_measure_{}({}, pushed);", node.telemetry, arguments_);
    out_.line("sfc_overwrite(bytes, end + at, pushed, size);");
    close();
    close();
    close();
  }

  void one(const ir::Report& node) { out_.line("spec_report_{}({});", node.telemetry, arguments_); }

  void one(const ir::If& node) {
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
    if (program_.forgets_pops && ir::popsIn(node.then_branch) + ir::popsIn(node.else_branch) > 0) {
      out_.line("gap->at = sfc_forget(c, gap->at);");
      out_.line("gap->length = sfc_forget(c, gap->length);");
    }
  }

  const ir::Program& program_;
  const char* const arguments_;  // of the functions of telemetry
  const HeaderAccess headers_;
  const StrippedAccess stripped_;
  const SourceMap& sources_;
  Writer& out_;
  Access access_;
};

/// Copies a field as one word: byte by byte it would be slow, and slow to read as a word right after.
std::string copy(const std::string& to, const std::string& from, unsigned size) {
  return fmt::format("*(__u{0} *)({1}) = *(const __u{0} *)({2})", size * 8, to, from);
}

/// Writes a function whose body does `action(region, hidden)` for every region with a hidden field.
template <typename Action>
void emitHiddenFunction(const ir::Program& program, const std::string& head, Action action, Writer& out) {
  out.line("static __always_inline int {} {{", head);
  out.indent();
  for (unsigned i = 0; i < program.regions.size(); i++) {
    const auto& hidden = program.regions[i].hidden;
    if (!hidden) continue;
    std::string condition;
    if (program.regions.size() > 1) condition = fmt::format("p->region[{}].length", i);
    action(i, *hidden, condition);
  }
  out.line("return 1;");
  out.outdent();
  out.line("}}");
  out.blank();
}

/// The headers with derived fields, the last on the wire first: a checksum may cover those behind it.
class DerivedEmitter {
public:
  DerivedEmitter(const ir::Program& program, Writer& out) : program_(program), stripped_(program), out_(out) {}

  void wantsSum() {
    out_.line("static __always_inline int spec_wantsSum(const struct sfc_record *record) {{");
    out_.indent();
    each([&](unsigned index, const ir::Header&, const ir::Field& field) {
      if (field.derived != ir::Derived::TailChecksum && field.derived != ir::Derived::PseudoChecksum) return;
      // Of a stack, another element may be the first one when it comes back, with a checksum of its own.
      const bool may_be_none = field.zero_is_none && !program_.instances[program_.in_record[index].instance].is_stack;
      const char* nonzero = may_be_none ? " && sfc_load16(h)" : "";
      out_.line("{{");
      out_.line("  const __u8 *h = sfc_headerAt((__u8 *)record->bytes, record->where[{}], {}, 2);", index,
                field.offset_bits / 8);
      out_.line("  if (h{}) return 1;", nonzero);
      out_.line("}}");
    });
    out_.line("return 0;");
    out_.outdent();
    out_.line("}}");
    out_.blank();
  }

  void finish() {
    out_.line("static __always_inline int spec_finish(struct sfc_record *record, __u64 length) {{");
    out_.indent();
    out_.line("int finished = 0;");
    for (size_t i = program_.in_record.size(); i-- > 0;)
      for (const ir::Field& field : headerOf(i).fields)
        if (field.before || field.protocol != 0) finish(static_cast<unsigned>(i), field);
    out_.line("return finished;");
    out_.outdent();
    out_.line("}}");
    out_.blank();
  }

  void derive() {
    out_.line(
        "static __always_inline int spec_derive(struct sfc_record *record, struct sfc_work *work, const struct "
        "sfc_change *change) {{");
    out_.indent();
    each([&](unsigned index, const ir::Header&, const ir::Field& field) {
      if (field.derived != ir::Derived::Length) return;
      out_.line("if (sfc_fixLength(work->after, record->where[{}], {}, change)) return 0;", index,
                field.offset_bits / 8);
    });
    for (size_t i = program_.in_record.size(); i-- > 0;)
      for (const ir::Field& field : headerOf(i).fields) checksum(static_cast<unsigned>(i), field);
    out_.line("return 1;");
    out_.outdent();
    out_.line("}}");
    out_.blank();
  }

private:
  const ir::Header& headerOf(size_t index) const { return program_.headerOf(program_.in_record[index].instance); }

  template <typename Visit>
  void each(Visit visit) {
    for (unsigned i = 0; i < program_.in_record.size(); i++)
      for (const ir::Field& field : headerOf(i).fields) visit(i, headerOf(i), field);
  }

  void checksum(unsigned index, const ir::Field& field) {
    using ir::Derived;
    if (field.derived == Derived::No || field.derived == Derived::Length) return;
    const std::string where = fmt::format("record->where[{}]", index);
    const bool tail = field.derived != Derived::HeaderChecksum;
    out_.line("if ({}) {{", isThere(index, field));
    out_.indent();
    out_.line("__u64 from = {};", beginning(index, field));
    out_.line("__u32 pseudo = 0;");
    if (field.derived == Derived::PseudoChecksum) pseudoHeader(index);
    out_.line("__u64 n = {};", tail ? "change->length > from ? change->length - from : 0" : headerBytes(index));
    out_.line("sfc_fixChecksum(work, {}, {}, from, n, {}, {}, pseudo, change);", where, field.offset_bits / 8,
              tail ? 1 : 0, field.zero_is_none ? 1 : 0);
    out_.outdent();
    out_.line("}}");
  }

  /// Does the packet have the header of a checksum, and what it covers before that?
  static std::string isThere(unsigned index, const ir::Field& field) {
    const std::string there = fmt::format("record->where[{}].count", index);
    return field.before.value_or(0) ? fmt::format("{} && record->where[{}].at >= {}", there, index, *field.before)
                                    : there;
  }

  /// Where what a checksum covers begins.
  static std::string beginning(unsigned index, const ir::Field& field) {
    const std::string at = fmt::format("record->where[{}].at", index);
    return field.before.value_or(0) ? fmt::format("{} - {}", at, *field.before) : at;
  }

  void finish(unsigned index, const ir::Field& field) {
    out_.line("if ({}) {{", isThere(index, field));
    out_.indent();
    out_.line("const __u64 from = {};", beginning(index, field));
    out_.line("__u32 pseudo = {:#x};", (field.protocol & 0xFF) << 8);
    for (unsigned i = 0; i < program_.in_record.size(); i++)
      for (const ir::Field& part : headerOf(i).fields) {
        const bool own_length = i == index && field.protocol && part.derived == ir::Derived::Length;
        if (!own_length && !(field.protocol && part.is_pseudo && i != index)) continue;
        if (own_length)
          out_.line("{{");
        else
          out_.line("if (record->where[{}].at < from) {{", i);
        out_.line("  const __u8 *h = sfc_headerAt(record->bytes, record->where[{}], {}, {});", i, part.offset_bits / 8,
                  part.width_bits / 8);
        out_.line("  if (h) pseudo += sfc_wordsSum(h, {});", part.width_bits / 16);
        out_.line("}}");
      }
    out_.line("const __u8 *field = sfc_headerAt(record->bytes, record->where[{}], {}, 2);", index,
              field.offset_bits / 8);
    out_.line("if (field && sfc_isStarted(sfc_load16(field), pseudo, {}))", field.zero_is_none ? 1 : 0);
    out_.line("  finished |= sfc_finishChecksum(record, length, from, {}, pseudo, {});",
              field.offset_bits / 8 + field.before.value_or(0), field.zero_is_none ? 1 : 0);
    out_.outdent();
    out_.line("}}");
  }

  /// What changed in the pseudo-header: addresses of the headers before this one, and its length, as it says itself.
  void pseudoHeader(unsigned index) {
    for (unsigned i = 0; i < program_.in_record.size(); i++)
      for (const ir::Field& field : headerOf(i).fields)
        if (field.is_pseudo && i != index)
          out_.line(
              "if (record->where[{0}].count && record->where[{0}].at < from) pseudo = sfc_fold(sfc_changeOf(work, "
              "record->where[{0}].at + {1}, {2}, pseudo));",
              i, field.offset_bits / 8, field.width_bits / 8);
    for (const ir::Field& field : headerOf(index).fields)
      if (field.derived == ir::Derived::Length) {
        out_.line("const __u8 *old = sfc_headerAt(work->before, record->where[{}], {}, 2);", index,
                  field.offset_bits / 8);
        out_.line("const __u8 *new = sfc_headerAt(work->after, record->where[{}], {}, 2);", index,
                  field.offset_bits / 8);
        out_.line("if (old && new) pseudo += sfc_load16(new) + (__u16)~sfc_load16(old);");
      }
  }

  /// The size of a header, its variable-length field included.
  std::string headerBytes(unsigned index) {
    const ir::Header& header = headerOf(index);
    if (!header.variable_bits) return std::to_string(header.size);
    Access access;
    access.own_base = "h";
    access.own_header = &header;
    return fmt::format(
        "({{ const __u8 *h = sfc_headerAt(work->after, record->where[{}], 0, {}); h ? {} + ({} >> 3) : 0; }})", index,
        header.size, header.size, print(header.variable_bits, access));
  }

  const ir::Program& program_;
  const StrippedAccess stripped_;
  Writer& out_;
};

}  // namespace

void emitHidden(const ir::Program& program, Writer& out) {
  const auto conditions = [](const std::string& first, const std::string& second) {
    const std::string both = first.empty() ? second : second.empty() ? first : first + " && " + second;
    return both.empty() ? both : fmt::format("if ({}) ", both);
  };
  const bool pushes = program.plan.kind == plan::Kind::Classifier;
  const std::string not_whole = program.mixedWhole() ? "!p->whole" : "";
  const std::string not_whole_record = program.mixedWhole() ? "!record->whole[0]" : "";
  out.raw("#line 1 \"hidden\"\n");
  const auto inPlace = [&](const char* head, const char* action) {
    emitHiddenFunction(
        program, head,
        [&](unsigned i, const ir::Hidden& hidden, const std::string& condition) {
          out.line("{}{{", conditions(condition, not_whole));
          out.line("  __u8 *field = sfc_at(data, end, p->region[{}].hidden_at, {});", i, hidden.size);
          out.line("  if (!field) return 0;");
          out.line(
              fmt::runtime(action), fmt::arg("i", i), fmt::arg("size", hidden.size), fmt::arg("bits", hidden.size * 8),
              fmt::arg("pushed", program.regions[i].push_value),
              fmt::arg("save", copy(fmt::format("record->saved + {}", hidden.saved_offset), "field", hidden.size)),
              fmt::arg("restore", copy("field", fmt::format("record->saved + {}", hidden.saved_offset), hidden.size)));
          out.line("}}");
        },
        out);
  };
  if (!pushes) {
    inPlace("spec_save(void *data, void *end, const struct sfc_packet *p, struct sfc_record *record)", "  {save};");
    inPlace("spec_rewrite(void *data, void *end, const struct sfc_packet *p)",
            "  sfc_put{bits}(field, p->region[{i}].hidden_value);");
    inPlace("spec_exchange(void *data, void *end, const struct sfc_packet *p, struct sfc_record *record)",
            "  {save}; sfc_put{bits}(field, p->region[{i}].hidden_value);");
  }
  inPlace("spec_restoreInPlace(void *data, void *end, const struct sfc_packet *p, const struct sfc_record *record)",
          pushes ? "  sfc_put{bits}(field, {pushed:#x});" : "  {restore};");
  emitHiddenFunction(
      program,
      "spec_restore(const __u32 i, __u8 *head, __u64 from, const struct sfc_packet *p, const struct sfc_record "
      "*record)",
      [&](unsigned i, const ir::Hidden& hidden, const std::string&) {
        out.line("{}{{", conditions(fmt::format("i == {}", i), not_whole_record));
        out.line("  __u64 at = p->region[{}].hidden_at - from;", i);
        out.line("  barrier_var(at);");
        out.line("  if (at > SFC_MAX_PREFIX - {}) return 0;", hidden.size);
        if (pushes)
          out.line("  sfc_put{}(head + at, {:#x});", hidden.size * 8, program.regions[i].push_value);
        else
          out.line("  {};", copy("head + at", fmt::format("record->saved + {}", hidden.saved_offset), hidden.size));
        out.line("}}");
      },
      out);
}

void emitEditsInPlace(const ir::Program& program, const std::vector<ir::Edit>& edits, const HeaderAccess& headers,
                      const SourceMap& sources, Writer& out) {
  EditEmitter(program, headers, sources, out).all(edits);
}

namespace {

/// The variables and parameters of edits of stripped headers.
void declareParams(const ir::Program& program, const char* failure, Writer& out) {
  for (unsigned i = 0; i < program.variables.size(); i++) out.line("__u64 {} __maybe_unused = 0;", variableName(i));
  if (!program.params.empty()) {
    out.line("struct sfc_params *params = sfc_paramsHere();");
    out.line("if (!params) return {};", failure);
  } else if (!program.telemetry.empty()) {
    out.line("const struct sfc_params *params = 0;");
  }
}

/// The per-CPU state, if the edits want it.
void declareCounters(const ir::Program& program, const char* failure, Writer& out) {
  bool wanted = program.measured.tai || !program.telemetry.empty() || program.measured.flight || program.forgets_pops;
  for (const std::vector<ir::Edit>* edits : {&program.on_arrival, &program.on_return})
    ir::visitExpressions(
        *edits, [&](const ir::Expr& part) { wanted = wanted || std::holds_alternative<ir::Sampled>(part.node); });
  if (!wanted) return;
  out.line("struct sfc_counters *c = sfc_countersHere();");
  out.line("if (!c) return {};", failure);
}

void declareTai(const ir::Program& program, const char* now, Writer& out) {
  if (program.measured.tai)
    out.line("const __u64 tai_ahead __maybe_unused = {1}sfc_taiAhead(c, {0}){2};", now,
             program.timed ? fmt::format("{} ? ", now) : "", program.timed ? " : 0" : "");
  else if (!program.telemetry.empty())
    out.line("const __u64 tai_ahead = 0;");
}

void endFunction(Writer& out) {
  out.line("return 0;");
  out.outdent();
  out.line("}}");
  out.blank();
}

}  // namespace

void emitEdits(const ir::Program& program, const SourceMap& sources, Writer& out) {
  const bool returns = program.plan.kind == plan::Kind::Proxy;
  out.raw(returns ? "#line 1 \"on return\"\n" : "#line 1 \"on arrival\"\n");
  const StrippedAccess stripped(program);
  EditEmitter edits(program,
                    {[&](unsigned instance, const Element& element) { return stripped.pointer(instance, element); },
                     [&](unsigned instance) { return stripped.count(instance); }},
                    sources, out);
  emitTelemetry(program, edits.access(), out);
  if (!returns) {
    out.line(
        "static __always_inline __u32 spec_onArrival(struct xdp_md *ctx, const struct sfc_packet *p, struct sfc_record "
        "*record, __u8 *bytes, const struct sfc_gap *gap) {{");
    out.indent();
    declareParams(program, "SFC_C_RX_DROP_HEADROOM", out);
    declareCounters(program, "SFC_C_RX_DROP_HEADROOM", out);
    declareTai(program, "record->arrived[0]", out);
    edits.all(program.on_arrival);
    return endFunction(out);
  }
  out.line(
      "static __always_inline __u32 spec_onReturn(struct __sk_buff *skb, const struct sfc_packet *p, struct sfc_record "
      "*record, __u8 *bytes, __u64 length, struct sfc_gap *gap, struct sfc_insert *insert, __u8 *pushed) {{");
  out.indent();
  declareParams(program, "SFC_C_TX_DROP_INTERNAL", out);
  for (unsigned i = 0; i < program.telemetry.size(); i++) out.line("int fits_{} __maybe_unused = 0;", i);
  declareCounters(program, "SFC_C_TX_DROP_INTERNAL", out);
  if (program.measured.now)
    out.line("const __u64 now __maybe_unused = p->now[0];");
  else if (!program.telemetry.empty())
    out.line("const __u64 now = 0;");
  declareTai(program, "now", out);
  for (const ir::Move& move : program.moves) edits.moveBack(move);
  edits.all(program.on_return);
  endFunction(out);
}

void emitWantsSum(const ir::Program& program, Writer& out) {
  out.raw("#line 1 \"remembered\"\n");
  DerivedEmitter derived(program, out);
  derived.wantsSum();
  if (program.finishes_checksums) derived.finish();
}

void emitDerived(const ir::Program& program, Writer& out) {
  out.raw("#line 1 \"derived\"\n");
  DerivedEmitter(program, out).derive();
}

}  // namespace sfc::emit_bpf
