// IntMdUdpSink in C++, written by sfcc 0.1.0. Do not edit: change int-md-udp-sink.sfc and compile it again.
//
// Include this and link libsfc. Numbers are in host order; bytes in the structs are as on the wire.
// Functions that can fail return an sfc::Result: a value, or an error with one line of text.
//
//   auto proxy = int_md_udp_sink::Proxy::load({.ingress = {"eth0"}, .egress = {"eth1"}});
//   if (!proxy) return report(proxy.error().text);
//   auto stats = proxy->stats();
#pragma once

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

namespace int_md_udp_sink {

// Name of the spec, and what its programs and their maps must agree on.
inline constexpr const char* spec = "int-md-udp-sink";
inline constexpr std::string_view layout_hash = "f9ee3b628619d899";

// The object that is loaded; the bytes are at the end of this file.
inline std::string_view objectBytes();

/// Header int_md_t, 12 bytes. Setters cut off what does not fit and return the header.
struct int_md_t {
  std::array<uint8_t, 12> bytes{};

  /// 4 bits from bit 0 on.
  constexpr uint8_t version() const { return sfc::wire::get<0, 4>(bytes); }
  constexpr int_md_t& version(uint8_t value) {
    sfc::wire::set<0, 4>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 4 on.
  constexpr uint8_t discard() const { return sfc::wire::get<4, 1>(bytes); }
  constexpr int_md_t& discard(uint8_t value) {
    sfc::wire::set<4, 1>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 5 on.
  constexpr uint8_t exceeded() const { return sfc::wire::get<5, 1>(bytes); }
  constexpr int_md_t& exceeded(uint8_t value) {
    sfc::wire::set<5, 1>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 6 on.
  constexpr uint8_t mtu_exceeded() const { return sfc::wire::get<6, 1>(bytes); }
  constexpr int_md_t& mtu_exceeded(uint8_t value) {
    sfc::wire::set<6, 1>(bytes, value);
    return *this;
  }

  /// 12 bits from bit 7 on.
  constexpr uint16_t reserved() const { return sfc::wire::get<7, 12>(bytes); }
  constexpr int_md_t& reserved(uint16_t value) {
    sfc::wire::set<7, 12>(bytes, value);
    return *this;
  }

  /// 5 bits from bit 19 on.
  constexpr uint8_t hop_words() const { return sfc::wire::get<19, 5>(bytes); }
  constexpr int_md_t& hop_words(uint8_t value) {
    sfc::wire::set<19, 5>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 24 on.
  constexpr uint8_t remaining_hops() const { return sfc::wire::get<24, 8>(bytes); }
  constexpr int_md_t& remaining_hops(uint8_t value) {
    sfc::wire::set<24, 8>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 32 on.
  constexpr uint16_t instructions() const { return sfc::wire::get<32, 16>(bytes); }
  constexpr int_md_t& instructions(uint16_t value) {
    sfc::wire::set<32, 16>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 48 on.
  constexpr uint16_t domain() const { return sfc::wire::get<48, 16>(bytes); }
  constexpr int_md_t& domain(uint16_t value) {
    sfc::wire::set<48, 16>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 64 on.
  constexpr uint16_t domain_instructions() const { return sfc::wire::get<64, 16>(bytes); }
  constexpr int_md_t& domain_instructions(uint16_t value) {
    sfc::wire::set<64, 16>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 80 on.
  constexpr uint16_t domain_flags() const { return sfc::wire::get<80, 16>(bytes); }
  constexpr int_md_t& domain_flags(uint16_t value) {
    sfc::wire::set<80, 16>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("version", this->version());
    visit("discard", this->discard());
    visit("exceeded", this->exceeded());
    visit("mtu_exceeded", this->mtu_exceeded());
    visit("reserved", this->reserved());
    visit("hop_words", this->hop_words());
    visit("remaining_hops", this->remaining_hops());
    visit("instructions", this->instructions());
    visit("domain", this->domain());
    visit("domain_instructions", this->domain_instructions());
    visit("domain_flags", this->domain_flags());
  }

  bool operator==(const int_md_t&) const = default;
};
static_assert(sizeof(int_md_t) == 12 && alignof(int_md_t) == 1);

/// Header udp_shim_t, 4 bytes. Setters cut off what does not fit and return the header.
struct udp_shim_t {
  std::array<uint8_t, 4> bytes{};

  /// 4 bits from bit 0 on.
  constexpr uint8_t type() const { return sfc::wire::get<0, 4>(bytes); }
  constexpr udp_shim_t& type(uint8_t value) {
    sfc::wire::set<0, 4>(bytes, value);
    return *this;
  }

  /// 2 bits from bit 4 on.
  constexpr uint8_t next_protocol_type() const { return sfc::wire::get<4, 2>(bytes); }
  constexpr udp_shim_t& next_protocol_type(uint8_t value) {
    sfc::wire::set<4, 2>(bytes, value);
    return *this;
  }

  /// 2 bits from bit 6 on.
  constexpr uint8_t reserved() const { return sfc::wire::get<6, 2>(bytes); }
  constexpr udp_shim_t& reserved(uint8_t value) {
    sfc::wire::set<6, 2>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 8 on.
  constexpr uint8_t length() const { return sfc::wire::get<8, 8>(bytes); }
  constexpr udp_shim_t& length(uint8_t value) {
    sfc::wire::set<8, 8>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 16 on.
  constexpr uint16_t port() const { return sfc::wire::get<16, 16>(bytes); }
  constexpr udp_shim_t& port(uint16_t value) {
    sfc::wire::set<16, 16>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("type", this->type());
    visit("next_protocol_type", this->next_protocol_type());
    visit("reserved", this->reserved());
    visit("length", this->length());
    visit("port", this->port());
  }

  bool operator==(const udp_shim_t&) const = default;
};
static_assert(sizeof(udp_shim_t) == 4 && alignof(udp_shim_t) == 1);

/// What identifies a packet, 8 bytes. Fields of headers that the packet does not have are absent.
struct Key {
  std::array<uint8_t, 8> bytes{};


  /// Calls visit(name, value) for each present field.
  template <typename Visitor>
  void forEachField(Visitor&& visit) const {
  }

  bool operator==(const Key&) const = default;
};
static_assert(sizeof(Key) == 8);

/// The header record of one packet: the fields that were rewritten, and at most 1536 bytes of headers as they arrived.
struct Record {
  std::array<uint8_t, 1560> bytes{};

  /// Bytes of removed headers.
  size_t size() const { return sfc::wire::getHost<uint16_t, 12>(bytes); }
  /// udp.dst_port as it arrived: 16 bits
  uint16_t udp_dst_port() const { return sfc::wire::get<112, 16>(bytes); }
  /// shim: those that the packet had, at most 1, the first on the wire first.
  std::vector<udp_shim_t> shim() const {
    return sfc::wire::getPlacedHeaders<udp_shim_t>(bytes, 16, 24, 1);
  }
  /// int_md: those that the packet had, at most 1, the first on the wire first.
  std::vector<int_md_t> int_md() const {
    return sfc::wire::getPlacedHeaders<int_md_t>(bytes, 20, 24, 1);
  }

  bool operator==(const Record&) const = default;
};

/// A packet that is in the service function, or was lost there.
struct Entry {
  uint64_t arrived_ns = 0;  // on the coarse monotonic clock
  uint64_t age_ns = 0;
  bool expired = false;  // older than 1000000000 ns: nobody's any more
  Key key;
  Record record;

  std::vector<udp_shim_t> shim() const { return record.shim(); }
  std::vector<int_md_t> int_md() const { return record.int_md(); }

  /// The entry with these bytes.
  static Entry from(const sfc::CacheEntry& entry) {
    return {sfc::wire::getHost<uint64_t, 0>(sfc::wire::copyBytes<8>(entry.bytes, 0)), entry.age_ns,
            entry.expired, {sfc::wire::copyBytes<sizeof(Key)>(entry.bytes, 8)},
            {sfc::wire::copyBytes<sizeof(Record)>(entry.bytes, 16)}};
  }
};

/// What a hop has said of int_hop: nothing where it was not asked, or does not know.
struct int_hop {
  sfc::TelemetryHop hop;

  /// 32 bits.
  std::optional<uint32_t> node_id() const { return sfc::wire::narrow<uint32_t>(hop.values[0]); }

  /// 16 bits.
  std::optional<uint16_t> ingress_port_16() const { return sfc::wire::narrow<uint16_t>(hop.values[1]); }

  /// 16 bits.
  std::optional<uint16_t> egress_port_16() const { return sfc::wire::narrow<uint16_t>(hop.values[2]); }

  /// 32 bits.
  std::optional<uint32_t> hop_latency() const { return sfc::wire::narrow<uint32_t>(hop.values[3]); }

  /// 32 bits.
  std::optional<uint32_t> queue() const { return sfc::wire::narrow<uint32_t>(hop.values[4]); }

  /// 64 bits.
  std::optional<uint64_t> ingress_timestamp() const { return sfc::wire::narrow<uint64_t>(hop.values[5]); }

  /// 64 bits.
  std::optional<uint64_t> egress_timestamp() const { return sfc::wire::narrow<uint64_t>(hop.values[6]); }

  /// 32 bits.
  std::optional<uint32_t> ingress_port_32() const { return sfc::wire::narrow<uint32_t>(hop.values[7]); }

  /// 32 bits.
  std::optional<uint32_t> egress_port_32() const { return sfc::wire::narrow<uint32_t>(hop.values[8]); }

  /// 32 bits.
  std::optional<uint32_t> egress_utilization() const { return sfc::wire::narrow<uint32_t>(hop.values[9]); }

  /// 32 bits.
  std::optional<uint32_t> buffer() const { return sfc::wire::narrow<uint32_t>(hop.values[10]); }

  /// 32 bits.
  std::optional<uint32_t> checksum_complement() const { return sfc::wire::narrow<uint32_t>(hop.values[12]); }
};

/// What `report int_sink` hands over: all that this node knows, and what the packet has collected.
struct int_sink {
  uint64_t arrived_ns = 0;  // on the monotonic clock, at ingress
  uint64_t left_ns = 0;     // and at egress; 0 if nothing comes back there
  unsigned ingress = 0;     // indices of the interfaces
  unsigned egress = 0;
  uint64_t asked = 0;  // the field that asks for items
  std::array<uint8_t, 28> bytes{};

  /// 16 bits.
  uint16_t domain() const { return sfc::wire::get<0, 16>(bytes); }

  /// 8 bits.
  uint8_t remaining_hops() const { return sfc::wire::get<16, 8>(bytes); }

  /// 5 bits.
  uint8_t hop_words() const { return sfc::wire::get<24, 5>(bytes); }

  /// 1 bit.
  uint8_t discard() const { return sfc::wire::get<29, 1>(bytes); }

  /// 1 bit.
  uint8_t exceeded() const { return sfc::wire::get<30, 1>(bytes); }

  /// 1 bit.
  uint8_t mtu_exceeded() const { return sfc::wire::get<31, 1>(bytes); }

  /// 32 bits, if the packet asked for it.
  std::optional<uint32_t> node_id() const {
    if ((asked & 0x8000) == 0) return std::nullopt;
    return sfc::wire::get<32, 32>(bytes);
  }

  /// 16 bits, if the packet asked for it.
  std::optional<uint16_t> ingress_port_16() const {
    if ((asked & 0x4000) == 0) return std::nullopt;
    return sfc::wire::get<64, 16>(bytes);
  }

  /// 64 bits, if the packet asked for it.
  std::optional<uint64_t> ingress_timestamp() const {
    if ((asked & 0x800) == 0) return std::nullopt;
    return sfc::wire::get<96, 64>(bytes);
  }

  /// 32 bits, if the packet asked for it.
  std::optional<uint32_t> ingress_port_32() const {
    if ((asked & 0x200) == 0) return std::nullopt;
    return sfc::wire::get<160, 32>(bytes);
  }
  std::vector<int_hop> hops{};  // the newest first
  std::vector<uint8_t> packet{};  // as it came, up to a little behind what was stripped

  /// The record with these bytes.
  static int_sink from(const sfc::TelemetryRecord& record) {
    int_sink one{record.arrived_ns, record.left_ns, record.ingress_port, record.egress_port, record.asked,
                sfc::wire::copyBytes<28>(record.data, 0)};
    for (const sfc::TelemetryHop& hop : record.collected[0]) one.hops.push_back({hop});
    one.packet = record.packet;
    return one;
  }
};

/// Reads what the proxy reports. Each record goes to one reader, and a proxy has one at a time.
class Telemetry {
public:
  explicit Telemetry(sfc::TelemetryReader reader) : reader_(std::move(reader)) {}

  /// Calls `one` with each record that is there at this moment, if it takes one of this kind. Returns the number of all.
  template <typename Visitor>
  sfc::Result<size_t> read(Visitor&& one) {
    return reader_.read([&](const sfc::TelemetryRecord& record) {
      if constexpr (std::is_invocable_v<Visitor&, const int_sink&>) {
        if (record.telemetry == 0) one(int_sink::from(record));
      }
    });
  }

  /// Returns when there are records, when a signal has come, or after this time. NotFound if the proxy has been unloaded.
  sfc::Result<void> wait(std::chrono::milliseconds most) { return reader_.wait(most); }

private:
  sfc::TelemetryReader reader_;
};

/// The counters, in packets; `live` are the entries in the cache.
struct Stats {
  uint64_t rx = 0;
  uint64_t rx_ignored = 0;
  uint64_t rx_stripped = 0;
  uint64_t rx_pass_full = 0;
  uint64_t tx = 0;
  uint64_t tx_ignored = 0;
  uint64_t tx_restored = 0;
  uint64_t tx_pass_miss = 0;
  uint64_t lookups = 0;
  uint64_t inserted = 0;
  uint64_t claimed = 0;
  uint64_t expired = 0;
  uint64_t rollback = 0;
  uint64_t carried = 0;
  uint64_t returned = 0;
  uint64_t misses_forwarded = 0;
  uint64_t telemetry_reported = 0;
  uint64_t telemetry_lost = 0;
  uint64_t rx_drop_cache_full = 0;
  uint64_t rx_drop_headroom = 0;
  uint64_t rx_drop_duplicate = 0;
  uint64_t tx_drop_gso = 0;
  uint64_t tx_drop_duplicate = 0;
  uint64_t tx_drop_headroom = 0;
  uint64_t tx_drop_mtu = 0;
  uint64_t tx_drop_internal = 0;
  uint64_t rx_drop_malformed = 0;
  uint64_t rx_drop_too_deep = 0;
  uint64_t rx_drop_requirement = 0;
  uint64_t flushed = 0;
  uint64_t live = 0;

  /// Calls visit(name, value) for each counter.
  template <typename Visitor>
  void forEach(Visitor&& visit) const {
    visit("rx", rx);
    visit("rx_ignored", rx_ignored);
    visit("rx_stripped", rx_stripped);
    visit("rx_pass_full", rx_pass_full);
    visit("tx", tx);
    visit("tx_ignored", tx_ignored);
    visit("tx_restored", tx_restored);
    visit("tx_pass_miss", tx_pass_miss);
    visit("lookups", lookups);
    visit("inserted", inserted);
    visit("claimed", claimed);
    visit("expired", expired);
    visit("rollback", rollback);
    visit("carried", carried);
    visit("returned", returned);
    visit("misses_forwarded", misses_forwarded);
    visit("telemetry_reported", telemetry_reported);
    visit("telemetry_lost", telemetry_lost);
    visit("rx_drop_cache_full", rx_drop_cache_full);
    visit("rx_drop_headroom", rx_drop_headroom);
    visit("rx_drop_duplicate", rx_drop_duplicate);
    visit("tx_drop_gso", tx_drop_gso);
    visit("tx_drop_duplicate", tx_drop_duplicate);
    visit("tx_drop_headroom", tx_drop_headroom);
    visit("tx_drop_mtu", tx_drop_mtu);
    visit("tx_drop_internal", tx_drop_internal);
    visit("rx_drop_malformed", rx_drop_malformed);
    visit("rx_drop_too_deep", rx_drop_too_deep);
    visit("rx_drop_requirement", rx_drop_requirement);
    visit("flushed", flushed);
    visit("live", live);
  }

  /// The counters that were read by name.
  static Stats from(const sfc::Stats& read) {
    Stats stats;
    stats.rx = read["rx"];
    stats.rx_ignored = read["rx_ignored"];
    stats.rx_stripped = read["rx_stripped"];
    stats.rx_pass_full = read["rx_pass_full"];
    stats.tx = read["tx"];
    stats.tx_ignored = read["tx_ignored"];
    stats.tx_restored = read["tx_restored"];
    stats.tx_pass_miss = read["tx_pass_miss"];
    stats.lookups = read["lookups"];
    stats.inserted = read["inserted"];
    stats.claimed = read["claimed"];
    stats.expired = read["expired"];
    stats.rollback = read["rollback"];
    stats.carried = read["carried"];
    stats.returned = read["returned"];
    stats.misses_forwarded = read["misses_forwarded"];
    stats.telemetry_reported = read["telemetry_reported"];
    stats.telemetry_lost = read["telemetry_lost"];
    stats.rx_drop_cache_full = read["rx_drop_cache_full"];
    stats.rx_drop_headroom = read["rx_drop_headroom"];
    stats.rx_drop_duplicate = read["rx_drop_duplicate"];
    stats.tx_drop_gso = read["tx_drop_gso"];
    stats.tx_drop_duplicate = read["tx_drop_duplicate"];
    stats.tx_drop_headroom = read["tx_drop_headroom"];
    stats.tx_drop_mtu = read["tx_drop_mtu"];
    stats.tx_drop_internal = read["tx_drop_internal"];
    stats.rx_drop_malformed = read["rx_drop_malformed"];
    stats.rx_drop_too_deep = read["rx_drop_too_deep"];
    stats.rx_drop_requirement = read["rx_drop_requirement"];
    stats.flushed = read["flushed"];
    stats.live = read["live"];
    return stats;
  }

  bool operator==(const Stats&) const = default;
};

/// The parameters, with their default values.
struct Params {
  uint32_t node_id = 0U;  // 32 bits

  /// The values by name.
  std::vector<sfc::ParamValue> values() const {
    return {
        {"node_id", node_id},
    };
  }
};

/// The proxy in the kernel. It works until it is unloaded, with or without this object and this process.
class Proxy {
public:
  /// Loads the proxy and attaches it to its devices. A load that fails is undone.
  /// Ignores options.params.
  static sfc::Result<Proxy> load(sfc::LoadOptions options, const std::string& name = spec,
                                 const Params& params = {}) {
    options.params = params.values();
    const auto object = sfc::Object::fromBytes(objectBytes(), spec);
    if (!object) return object.error();
    auto proxy = sfc::Proxy::load(*object, name, options);
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

  /// A reader of what the proxy reports. Conflict if there is one already.
  sfc::Result<Telemetry> telemetry() const {
    auto reader = proxy_.telemetry();
    if (!reader) return reader.error();
    return Telemetry(*std::move(reader));
  }

  /// The current parameters.
  sfc::Result<Params> params() const {
    const auto values = proxy_.params();
    if (!values) return values.error();
    Params params;
    for (const sfc::ParamValue& value : *values) {
      if (value.name == "node_id") params.node_id = static_cast<uint32_t>(value.value);
    }
    return params;
  }

  /// Changes the parameter node_id while packets flow.
  sfc::Result<void> set_node_id(uint32_t value) { return proxy_.setParam({"node_id", value}); }

  /// The same proxy without types: its audit, programs, maps and devices.
  const sfc::Proxy& untyped() const { return proxy_; }

private:
  explicit Proxy(sfc::Proxy proxy) : proxy_(std::move(proxy)) {}

  sfc::Proxy proxy_;
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
inline constexpr char object_bytes[] =
#pragma GCC diagnostic pop

inline std::string_view objectBytes() { return {object_bytes, sizeof(object_bytes) - 1}; }

}  // namespace int_md_udp_sink
