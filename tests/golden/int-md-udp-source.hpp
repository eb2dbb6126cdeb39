// IntMdUdpSource in C++, written by sfcc 0.1.0. Do not edit: change int-md-udp-source.sfc and compile it again.
//
// Include this and link libsfc. Numbers are in host order; bytes in the structs are as on the wire.
// Functions that can fail return an sfc::Result: a value, or an error with one line of text.
//
//   auto proxy = int_md_udp_source::Proxy::load({.ingress = {"eth0"}, .egress = {"eth1"}});
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

namespace int_md_udp_source {

// Name of the spec, and what its programs and their maps must agree on.
inline constexpr const char* spec = "int-md-udp-source";
inline constexpr std::string_view layout_hash = "4c998a05a9885164";

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

/// What identifies a packet, 64 bytes. Fields of headers that the packet does not have are absent.
struct Key {
  std::array<uint8_t, 64> bytes{};

  /// tcp.src_port: 16 bits
  std::optional<uint16_t> tcp_src_port() const {
    return sfc::wire::getKeyField<0, 64, 16>(bytes);
  }
  /// tcp.dst_port: 16 bits
  std::optional<uint16_t> tcp_dst_port() const {
    return sfc::wire::getKeyField<0, 80, 16>(bytes);
  }
  /// tcp.seq: 32 bits
  std::optional<uint32_t> tcp_seq() const {
    return sfc::wire::getKeyField<0, 96, 32>(bytes);
  }
  /// tcp.ack: 32 bits
  std::optional<uint32_t> tcp_ack() const {
    return sfc::wire::getKeyField<0, 128, 32>(bytes);
  }
  /// tcp.flags: 6 bits
  std::optional<uint8_t> tcp_flags() const {
    return sfc::wire::getKeyField<0, 170, 6>(bytes);
  }
  /// timestamp.value: 32 bits
  std::optional<uint32_t> timestamp_value() const {
    return sfc::wire::getKeyField<1, 192, 32>(bytes);
  }
  /// timestamp.echo: 32 bits
  std::optional<uint32_t> timestamp_echo() const {
    return sfc::wire::getKeyField<1, 224, 32>(bytes);
  }
  /// udp.src_port: 16 bits
  std::optional<uint16_t> udp_src_port() const {
    return sfc::wire::getKeyField<2, 128, 16>(bytes);
  }
  /// udp.dst_port: 16 bits
  std::optional<uint16_t> udp_dst_port() const {
    return sfc::wire::getKeyField<2, 144, 16>(bytes);
  }
  /// udp.length: 16 bits
  std::optional<uint16_t> udp_length() const {
    return sfc::wire::getKeyField<2, 160, 16>(bytes);
  }
  /// icmp.type: 8 bits
  std::optional<uint8_t> icmp_type() const {
    return sfc::wire::getKeyField<3, 128, 8>(bytes);
  }
  /// icmp.code: 8 bits
  std::optional<uint8_t> icmp_code() const {
    return sfc::wire::getKeyField<3, 136, 8>(bytes);
  }
  /// icmp.rest: 32 bits
  std::optional<uint32_t> icmp_rest() const {
    return sfc::wire::getKeyField<3, 160, 32>(bytes);
  }
  /// sctp.src_port: 16 bits
  std::optional<uint16_t> sctp_src_port() const {
    return sfc::wire::getKeyField<4, 128, 16>(bytes);
  }
  /// sctp.dst_port: 16 bits
  std::optional<uint16_t> sctp_dst_port() const {
    return sfc::wire::getKeyField<4, 144, 16>(bytes);
  }
  /// sctp.tag: 32 bits
  std::optional<uint32_t> sctp_tag() const {
    return sfc::wire::getKeyField<4, 160, 32>(bytes);
  }
  /// esp.spi: 32 bits
  std::optional<uint32_t> esp_spi() const {
    return sfc::wire::getKeyField<5, 128, 32>(bytes);
  }
  /// esp.seq: 32 bits
  std::optional<uint32_t> esp_seq() const {
    return sfc::wire::getKeyField<5, 160, 32>(bytes);
  }
  /// ah.spi: 32 bits
  std::optional<uint32_t> ah_spi() const {
    return sfc::wire::getKeyField<6, 128, 32>(bytes);
  }
  /// ah.seq: 32 bits
  std::optional<uint32_t> ah_seq() const {
    return sfc::wire::getKeyField<6, 160, 32>(bytes);
  }
  /// ipv4.id: 16 bits
  std::optional<uint16_t> ipv4_id() const {
    return sfc::wire::getKeyField<7, 256, 16>(bytes);
  }
  /// ipv4.mf: 1 bit
  std::optional<uint8_t> ipv4_mf() const {
    return sfc::wire::getKeyField<7, 274, 1>(bytes);
  }
  /// ipv4.offset: 13 bits
  std::optional<uint16_t> ipv4_offset() const {
    return sfc::wire::getKeyField<7, 275, 13>(bytes);
  }
  /// ipv4.protocol: 8 bits
  std::optional<uint8_t> ipv4_protocol() const {
    return sfc::wire::getKeyField<7, 296, 8>(bytes);
  }
  /// ipv4.src: 32 bits
  std::optional<uint32_t> ipv4_src() const {
    return sfc::wire::getKeyField<7, 320, 32>(bytes);
  }
  /// ipv4.dst: 32 bits
  std::optional<uint32_t> ipv4_dst() const {
    return sfc::wire::getKeyField<7, 352, 32>(bytes);
  }
  /// ipv6.flow_label: 20 bits
  std::optional<uint32_t> ipv6_flow_label() const {
    return sfc::wire::getKeyField<8, 196, 20>(bytes);
  }
  /// ipv6.next_header: 8 bits
  std::optional<uint8_t> ipv6_next_header() const {
    return sfc::wire::getKeyField<8, 232, 8>(bytes);
  }
  /// ipv6.src: 128 bits, as bytes in network order
  std::optional<std::array<uint8_t, 16>> ipv6_src() const {
    return sfc::wire::getKeyField<8, 256, 128>(bytes);
  }
  /// ipv6.dst: 128 bits, as bytes in network order
  std::optional<std::array<uint8_t, 16>> ipv6_dst() const {
    return sfc::wire::getKeyField<8, 384, 128>(bytes);
  }
  /// fragment.next_header: 8 bits
  std::optional<uint8_t> fragment_next_header() const {
    return sfc::wire::getKeyField<9, 192, 8>(bytes);
  }
  /// fragment.offset: 13 bits
  std::optional<uint16_t> fragment_offset() const {
    return sfc::wire::getKeyField<9, 208, 13>(bytes);
  }
  /// fragment.more: 1 bit
  std::optional<uint8_t> fragment_more() const {
    return sfc::wire::getKeyField<9, 223, 1>(bytes);
  }
  /// fragment.id: 32 bits
  std::optional<uint32_t> fragment_id() const {
    return sfc::wire::getKeyField<9, 224, 32>(bytes);
  }
  /// tags[0].vid: 12 bits
  std::optional<uint16_t> tags_0_vid() const {
    return sfc::wire::getKeyField<10, 36, 12>(bytes);
  }
  /// tags[1].vid: 12 bits
  std::optional<uint16_t> tags_1_vid() const {
    return sfc::wire::getKeyField<11, 52, 12>(bytes);
  }

  /// Calls visit(name, value) for each present field.
  template <typename Visitor>
  void forEachField(Visitor&& visit) const {
    if (const auto found = this->tcp_src_port()) visit("tcp.src_port", *found);
    if (const auto found = this->tcp_dst_port()) visit("tcp.dst_port", *found);
    if (const auto found = this->tcp_seq()) visit("tcp.seq", *found);
    if (const auto found = this->tcp_ack()) visit("tcp.ack", *found);
    if (const auto found = this->tcp_flags()) visit("tcp.flags", *found);
    if (const auto found = this->timestamp_value()) visit("timestamp.value", *found);
    if (const auto found = this->timestamp_echo()) visit("timestamp.echo", *found);
    if (const auto found = this->udp_src_port()) visit("udp.src_port", *found);
    if (const auto found = this->udp_dst_port()) visit("udp.dst_port", *found);
    if (const auto found = this->udp_length()) visit("udp.length", *found);
    if (const auto found = this->icmp_type()) visit("icmp.type", *found);
    if (const auto found = this->icmp_code()) visit("icmp.code", *found);
    if (const auto found = this->icmp_rest()) visit("icmp.rest", *found);
    if (const auto found = this->sctp_src_port()) visit("sctp.src_port", *found);
    if (const auto found = this->sctp_dst_port()) visit("sctp.dst_port", *found);
    if (const auto found = this->sctp_tag()) visit("sctp.tag", *found);
    if (const auto found = this->esp_spi()) visit("esp.spi", *found);
    if (const auto found = this->esp_seq()) visit("esp.seq", *found);
    if (const auto found = this->ah_spi()) visit("ah.spi", *found);
    if (const auto found = this->ah_seq()) visit("ah.seq", *found);
    if (const auto found = this->ipv4_id()) visit("ipv4.id", *found);
    if (const auto found = this->ipv4_mf()) visit("ipv4.mf", *found);
    if (const auto found = this->ipv4_offset()) visit("ipv4.offset", *found);
    if (const auto found = this->ipv4_protocol()) visit("ipv4.protocol", *found);
    if (const auto found = this->ipv4_src()) visit("ipv4.src", *found);
    if (const auto found = this->ipv4_dst()) visit("ipv4.dst", *found);
    if (const auto found = this->ipv6_flow_label()) visit("ipv6.flow_label", *found);
    if (const auto found = this->ipv6_next_header()) visit("ipv6.next_header", *found);
    if (const auto found = this->ipv6_src()) visit("ipv6.src", *found);
    if (const auto found = this->ipv6_dst()) visit("ipv6.dst", *found);
    if (const auto found = this->fragment_next_header()) visit("fragment.next_header", *found);
    if (const auto found = this->fragment_offset()) visit("fragment.offset", *found);
    if (const auto found = this->fragment_more()) visit("fragment.more", *found);
    if (const auto found = this->fragment_id()) visit("fragment.id", *found);
    if (const auto found = this->tags_0_vid()) visit("tags[0].vid", *found);
    if (const auto found = this->tags_1_vid()) visit("tags[1].vid", *found);
  }

  bool operator==(const Key&) const = default;
};
static_assert(sizeof(Key) == 64);

/// The header record of one packet: the fields that were rewritten, and at most 400 bytes of headers as they arrived.
struct Record {
  std::array<uint8_t, 424> bytes{};

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
  uint64_t miss_watch = 0;
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
    visit("miss_watch", miss_watch);
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
    stats.miss_watch = read["miss_watch"];
    stats.flushed = read["flushed"];
    stats.live = read["live"];
    return stats;
  }

  bool operator==(const Stats&) const = default;
};

/// The parameters, with their default values.
struct Params {
  uint8_t hops = 8U;  // 8 bits
  uint16_t instructions = 60416U;  // 16 bits
  uint32_t node_id = 0U;  // 32 bits
  uint32_t sample = 1U;  // 32 bits

  /// The values by name.
  std::vector<sfc::ParamValue> values() const {
    return {
        {"hops", hops},
        {"instructions", instructions},
        {"node_id", node_id},
        {"sample", sample},
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

  /// The current parameters.
  sfc::Result<Params> params() const {
    const auto values = proxy_.params();
    if (!values) return values.error();
    Params params;
    for (const sfc::ParamValue& value : *values) {
      if (value.name == "hops") params.hops = static_cast<uint8_t>(value.value);
      if (value.name == "instructions") params.instructions = static_cast<uint16_t>(value.value);
      if (value.name == "node_id") params.node_id = static_cast<uint32_t>(value.value);
      if (value.name == "sample") params.sample = static_cast<uint32_t>(value.value);
    }
    return params;
  }

  /// Changes the parameter hops while packets flow.
  sfc::Result<void> set_hops(uint8_t value) { return proxy_.setParam({"hops", value}); }

  /// Changes the parameter instructions while packets flow.
  sfc::Result<void> set_instructions(uint16_t value) { return proxy_.setParam({"instructions", value}); }

  /// Changes the parameter node_id while packets flow.
  sfc::Result<void> set_node_id(uint32_t value) { return proxy_.setParam({"node_id", value}); }

  /// Changes the parameter sample while packets flow.
  sfc::Result<void> set_sample(uint32_t value) { return proxy_.setParam({"sample", value}); }

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

}  // namespace int_md_udp_source
