// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/emit_cpp/telemetry_types.h"

#include <fmt/format.h>

#include <vector>

#include "compiler/emit_cpp/text.h"

namespace sfc::emit_cpp {

namespace {

const char* const ReaderBegin = R"(
/// Reads what the proxy reports. Each record goes to one reader, and a proxy has one at a time.
class Telemetry {
public:
  explicit Telemetry(sfc::TelemetryReader reader) : reader_(std::move(reader)) {}

  /// Calls `one` with each record that is there at this moment, if it takes one of this kind. Returns the number of all.
  template <typename Visitor>
  sfc::Result<size_t> read(Visitor&& one) {
    return reader_.read([&](const sfc::TelemetryRecord& record) {
)";

const char* const ReaderEnd = R"(    });
  }

  /// Returns when there are records, when a signal has come, or after this time. NotFound if the proxy has been unloaded.
  sfc::Result<void> wait(std::chrono::milliseconds most) { return reader_.wait(most); }

private:
  sfc::TelemetryReader reader_;
};
)";

/// The bits of the field that asks for items by which it asks for this one.
uint64_t maskOf(const plan::Telemetry& telemetry, const plan::TelemetryItem& item) {
  uint64_t mask = 0;
  for (unsigned bit = item.first; bit <= item.last; bit++) mask |= uint64_t{1} << (telemetry.gate_bits - 1 - bit);
  return mask;
}

void emitItem(const plan::Telemetry& telemetry, const plan::TelemetryItem& item, const std::string& identifier,
              Writer& out) {
  const std::string value = numberType(item.width_bits);
  const std::string get = fmt::format("sfc::wire::get<{}, {}>(bytes)", item.offset_bits, item.width_bits);
  out.blank();
  if (!item.gated) {
    out.line("/// {}.", bitsText(item.width_bits));
    out.line("{} {}() const {{ return {}; }}", value, identifier, get);
    return;
  }
  out.line("/// {}, if the packet asked for it.", bitsText(item.width_bits));
  out.line("std::optional<{}> {}() const {{", value, identifier);
  out.line("  if ((asked & {:#x}) == 0) return std::nullopt;", maskOf(telemetry, item));
  out.line("  return {};", get);
  out.line("}}");
}

/// The type of what other hops have said, with the items that one bit asks for, or none.
void emitHop(const plan::Collected& collected, const std::string& type, Writer& out) {
  Names names{type, "hop"};
  out.blank();
  out.line("/// What a hop has said of {}: nothing where it was not asked, or does not know.", comment(collected.hop));
  out.line("struct {} {{", type);
  out.indent();
  out.line("sfc::TelemetryHop hop;");
  for (size_t i = 0; i < collected.items.size(); i++) {
    const plan::TelemetryItem& item = collected.items[i];
    if (item.first != item.last) continue;
    out.blank();
    out.line("/// {}.", bitsText(item.width_bits));
    out.line("std::optional<{}> {}() const {{ return sfc::wire::narrow<{}>(hop.values[{}]); }}",
             numberType(item.width_bits), names.add(item.name), numberType(item.width_bits), i);
  }
  out.outdent();
  out.line("}};");
}

void emitRecord(const plan::Telemetry& telemetry, const std::string& type, const std::vector<std::string>& hops,
                Writer& out) {
  Names names{type, "arrived_ns", "left_ns", "ingress", "egress", "asked", "bytes", "packet", "from"};
  for (const std::string& hop : hops) names.add(hop);
  out.blank();
  out.line("/// What `report {}` hands over: all that this node knows{}.", comment(telemetry.name),
           hops.empty() ? "" : ", and what the packet has collected");
  out.line("struct {} {{", type);
  out.indent();
  out.line("uint64_t arrived_ns = 0;  // on the monotonic clock, at ingress");
  out.line("uint64_t left_ns = 0;     // and at egress; 0 if nothing comes back there");
  out.line("unsigned ingress = 0;     // indices of the interfaces");
  out.line("unsigned egress = 0;");
  out.line("uint64_t asked = 0;  // the field that asks for items");
  out.line("std::array<uint8_t, {}> bytes{{}};", telemetry.size);
  for (const plan::TelemetryItem& item : telemetry.items)
    if (item.known) emitItem(telemetry, item, names.add(item.name), out);
  std::vector<std::string> members;
  for (size_t i = 0; i < hops.size(); i++) {
    members.push_back(names.add(telemetry.collected[i].name));
    out.line("std::vector<{}> {}{{}};  // the newest first", hops[i], members.back());
  }
  if (!hops.empty())
    out.line("std::vector<uint8_t> packet{{}};  // as it came, up to a little behind what was stripped");
  out.blank();
  out.line("/// The record with these bytes.");
  out.line("static {} from(const sfc::TelemetryRecord& record) {{", type);
  out.line("  {} one{{record.arrived_ns, record.left_ns, record.ingress_port, record.egress_port, record.asked,", type);
  out.line("      {}sfc::wire::copyBytes<{}>(record.data, 0)}};", std::string(type.size(), ' '), telemetry.size);
  for (size_t i = 0; i < hops.size(); i++)
    out.line("  for (const sfc::TelemetryHop& hop : record.collected[{}]) one.{}.push_back({{hop}});", i, members[i]);
  if (!hops.empty()) out.line("  one.packet = record.packet;");
  out.line("  return one;");
  out.line("}}");
  out.outdent();
  out.line("}};");
}

}  // namespace

void emitTelemetryTypes(const plan::Plan& plan, Names& types, Writer& out) {
  if (plan.telemetry.empty()) return;
  std::vector<std::string> records;
  for (const plan::Telemetry& telemetry : plan.telemetry) {
    std::vector<std::string> hops;
    for (const plan::Collected& collected : telemetry.collected) {
      hops.push_back(types.add(collected.hop));
      emitHop(collected, hops.back(), out);
    }
    records.push_back(types.add(telemetry.name));
    emitRecord(telemetry, records.back(), hops, out);
  }
  out.raw(ReaderBegin);
  for (size_t i = 0; i < records.size(); i++) {
    out.line("      if constexpr (std::is_invocable_v<Visitor&, const {}&>) {{", records[i]);
    out.line("        if (record.telemetry == {}) one({}::from(record));", i, records[i]);
    out.line("      }}");
  }
  out.raw(ReaderEnd);
}

}  // namespace sfc::emit_cpp
