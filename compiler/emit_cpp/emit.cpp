// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The header is declarations and calls: sfc/wire.h reads and writes bit fields, sfc::Proxy does everything else; the
// emitted code selects the bits and gives them types. All offsets are the plan's.
//
// Names of the spec share scopes with our own, so every scope of the header has its own Names.
#include "compiler/emit_cpp/emit.h"

#include <algorithm>
#include <vector>

#include "compiler/emit_cpp/entry_types.h"
#include "compiler/emit_cpp/identifiers.h"
#include "compiler/emit_cpp/telemetry_types.h"
#include "compiler/emit_cpp/text.h"
#include "lib/text/writer.h"

namespace sfc::emit_cpp {

namespace {

const char* const Includes = R"(#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sfc/proxy.h"
#include "sfc/wire.h"

)";

const char* const ProxyLoad = R"(    auto proxy = sfc::Proxy::load(*object, name, options);
    if (!proxy) return proxy.error();
    return Proxy(*std::move(proxy));
  }

  /// A proxy of this spec that is loaded under this name.
  static sfc::Result<Proxy> open(const std::string& name = spec) {
    auto proxy = sfc::Proxy::open(name);
    if (!proxy) return proxy.error();
    if (proxy->plan().layout_hash == layout_hash) return Proxy(*std::move(proxy));
    return sfc::Error{sfc::ErrorKind::Conflict,
                      "the proxy named " + name + " was loaded from another spec or version than " + spec +
                          "; unload it, or load this one under another name"};
  }

  /// Detaches the proxy and gives its devices their settings back. Returns notes for people, one line each.
  sfc::Result<std::vector<std::string>> unload() { return sfc::Proxy::unload(proxy_.info().name); }

  /// The counters, summed over the CPUs.
  sfc::Result<Stats> stats() const {
    const auto stats = proxy_.stats();
    if (!stats) return stats.error();
    return Stats::from(*stats);
  }

  /// A copy of every entry that is in the cache at this moment.
  sfc::Result<std::vector<Entry>> entries() const {
    const auto copies = proxy_.cacheEntries();
    if (!copies) return copies.error();
    std::vector<Entry> entries;
    for (const sfc::CacheEntry& copy : *copies) entries.push_back(Entry::from(copy));
    return entries;
  }

  /// Empties the cache: packets that are waited for will miss. Returns the number of entries.
  sfc::Result<uint64_t> flush() { return proxy_.flushCache(); }
)";

const char* const ProxyTelemetry = R"(
  /// A reader of what the proxy reports. Conflict if there is one already.
  sfc::Result<Telemetry> telemetry() const {
    auto reader = proxy_.telemetry();
    if (!reader) return reader.error();
    return Telemetry(*std::move(reader));
  }
)";

const char* const ProxyEnd = R"(
  /// The same proxy without types: its audit, programs, maps and devices.
  const sfc::Proxy& untyped() const { return proxy_; }

private:
  explicit Proxy(sfc::Proxy proxy) : proxy_(std::move(proxy)) {}

  sfc::Proxy proxy_;
};
)";

class Emitter {
public:
  Emitter(const plan::Plan& plan, std::string_view object) : plan_(plan), object_(object) {
    Names names{"Params", "values"};
    for (const plan::Param& param : plan_.params) params_.push_back({param.name, names.add(param.name)});
  }

  std::string run() {
    emitTop();
    emitEntryTypes(plan_, types_, out_);
    emitTelemetryTypes(plan_, types_, out_);
    emitStats();
    if (!params_.empty()) emitParams();
    emitProxy();
    emitObject();
    out_.blank();
    out_.line("}}  // namespace {}", namespace_);
    return out_.take();
  }

private:
  void emitTop() {
    out_.line("// {} in C++, written by {}. Do not edit: change {}.sfc and compile it again.", comment(plan_.proxy),
              comment(plan_.compiler), comment(plan_.name));
    out_.line("//");
    out_.line("// Include this and link libsfc. Numbers are in host order; bytes in the structs are as on the wire.");
    out_.line("// Functions that can fail return an sfc::Result: a value, or an error with one line of text.");
    out_.line("//");
    out_.line("//   auto proxy = {}::Proxy::load({{.ingress = {{\"eth0\"}}, .egress = {{\"eth1\"}}}});", namespace_);
    out_.line("//   if (!proxy) return report(proxy.error().text);");
    out_.line("//   auto stats = proxy->stats();");
    out_.raw(Includes);
    out_.line("namespace {} {{", namespace_);
    out_.blank();
    out_.line("// Name of the spec, and what its programs and their maps must agree on.");
    out_.line("inline constexpr const char* spec = {};", quote(plan_.name));
    out_.line("inline constexpr std::string_view layout_hash = {};", quote(plan_.layout_hash));
    out_.blank();
    out_.line("// The object that is loaded; the bytes are at the end of this file.");
    out_.line("inline std::string_view objectBytes();");
  }

  // ---- counters and parameters

  /// The counters by name, each once, in the order of the plan.
  std::vector<Named> countersByName() const {
    std::vector<std::string> counters;
    for (const plan::Counter& counter : plan_.counters)
      if (std::find(counters.begin(), counters.end(), counter.name) == counters.end()) counters.push_back(counter.name);
    counters.insert(counters.end(), {"flushed", "live"});
    Names names{"Stats", "from", "forEach"};
    std::vector<Named> members;
    for (const std::string& counter : counters) members.push_back({counter, names.add(counter)});
    return members;
  }

  void emitStats() {
    const std::vector<Named> members = countersByName();
    out_.raw("\n/// The counters, in packets; `live` are the entries in the cache.\nstruct Stats {\n");
    out_.indent();
    for (const Named& member : members) out_.line("uint64_t {} = 0;", member.identifier);
    out_.blank();
    out_.line("/// Calls visit(name, value) for each counter.");
    out_.line("template <typename Visitor>");
    out_.line("void forEach(Visitor&& visit) const {{");
    for (const Named& member : members) out_.line("  visit({}, {});", quote(member.name), member.identifier);
    out_.line("}}");
    out_.blank();
    out_.line("/// The counters that were read by name.");
    out_.line("static Stats from(const sfc::Stats& read) {{");
    out_.line("  Stats stats;");
    for (const Named& member : members) out_.line("  stats.{} = read[{}];", member.identifier, quote(member.name));
    out_.line("  return stats;");
    out_.line("}}");
    out_.blank();
    out_.line("bool operator==(const Stats&) const = default;");
    out_.outdent();
    out_.line("}};");
  }

  void emitParams() {
    out_.raw("\n/// The parameters, with their default values.\nstruct Params {\n");
    out_.indent();
    for (size_t i = 0; i < params_.size(); i++)
      out_.line("{} {} = {}U;  // {}", numberType(plan_.params[i].width_bits), params_[i].identifier,
                plan_.params[i].initial, bitsText(plan_.params[i].width_bits));
    out_.blank();
    out_.line("/// The values by name.");
    out_.line("std::vector<sfc::ParamValue> values() const {{");
    out_.line("  return {{");
    for (const Named& param : params_) out_.line("      {{{}, {}}},", quote(param.name), param.identifier);
    out_.line("  }};");
    out_.line("}}");
    out_.outdent();
    out_.line("}};");
  }

  // ---- the proxy

  void emitProxy() {
    out_.raw(
        "\n/// The proxy in the kernel. It works until it is unloaded, with or without this object and this "
        "process.\n");
    out_.raw("class Proxy {\npublic:\n");
    out_.indent();
    emitLoad();
    out_.raw(ProxyLoad);
    if (!plan_.telemetry.empty()) out_.raw(ProxyTelemetry);
    if (!params_.empty()) emitParamAccess();
    out_.outdent();
    out_.raw(ProxyEnd);
  }

  /// The beginning of load(), up to where `object` and `options` are ready.
  void emitLoad() {
    out_.line("/// Loads the proxy and attaches it to its devices. A load that fails is undone.");
    if (params_.empty()) {
      out_.line("static sfc::Result<Proxy> load(const sfc::LoadOptions& options, const std::string& name = spec) {{");
    } else {
      out_.line("/// Ignores options.params.");
      out_.line("static sfc::Result<Proxy> load(sfc::LoadOptions options, const std::string& name = spec,");
      out_.line("                               const Params& params = {{}}) {{");
      out_.line("  options.params = params.values();");
    }
    out_.line("  const auto object = sfc::Object::fromBytes(objectBytes(), spec);");
    out_.line("  if (!object) return object.error();");
  }

  void emitParamAccess() {
    out_.blank();
    out_.line("/// The current parameters.");
    out_.line("sfc::Result<Params> params() const {{");
    out_.line("  const auto values = proxy_.params();");
    out_.line("  if (!values) return values.error();");
    out_.line("  Params params;");
    out_.line("  for (const sfc::ParamValue& value : *values) {{");
    for (size_t i = 0; i < params_.size(); i++)
      out_.line("    if (value.name == {}) params.{} = static_cast<{}>(value.value);", quote(params_[i].name),
                params_[i].identifier, numberType(plan_.params[i].width_bits));
    out_.line("  }}");
    out_.line("  return params;");
    out_.line("}}");
    for (size_t i = 0; i < params_.size(); i++) {
      out_.blank();
      out_.line("/// Changes the parameter {} while packets flow.", comment(params_[i].name));
      out_.line("sfc::Result<void> set_{}({} value) {{ return proxy_.setParam({{{}, value}}); }}",
                params_[i].identifier, numberType(plan_.params[i].width_bits), quote(params_[i].name));
    }
  }

  void emitObject() {
    constexpr size_t per_line = 64;
    out_.blank();
    out_.line("#pragma GCC diagnostic push");
    out_.line("#pragma GCC diagnostic ignored \"-Woverlength-strings\"");
    out_.line("inline constexpr char object_bytes[] =");
    for (size_t at = 0; at < object_.size(); at += per_line) out_.line("    {}", quote(object_.substr(at, per_line)));
    out_.line("    \"\";");
    out_.line("#pragma GCC diagnostic pop");
    out_.line("static_assert(sizeof(object_bytes) == {} + 1);", object_.size());
    out_.blank();
    out_.line("inline std::string_view objectBytes() {{ return {{object_bytes, sizeof(object_bytes) - 1}}; }}");
  }

  const plan::Plan& plan_;
  std::string_view object_;
  Writer out_;
  std::string namespace_ = namespaceOf(plan_.name);
  // What is in the namespace, and what would hide a type where the header names it: members and parameters.
  Names types_{"Key",         "Record",       "Entry",       "Stats",  "Params",       "Proxy",   "Telemetry", "spec",
               "layout_hash", "object_bytes", "objectBytes", "bytes",  "forEachField", "from",    "size",      "key",
               "record",      "expired",      "arrived_ns",  "age_ns", "left_ns",      "ingress", "egress",    "asked",
               "packet",      "one",          "read",        "wait",   "reader_",      "Visitor"};
  std::vector<Named> params_;
};

}  // namespace

std::string emit(const ir::Program& program, std::string_view object) {
  return Emitter(program.plan, object).run();
}

}  // namespace sfc::emit_cpp
