// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lib/telemetry/record.h"

#include <linux/types.h>

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "lib/abi/sfc_abi.h"
#include "lib/bytes/bits.h"

namespace sfc {

namespace {

/// How often a field of so many bits with this value requests an item; once if the item needs no request.
unsigned timesAsked(unsigned gate_bits, uint64_t asked, const plan::TelemetryItem& item) {
  if (!item.gated) return 1;
  unsigned times = 0;
  for (unsigned bit = item.first; bit <= item.last && bit < gate_bits; ++bit)
    times += asked >> (gate_bits - 1 - bit) & 1;
  return times;
}

bool allOnes(std::span<const uint8_t> bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](uint8_t byte) { return byte == 0xFF; });
}

/// The content of a hop's bytes. Items that several bits request have room there, but not a single value.
TelemetryHop decodeHop(const plan::Collected& collected, uint64_t asked, std::span<const uint8_t> bytes) {
  TelemetryHop hop{asked, std::vector<std::optional<uint64_t>>(collected.items.size())};
  const auto& items = collected.items;
  size_t at = 0;
  for (size_t first = 0, end = 0; first < items.size(); first = end) {
    size_t bits = 0;
    for (end = first; end < items.size() && areTogether(items[first], items[end]); ++end) bits += items[end].width_bits;
    const size_t size = bits / 8;
    const unsigned times = timesAsked(collected.gate_bits, asked, items[first]);
    const bool inside = at + size <= bytes.size();
    if (times > 0 && items[first].first == items[first].last && inside && !allOnes(bytes.subspan(at, size)))
      for (size_t i = first; i < end; ++i)
        hop.values[i] =
            getBits(bytes.data() + at, items[i].offset_bits - items[first].offset_bits, items[i].width_bits);
    at += times * size;
  }
  return hop;
}

std::vector<TelemetryHop> decodeHops(const plan::Collected& collected, const sfc_collected& where,
                                     std::span<const uint8_t> packet) {
  std::vector<TelemetryHop> hops;
  if (where.size == 0) return hops;
  const size_t end = std::min<size_t>(packet.size(), size_t{where.at} + where.length);
  for (size_t at = where.at; at + where.size <= end; at += where.size)
    hops.push_back(decodeHop(collected, where.asked, packet.subspan(at, where.size)));
  return hops;
}

}  // namespace

bool asksFor(unsigned gate_bits, uint64_t asked, const plan::TelemetryItem& item) {
  return timesAsked(gate_bits, asked, item) > 0;
}

bool areTogether(const plan::TelemetryItem& one, const plan::TelemetryItem& other) {
  return one.gated == other.gated && one.first == other.first && one.last == other.last;
}

std::optional<TelemetryRecord> decodeTelemetry(const plan::Plan& plan, std::span<const uint8_t> bytes) {
  sfc_report head{};
  if (bytes.size() < sizeof(head)) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof(head));
  auto rest = bytes.subspan(sizeof(head));
  if (head.telemetry >= plan.telemetry.size() || head.length > rest.size()) return std::nullopt;
  rest = rest.first(head.length);
  const plan::Telemetry& telemetry = plan.telemetry[head.telemetry];
  std::vector<sfc_collected> places(telemetry.collected.size());
  const size_t places_size = places.size() * sizeof(sfc_collected);
  if (rest.size() < places_size + telemetry.size) return std::nullopt;
  if (!places.empty()) std::memcpy(places.data(), rest.data(), places_size);
  const auto data = rest.subspan(places_size, telemetry.size);
  const auto packet = rest.subspan(places_size + telemetry.size);
  TelemetryRecord record{head.telemetry,
                         telemetry.name,
                         head.arrived,
                         head.left,
                         head.ingress_port,
                         head.egress_port,
                         head.asked,
                         {},
                         {},
                         {},
                         {}};
  record.data.assign(data.begin(), data.end());
  for (const plan::TelemetryItem& item : telemetry.items) {
    const bool inside = item.width_bits <= 64 && size_t{item.offset_bits} + item.width_bits <= record.data.size() * 8;
    if (!inside || !item.known || !asksFor(telemetry.gate_bits, head.asked, item)) continue;
    record.items.push_back({item.name, getBits(record.data.data(), item.offset_bits, item.width_bits)});
  }
  for (size_t i = 0; i < places.size(); ++i)
    record.collected.push_back(decodeHops(telemetry.collected[i], places[i], packet));
  if (!places.empty()) record.packet.assign(packet.begin(), packet.end());
  return record;
}

// ---- words

namespace {

using Json = nlohmann::ordered_json;

/// The requested items of one hop; null for unknown ones.
Json showHop(const plan::Collected& collected, const TelemetryHop& hop) {
  Json json = Json::object();
  for (size_t i = 0; i < collected.items.size(); ++i) {
    const plan::TelemetryItem& item = collected.items[i];
    if (item.first != item.last || !asksFor(collected.gate_bits, hop.asked, item)) continue;
    json[item.name] = hop.values[i] ? Json(*hop.values[i]) : Json();
  }
  return json;
}

}  // namespace

std::string showTelemetry(const plan::Plan& plan, const TelemetryRecord& record) {
  const plan::Telemetry& telemetry = plan.telemetry[record.telemetry];
  Json json = {{"schema", "sfcctl/v1"}, {"telemetry", record.name}, {"arrived_ns", record.arrived_ns}};
  const bool returned = record.left_ns != 0;
  if (returned) json["left_ns"] = record.left_ns;
  json["ingress_port"] = record.ingress_port;
  if (returned) json["egress_port"] = record.egress_port;
  json["items"] = Json::object();
  for (const TelemetryValue& item : record.items) json["items"][item.name] = item.value;
  for (size_t i = 0; i < record.collected.size(); ++i) {
    Json& hops = json["items"][telemetry.collected[i].name] = Json::array();
    for (const TelemetryHop& hop : record.collected[i]) hops.push_back(showHop(telemetry.collected[i], hop));
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sfc
