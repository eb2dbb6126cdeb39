// SrMplsClassifier in C++, written by sfcc 0.1.0. Do not edit: change sr-mpls-classifier.sfc and compile it again.
//
// Include this and link libsfc. Numbers are in host order; bytes in the structs are as on the wire.
// Functions that can fail return an sfc::Result: a value, or an error with one line of text.
//
//   auto proxy = sr_mpls_classifier::Proxy::load({.ingress = {"eth0"}, .egress = {"eth1"}});
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

namespace sr_mpls_classifier {

// Name of the spec, and what its programs and their maps must agree on.
inline constexpr const char* spec = "sr-mpls-classifier";
inline constexpr std::string_view layout_hash = "f9d5e68e9f326bae";

// The object that is loaded; the bytes are at the end of this file.
inline std::string_view objectBytes();

/// Header mpls_t, 4 bytes. Setters cut off what does not fit and return the header.
struct mpls_t {
  std::array<uint8_t, 4> bytes{};

  /// 20 bits from bit 0 on.
  constexpr uint32_t label() const { return sfc::wire::get<0, 20>(bytes); }
  constexpr mpls_t& label(uint32_t value) {
    sfc::wire::set<0, 20>(bytes, value);
    return *this;
  }

  /// 3 bits from bit 20 on.
  constexpr uint8_t tc() const { return sfc::wire::get<20, 3>(bytes); }
  constexpr mpls_t& tc(uint8_t value) {
    sfc::wire::set<20, 3>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 23 on.
  constexpr uint8_t bos() const { return sfc::wire::get<23, 1>(bytes); }
  constexpr mpls_t& bos(uint8_t value) {
    sfc::wire::set<23, 1>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 24 on.
  constexpr uint8_t ttl() const { return sfc::wire::get<24, 8>(bytes); }
  constexpr mpls_t& ttl(uint8_t value) {
    sfc::wire::set<24, 8>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("label", this->label());
    visit("tc", this->tc());
    visit("bos", this->bos());
    visit("ttl", this->ttl());
  }

  bool operator==(const mpls_t&) const = default;
};
static_assert(sizeof(mpls_t) == 4 && alignof(mpls_t) == 1);

/// What identifies a packet, 64 bytes. Fields of headers that the packet does not have are absent.
struct Key {
  std::array<uint8_t, 64> bytes{};


  /// Calls visit(name, value) for each present field.
  template <typename Visitor>
  void forEachField(Visitor&& visit) const {
  }

  bool operator==(const Key&) const = default;
};
static_assert(sizeof(Key) == 64);

/// The header record of one packet:  at most 64 bytes of headers as they arrived.
struct Record {
  std::array<uint8_t, 68> bytes{};

  /// Bytes of removed headers.
  size_t size() const { return sfc::wire::getHost<uint16_t, 0>(bytes); }
  /// labels: as many as the packet had, at most 16, the first on the wire first.
  std::vector<mpls_t> labels() const {
    return sfc::wire::getHeaders<mpls_t>(bytes, 4, 4 + size(), 16);
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

  std::vector<mpls_t> labels() const { return record.labels(); }

  /// The entry with these bytes.
  static Entry from(const sfc::CacheEntry& entry) {
    return {sfc::wire::getHost<uint64_t, 0>(sfc::wire::copyBytes<8>(entry.bytes, 0)), entry.age_ns,
            entry.expired, {sfc::wire::copyBytes<sizeof(Key)>(entry.bytes, 8)},
            {sfc::wire::copyBytes<sizeof(Record)>(entry.bytes, 72)}};
  }
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
  uint64_t rx_drop_no_key = 0;
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
    visit("rx_drop_no_key", rx_drop_no_key);
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
    stats.rx_drop_no_key = read["rx_drop_no_key"];
    stats.flushed = read["flushed"];
    stats.live = read["live"];
    return stats;
  }

  bool operator==(const Stats&) const = default;
};

/// The proxy in the kernel. It works until it is unloaded, with or without this object and this process.
class Proxy {
public:
  /// Loads the proxy and attaches it to its devices. A load that fails is undone.
  static sfc::Result<Proxy> load(const sfc::LoadOptions& options, const std::string& name = spec) {
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

}  // namespace sr_mpls_classifier
