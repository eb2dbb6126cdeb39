// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Plan <-> JSON. Every structure has one list of its members (the forEachMember functions), which both directions walk,
// so that they cannot drift apart. Reading is strict: a member that is missing or of another type is an error that
// names it, as the file that a plan comes from cannot be trusted.
#include "lib/plan/plan.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sfc::plan {
namespace {

using Json = nlohmann::ordered_json;

// ---- members -------------------------------------------------------------------------------------------------------

template <typename T, typename Same>
concept Like = std::is_same_v<std::remove_const_t<T>, Same>;

template <Like<Counter> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("reason", value.reason);
  visit("at", value.at);
  visit("text", value.text);
  visit("after_claim", value.after_claim);
}

template <Like<Param> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("width_bits", value.width_bits);
  visit("offset", value.offset);
  visit("initial", value.initial);
}

template <Like<Field> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("offset_bits", value.offset_bits);
  visit("width_bits", value.width_bits);
}

template <Like<Header> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("size", value.size);
  visit("fields", value.fields);
}

template <Like<KeyField> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("valid_bit", value.valid_bit);
  visit("offset_bits", value.offset_bits);
  visit("width_bits", value.width_bits);
}

template <Like<Saved> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("offset", value.offset);
  visit("size", value.size);
}

template <Like<Stripped> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("header", value.header);
  visit("offset", value.offset);
  visit("fixed", value.fixed);
  visit("max_count", value.max_count);
  visit("is_stack", value.is_stack);
}

template <Like<Record> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("regions", value.regions);
  visit("lengths_offset", value.lengths_offset);
  visit("bytes_offset", value.bytes_offset);
  visit("max_bytes", value.max_bytes);
  visit("saved", value.saved);
  visit("stripped", value.stripped);
}

template <Like<Entry> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("size", value.size);
  visit("key_offset", value.key_offset);
  visit("key_size", value.key_size);
  visit("record_offset", value.record_offset);
  visit("key_fields", value.key_fields);
  visit("record", value.record);
}

template <Like<Cache> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("entries", value.entries);
  visit("lifetime_ns", value.lifetime_ns);
  visit("full", value.full);
  visit("miss", value.miss);
}

template <Like<TableField> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("match", value.match);
  visit("width_bits", value.width_bits);
  visit("offset", value.offset);
  visit("size", value.size);
}

template <Like<TableValue> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("width_bits", value.width_bits);
  visit("offset", value.offset);
}

template <Like<Table> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("map", value.map);
  visit("key_size", value.key_size);
  visit("entries", value.entries);
  visit("fields", value.fields);
  visit("values", value.values);
}

template <Like<PushDefault> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("header", value.header);
  visit("field", value.field);
  visit("last_only", value.last_only);
  visit("value", value.value);
  visit("per_element", value.per_element);
}

template <Like<TelemetryItem> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("offset_bits", value.offset_bits);
  visit("width_bits", value.width_bits);
  visit("gated", value.gated);
  visit("first", value.first);
  visit("last", value.last);
  visit("known", value.known);
}

template <Like<Collected> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("hop", value.hop);
  visit("gate_bits", value.gate_bits);
  visit("items", value.items);
}

template <Like<Telemetry> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("name", value.name);
  visit("gate_bits", value.gate_bits);
  visit("size", value.size);
  visit("items", value.items);
  visit("collected", value.collected);
}

template <Like<Plan> T, typename Visitor>
void forEachMember(T& value, Visitor visit) {
  visit("abi", value.abi);
  visit("name", value.name);
  visit("proxy", value.proxy);
  visit("kind", value.kind);
  visit("compiler", value.compiler);
  visit("layout_hash", value.layout_hash);
  visit("counters", value.counters);
  visit("params", value.params);
  visit("params_size", value.params_size);
  visit("headers", value.headers);
  visit("entry", value.entry);
  visit("cache", value.cache);
  visit("tables", value.tables);
  visit("push_defaults", value.push_defaults);
  visit("telemetry", value.telemetry);
  visit("residence", value.residence);
  visit("max_growth", value.max_growth);
  visit("no_superframes", value.no_superframes);
  visit("no_tc_ingress", value.no_tc_ingress);
}

constexpr std::array<const char*, 6> kind_names = {"proxy", "edits", "egress", "classifier", "static", "last"};

// ---- writing -------------------------------------------------------------------------------------------------------

template <typename T>
constexpr bool is_vector = false;
template <typename T>
constexpr bool is_vector<std::vector<T>> = true;

template <typename T>
concept Structure = std::is_class_v<T> && !std::is_same_v<T, std::string> && !is_vector<T>;

template <typename T>
Json write(const T& value) {
  if constexpr (is_vector<T>) {
    Json array = Json::array();
    for (const auto& element : value) array.push_back(write(element));
    return array;
  } else if constexpr (Structure<T>) {
    Json object = Json::object();
    forEachMember(value, [&](const char* name, const auto& member) { object[name] = write(member); });
    return object;
  } else if constexpr (std::is_same_v<T, Policy>) {
    return value == Policy::Drop ? "drop" : "pass";
  } else if constexpr (std::is_same_v<T, Match>) {
    return value == Match::Exact ? "exact" : "lpm";
  } else if constexpr (std::is_same_v<T, Kind>) {
    return kind_names[static_cast<size_t>(value)];
  } else {
    return value;
  }
}

// ---- reading -------------------------------------------------------------------------------------------------------

[[noreturn]] void fail(const std::string& where, std::string_view what) {
  throw std::runtime_error(fmt::format("not a plan: {} {}", where.empty() ? "the text" : where, what));
}

void read(const Json& json, const std::string& where, std::string& value) {
  if (!json.is_string()) fail(where, "is not a string");
  value = json.get<std::string>();
}

void read(const Json& json, const std::string& where, bool& value) {
  if (!json.is_boolean()) fail(where, "is not true or false");
  value = json.get<bool>();
}

void read(const Json& json, const std::string& where, uint64_t& value) {
  if (!json.is_number_unsigned()) fail(where, "is not a number");
  value = json.get<uint64_t>();
}

void read(const Json& json, const std::string& where, int64_t& value) {
  if (!json.is_number_integer()) fail(where, "is not a whole number");
  value = json.get<int64_t>();
}

void read(const Json& json, const std::string& where, unsigned& value) {
  uint64_t wide = 0;
  read(json, where, wide);
  if (wide > 0xffffffffU) fail(where, "is too large");
  value = static_cast<unsigned>(wide);
}

void read(const Json& json, const std::string& where, Policy& value) {
  std::string word;
  read(json, where, word);
  if (word != "drop" && word != "pass") fail(where, "is neither drop nor pass");
  value = word == "drop" ? Policy::Drop : Policy::Pass;
}

void read(const Json& json, const std::string& where, Match& value) {
  std::string word;
  read(json, where, word);
  if (word != "exact" && word != "lpm") fail(where, "is neither exact nor lpm");
  value = word == "exact" ? Match::Exact : Match::Lpm;
}

void read(const Json& json, const std::string& where, Kind& value) {
  std::string word;
  read(json, where, word);
  const auto found = std::find(kind_names.begin(), kind_names.end(), word);
  if (found == kind_names.end()) fail(where, "is not a kind of program");
  value = static_cast<Kind>(found - kind_names.begin());
}

template <typename T>
void read(const Json& json, const std::string& where, std::vector<T>& values);

template <Structure T>
void read(const Json& json, const std::string& where, T& value) {
  if (!json.is_object()) fail(where, "is not an object");
  forEachMember(value, [&](const char* name, auto& member) {
    const std::string inner = where.empty() ? name : where + "." + name;
    const auto found = json.find(name);
    if (found == json.end()) fail(inner, "is missing");
    read(*found, inner, member);
  });
}

template <typename T>
void read(const Json& json, const std::string& where, std::vector<T>& values) {
  if (!json.is_array()) fail(where, "is not an array");
  values.clear();
  for (size_t i = 0; i < json.size(); ++i) {
    read(json[i], fmt::format("{}[{}]", where, i), values.emplace_back());
  }
}

}  // namespace

nlohmann::ordered_json toJson(const Plan& plan) {
  return write(plan);
}

std::string layoutHash(Plan plan) {
  plan.layout_hash.clear();
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const unsigned char c : toJson(plan).dump()) hash = (hash ^ c) * 0x100000001b3ULL;
  return fmt::format("{:016x}", hash);
}

Plan fromJson(std::string_view text) {
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) fail("", "is not JSON");
  Plan plan;
  read(json, "", plan);
  return plan;
}

}  // namespace sfc::plan
