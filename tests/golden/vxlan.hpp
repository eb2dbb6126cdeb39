// VxlanProxy in C++, written by sfcc 0.1.0. Do not edit: change vxlan.sfc and compile it again.
//
// Include this and link libsfc. Numbers are in host order; bytes in the structs are as on the wire.
// Functions that can fail return an sfc::Result: a value, or an error with one line of text.
//
//   auto proxy = vxlan::Proxy::load({.ingress = {"eth0"}, .egress = {"eth1"}});
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

namespace vxlan {

// Name of the spec, and what its programs and their maps must agree on.
inline constexpr const char* spec = "vxlan";
inline constexpr std::string_view layout_hash = "a8702d0001bff106";

// The object that is loaded; the bytes are at the end of this file.
inline std::string_view objectBytes();

/// Header ether_t, 2 bytes. Setters cut off what does not fit and return the header.
struct ether_t {
  std::array<uint8_t, 2> bytes{};

  /// 16 bits from bit 0 on.
  constexpr uint16_t type() const { return sfc::wire::get<0, 16>(bytes); }
  constexpr ether_t& type(uint16_t value) {
    sfc::wire::set<0, 16>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("type", this->type());
  }

  bool operator==(const ether_t&) const = default;
};
static_assert(sizeof(ether_t) == 2 && alignof(ether_t) == 1);

/// Header ipv4_t, 20 bytes. Setters cut off what does not fit and return the header.
struct ipv4_t {
  std::array<uint8_t, 20> bytes{};

  /// 4 bits from bit 0 on.
  constexpr uint8_t version() const { return sfc::wire::get<0, 4>(bytes); }
  constexpr ipv4_t& version(uint8_t value) {
    sfc::wire::set<0, 4>(bytes, value);
    return *this;
  }

  /// 4 bits from bit 4 on.
  constexpr uint8_t ihl() const { return sfc::wire::get<4, 4>(bytes); }
  constexpr ipv4_t& ihl(uint8_t value) {
    sfc::wire::set<4, 4>(bytes, value);
    return *this;
  }

  /// 6 bits from bit 8 on.
  constexpr uint8_t dscp() const { return sfc::wire::get<8, 6>(bytes); }
  constexpr ipv4_t& dscp(uint8_t value) {
    sfc::wire::set<8, 6>(bytes, value);
    return *this;
  }

  /// 2 bits from bit 14 on.
  constexpr uint8_t ecn() const { return sfc::wire::get<14, 2>(bytes); }
  constexpr ipv4_t& ecn(uint8_t value) {
    sfc::wire::set<14, 2>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 16 on.
  constexpr uint16_t length() const { return sfc::wire::get<16, 16>(bytes); }
  constexpr ipv4_t& length(uint16_t value) {
    sfc::wire::set<16, 16>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 32 on.
  constexpr uint16_t id() const { return sfc::wire::get<32, 16>(bytes); }
  constexpr ipv4_t& id(uint16_t value) {
    sfc::wire::set<32, 16>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 48 on.
  constexpr uint8_t reserved() const { return sfc::wire::get<48, 1>(bytes); }
  constexpr ipv4_t& reserved(uint8_t value) {
    sfc::wire::set<48, 1>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 49 on.
  constexpr uint8_t df() const { return sfc::wire::get<49, 1>(bytes); }
  constexpr ipv4_t& df(uint8_t value) {
    sfc::wire::set<49, 1>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 50 on.
  constexpr uint8_t mf() const { return sfc::wire::get<50, 1>(bytes); }
  constexpr ipv4_t& mf(uint8_t value) {
    sfc::wire::set<50, 1>(bytes, value);
    return *this;
  }

  /// 13 bits from bit 51 on.
  constexpr uint16_t offset() const { return sfc::wire::get<51, 13>(bytes); }
  constexpr ipv4_t& offset(uint16_t value) {
    sfc::wire::set<51, 13>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 64 on.
  constexpr uint8_t ttl() const { return sfc::wire::get<64, 8>(bytes); }
  constexpr ipv4_t& ttl(uint8_t value) {
    sfc::wire::set<64, 8>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 72 on.
  constexpr uint8_t protocol() const { return sfc::wire::get<72, 8>(bytes); }
  constexpr ipv4_t& protocol(uint8_t value) {
    sfc::wire::set<72, 8>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 80 on.
  constexpr uint16_t checksum() const { return sfc::wire::get<80, 16>(bytes); }
  constexpr ipv4_t& checksum(uint16_t value) {
    sfc::wire::set<80, 16>(bytes, value);
    return *this;
  }

  /// 32 bits from bit 96 on.
  constexpr uint32_t src() const { return sfc::wire::get<96, 32>(bytes); }
  constexpr ipv4_t& src(uint32_t value) {
    sfc::wire::set<96, 32>(bytes, value);
    return *this;
  }

  /// 32 bits from bit 128 on.
  constexpr uint32_t dst() const { return sfc::wire::get<128, 32>(bytes); }
  constexpr ipv4_t& dst(uint32_t value) {
    sfc::wire::set<128, 32>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("version", this->version());
    visit("ihl", this->ihl());
    visit("dscp", this->dscp());
    visit("ecn", this->ecn());
    visit("length", this->length());
    visit("id", this->id());
    visit("reserved", this->reserved());
    visit("df", this->df());
    visit("mf", this->mf());
    visit("offset", this->offset());
    visit("ttl", this->ttl());
    visit("protocol", this->protocol());
    visit("checksum", this->checksum());
    visit("src", this->src());
    visit("dst", this->dst());
  }

  bool operator==(const ipv4_t&) const = default;
};
static_assert(sizeof(ipv4_t) == 20 && alignof(ipv4_t) == 1);

/// Header ipv6_ext_t, 2 bytes. Setters cut off what does not fit and return the header.
struct ipv6_ext_t {
  std::array<uint8_t, 2> bytes{};

  /// 8 bits from bit 0 on.
  constexpr uint8_t next_header() const { return sfc::wire::get<0, 8>(bytes); }
  constexpr ipv6_ext_t& next_header(uint8_t value) {
    sfc::wire::set<0, 8>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 8 on.
  constexpr uint8_t length() const { return sfc::wire::get<8, 8>(bytes); }
  constexpr ipv6_ext_t& length(uint8_t value) {
    sfc::wire::set<8, 8>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("next_header", this->next_header());
    visit("length", this->length());
  }

  bool operator==(const ipv6_ext_t&) const = default;
};
static_assert(sizeof(ipv6_ext_t) == 2 && alignof(ipv6_ext_t) == 1);

/// Header ipv6_fragment_t, 8 bytes. Setters cut off what does not fit and return the header.
struct ipv6_fragment_t {
  std::array<uint8_t, 8> bytes{};

  /// 8 bits from bit 0 on.
  constexpr uint8_t next_header() const { return sfc::wire::get<0, 8>(bytes); }
  constexpr ipv6_fragment_t& next_header(uint8_t value) {
    sfc::wire::set<0, 8>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 8 on.
  constexpr uint8_t reserved() const { return sfc::wire::get<8, 8>(bytes); }
  constexpr ipv6_fragment_t& reserved(uint8_t value) {
    sfc::wire::set<8, 8>(bytes, value);
    return *this;
  }

  /// 13 bits from bit 16 on.
  constexpr uint16_t offset() const { return sfc::wire::get<16, 13>(bytes); }
  constexpr ipv6_fragment_t& offset(uint16_t value) {
    sfc::wire::set<16, 13>(bytes, value);
    return *this;
  }

  /// 2 bits from bit 29 on.
  constexpr uint8_t reserved2() const { return sfc::wire::get<29, 2>(bytes); }
  constexpr ipv6_fragment_t& reserved2(uint8_t value) {
    sfc::wire::set<29, 2>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 31 on.
  constexpr uint8_t more() const { return sfc::wire::get<31, 1>(bytes); }
  constexpr ipv6_fragment_t& more(uint8_t value) {
    sfc::wire::set<31, 1>(bytes, value);
    return *this;
  }

  /// 32 bits from bit 32 on.
  constexpr uint32_t id() const { return sfc::wire::get<32, 32>(bytes); }
  constexpr ipv6_fragment_t& id(uint32_t value) {
    sfc::wire::set<32, 32>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("next_header", this->next_header());
    visit("reserved", this->reserved());
    visit("offset", this->offset());
    visit("reserved2", this->reserved2());
    visit("more", this->more());
    visit("id", this->id());
  }

  bool operator==(const ipv6_fragment_t&) const = default;
};
static_assert(sizeof(ipv6_fragment_t) == 8 && alignof(ipv6_fragment_t) == 1);

/// Header ipv6_t, 40 bytes. Setters cut off what does not fit and return the header.
struct ipv6_t {
  std::array<uint8_t, 40> bytes{};

  /// 4 bits from bit 0 on.
  constexpr uint8_t version() const { return sfc::wire::get<0, 4>(bytes); }
  constexpr ipv6_t& version(uint8_t value) {
    sfc::wire::set<0, 4>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 4 on.
  constexpr uint8_t traffic_class() const { return sfc::wire::get<4, 8>(bytes); }
  constexpr ipv6_t& traffic_class(uint8_t value) {
    sfc::wire::set<4, 8>(bytes, value);
    return *this;
  }

  /// 20 bits from bit 12 on.
  constexpr uint32_t flow_label() const { return sfc::wire::get<12, 20>(bytes); }
  constexpr ipv6_t& flow_label(uint32_t value) {
    sfc::wire::set<12, 20>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 32 on.
  constexpr uint16_t payload_length() const { return sfc::wire::get<32, 16>(bytes); }
  constexpr ipv6_t& payload_length(uint16_t value) {
    sfc::wire::set<32, 16>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 48 on.
  constexpr uint8_t next_header() const { return sfc::wire::get<48, 8>(bytes); }
  constexpr ipv6_t& next_header(uint8_t value) {
    sfc::wire::set<48, 8>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 56 on.
  constexpr uint8_t hop_limit() const { return sfc::wire::get<56, 8>(bytes); }
  constexpr ipv6_t& hop_limit(uint8_t value) {
    sfc::wire::set<56, 8>(bytes, value);
    return *this;
  }

  /// 128 bits from bit 64 on, as bytes in network order.
  constexpr std::array<uint8_t, 16> src() const { return sfc::wire::get<64, 128>(bytes); }
  constexpr ipv6_t& src(std::array<uint8_t, 16> value) {
    sfc::wire::set<64, 128>(bytes, value);
    return *this;
  }

  /// 128 bits from bit 192 on, as bytes in network order.
  constexpr std::array<uint8_t, 16> dst() const { return sfc::wire::get<192, 128>(bytes); }
  constexpr ipv6_t& dst(std::array<uint8_t, 16> value) {
    sfc::wire::set<192, 128>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("version", this->version());
    visit("traffic_class", this->traffic_class());
    visit("flow_label", this->flow_label());
    visit("payload_length", this->payload_length());
    visit("next_header", this->next_header());
    visit("hop_limit", this->hop_limit());
    visit("src", this->src());
    visit("dst", this->dst());
  }

  bool operator==(const ipv6_t&) const = default;
};
static_assert(sizeof(ipv6_t) == 40 && alignof(ipv6_t) == 1);

/// Header mac_t, 12 bytes. Setters cut off what does not fit and return the header.
struct mac_t {
  std::array<uint8_t, 12> bytes{};

  /// 48 bits from bit 0 on.
  constexpr uint64_t dst() const { return sfc::wire::get<0, 48>(bytes); }
  constexpr mac_t& dst(uint64_t value) {
    sfc::wire::set<0, 48>(bytes, value);
    return *this;
  }

  /// 48 bits from bit 48 on.
  constexpr uint64_t src() const { return sfc::wire::get<48, 48>(bytes); }
  constexpr mac_t& src(uint64_t value) {
    sfc::wire::set<48, 48>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("dst", this->dst());
    visit("src", this->src());
  }

  bool operator==(const mac_t&) const = default;
};
static_assert(sizeof(mac_t) == 12 && alignof(mac_t) == 1);

/// Header udp_t, 8 bytes. Setters cut off what does not fit and return the header.
struct udp_t {
  std::array<uint8_t, 8> bytes{};

  /// 16 bits from bit 0 on.
  constexpr uint16_t src_port() const { return sfc::wire::get<0, 16>(bytes); }
  constexpr udp_t& src_port(uint16_t value) {
    sfc::wire::set<0, 16>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 16 on.
  constexpr uint16_t dst_port() const { return sfc::wire::get<16, 16>(bytes); }
  constexpr udp_t& dst_port(uint16_t value) {
    sfc::wire::set<16, 16>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 32 on.
  constexpr uint16_t length() const { return sfc::wire::get<32, 16>(bytes); }
  constexpr udp_t& length(uint16_t value) {
    sfc::wire::set<32, 16>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 48 on.
  constexpr uint16_t checksum() const { return sfc::wire::get<48, 16>(bytes); }
  constexpr udp_t& checksum(uint16_t value) {
    sfc::wire::set<48, 16>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("src_port", this->src_port());
    visit("dst_port", this->dst_port());
    visit("length", this->length());
    visit("checksum", this->checksum());
  }

  bool operator==(const udp_t&) const = default;
};
static_assert(sizeof(udp_t) == 8 && alignof(udp_t) == 1);

/// Header vlan_t, 4 bytes. Setters cut off what does not fit and return the header.
struct vlan_t {
  std::array<uint8_t, 4> bytes{};

  /// 16 bits from bit 0 on.
  constexpr uint16_t tpid() const { return sfc::wire::get<0, 16>(bytes); }
  constexpr vlan_t& tpid(uint16_t value) {
    sfc::wire::set<0, 16>(bytes, value);
    return *this;
  }

  /// 3 bits from bit 16 on.
  constexpr uint8_t pcp() const { return sfc::wire::get<16, 3>(bytes); }
  constexpr vlan_t& pcp(uint8_t value) {
    sfc::wire::set<16, 3>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 19 on.
  constexpr uint8_t dei() const { return sfc::wire::get<19, 1>(bytes); }
  constexpr vlan_t& dei(uint8_t value) {
    sfc::wire::set<19, 1>(bytes, value);
    return *this;
  }

  /// 12 bits from bit 20 on.
  constexpr uint16_t vid() const { return sfc::wire::get<20, 12>(bytes); }
  constexpr vlan_t& vid(uint16_t value) {
    sfc::wire::set<20, 12>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("tpid", this->tpid());
    visit("pcp", this->pcp());
    visit("dei", this->dei());
    visit("vid", this->vid());
  }

  bool operator==(const vlan_t&) const = default;
};
static_assert(sizeof(vlan_t) == 4 && alignof(vlan_t) == 1);

/// Header vxlan_t, 8 bytes. Setters cut off what does not fit and return the header.
struct vxlan_t {
  std::array<uint8_t, 8> bytes{};

  /// 2 bits from bit 0 on.
  constexpr uint8_t reserved() const { return sfc::wire::get<0, 2>(bytes); }
  constexpr vxlan_t& reserved(uint8_t value) {
    sfc::wire::set<0, 2>(bytes, value);
    return *this;
  }

  /// 2 bits from bit 2 on.
  constexpr uint8_t version() const { return sfc::wire::get<2, 2>(bytes); }
  constexpr vxlan_t& version(uint8_t value) {
    sfc::wire::set<2, 2>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 4 on.
  constexpr uint8_t has_vni() const { return sfc::wire::get<4, 1>(bytes); }
  constexpr vxlan_t& has_vni(uint8_t value) {
    sfc::wire::set<4, 1>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 5 on.
  constexpr uint8_t has_protocol() const { return sfc::wire::get<5, 1>(bytes); }
  constexpr vxlan_t& has_protocol(uint8_t value) {
    sfc::wire::set<5, 1>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 6 on.
  constexpr uint8_t bum() const { return sfc::wire::get<6, 1>(bytes); }
  constexpr vxlan_t& bum(uint8_t value) {
    sfc::wire::set<6, 1>(bytes, value);
    return *this;
  }

  /// 1 bit from bit 7 on.
  constexpr uint8_t oam() const { return sfc::wire::get<7, 1>(bytes); }
  constexpr vxlan_t& oam(uint8_t value) {
    sfc::wire::set<7, 1>(bytes, value);
    return *this;
  }

  /// 16 bits from bit 8 on.
  constexpr uint16_t reserved2() const { return sfc::wire::get<8, 16>(bytes); }
  constexpr vxlan_t& reserved2(uint16_t value) {
    sfc::wire::set<8, 16>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 24 on.
  constexpr uint8_t next_protocol() const { return sfc::wire::get<24, 8>(bytes); }
  constexpr vxlan_t& next_protocol(uint8_t value) {
    sfc::wire::set<24, 8>(bytes, value);
    return *this;
  }

  /// 24 bits from bit 32 on.
  constexpr uint32_t vni() const { return sfc::wire::get<32, 24>(bytes); }
  constexpr vxlan_t& vni(uint32_t value) {
    sfc::wire::set<32, 24>(bytes, value);
    return *this;
  }

  /// 8 bits from bit 56 on.
  constexpr uint8_t reserved3() const { return sfc::wire::get<56, 8>(bytes); }
  constexpr vxlan_t& reserved3(uint8_t value) {
    sfc::wire::set<56, 8>(bytes, value);
    return *this;
  }

  /// Calls visit(name, value) for each field.
  template <typename Visitor>
  constexpr void forEachField(Visitor&& visit) const {
    visit("reserved", this->reserved());
    visit("version", this->version());
    visit("has_vni", this->has_vni());
    visit("has_protocol", this->has_protocol());
    visit("bum", this->bum());
    visit("oam", this->oam());
    visit("reserved2", this->reserved2());
    visit("next_protocol", this->next_protocol());
    visit("vni", this->vni());
    visit("reserved3", this->reserved3());
  }

  bool operator==(const vxlan_t&) const = default;
};
static_assert(sizeof(vxlan_t) == 8 && alignof(vxlan_t) == 1);

/// What identifies a packet, 104 bytes. Fields of headers that the packet does not have are absent.
struct Key {
  std::array<uint8_t, 104> bytes{};

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
    return sfc::wire::getKeyField<2, 256, 16>(bytes);
  }
  /// udp.dst_port: 16 bits
  std::optional<uint16_t> udp_dst_port() const {
    return sfc::wire::getKeyField<2, 272, 16>(bytes);
  }
  /// udp.length: 16 bits
  std::optional<uint16_t> udp_length() const {
    return sfc::wire::getKeyField<2, 288, 16>(bytes);
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
    return sfc::wire::getKeyField<7, 320, 16>(bytes);
  }
  /// ipv4.mf: 1 bit
  std::optional<uint8_t> ipv4_mf() const {
    return sfc::wire::getKeyField<7, 338, 1>(bytes);
  }
  /// ipv4.offset: 13 bits
  std::optional<uint16_t> ipv4_offset() const {
    return sfc::wire::getKeyField<7, 339, 13>(bytes);
  }
  /// ipv4.protocol: 8 bits
  std::optional<uint8_t> ipv4_protocol() const {
    return sfc::wire::getKeyField<7, 360, 8>(bytes);
  }
  /// ipv4.src: 32 bits
  std::optional<uint32_t> ipv4_src() const {
    return sfc::wire::getKeyField<7, 384, 32>(bytes);
  }
  /// ipv4.dst: 32 bits
  std::optional<uint32_t> ipv4_dst() const {
    return sfc::wire::getKeyField<7, 416, 32>(bytes);
  }
  /// ipv6.flow_label: 20 bits
  std::optional<uint32_t> ipv6_flow_label() const {
    return sfc::wire::getKeyField<8, 452, 20>(bytes);
  }
  /// ipv6.next_header: 8 bits
  std::optional<uint8_t> ipv6_next_header() const {
    return sfc::wire::getKeyField<8, 488, 8>(bytes);
  }
  /// ipv6.src: 128 bits, as bytes in network order
  std::optional<std::array<uint8_t, 16>> ipv6_src() const {
    return sfc::wire::getKeyField<8, 512, 128>(bytes);
  }
  /// ipv6.dst: 128 bits, as bytes in network order
  std::optional<std::array<uint8_t, 16>> ipv6_dst() const {
    return sfc::wire::getKeyField<8, 640, 128>(bytes);
  }
  /// fragment.next_header: 8 bits
  std::optional<uint8_t> fragment_next_header() const {
    return sfc::wire::getKeyField<9, 768, 8>(bytes);
  }
  /// fragment.offset: 13 bits
  std::optional<uint16_t> fragment_offset() const {
    return sfc::wire::getKeyField<9, 784, 13>(bytes);
  }
  /// fragment.more: 1 bit
  std::optional<uint8_t> fragment_more() const {
    return sfc::wire::getKeyField<9, 799, 1>(bytes);
  }
  /// fragment.id: 32 bits
  std::optional<uint32_t> fragment_id() const {
    return sfc::wire::getKeyField<9, 800, 32>(bytes);
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
static_assert(sizeof(Key) == 104);

/// The header record of one packet: the fields that were rewritten, and at most 384 bytes of headers as they arrived.
struct Record {
  std::array<uint8_t, 432> bytes{};

  /// Bytes of removed headers.
  size_t size() const { return sfc::wire::getHost<uint16_t, 0>(bytes); }
  /// ether.type as it arrived: 16 bits
  uint16_t ether_type() const { return sfc::wire::get<80, 16>(bytes); }
  /// mac: those that the packet had, at most 1, the first on the wire first.
  std::vector<mac_t> mac() const {
    return sfc::wire::getPlacedHeaders<mac_t>(bytes, 12, 48, 1);
  }
  /// ether: those that the packet had, at most 1, the first on the wire first.
  std::vector<ether_t> ether() const {
    return sfc::wire::getPlacedHeaders<ether_t>(bytes, 16, 48, 1);
  }
  /// tags: those that the packet had, at most 2, the first on the wire first.
  std::vector<vlan_t> tags() const {
    return sfc::wire::getPlacedHeaders<vlan_t>(bytes, 20, 48, 2);
  }
  /// ipv4: those that the packet had, at most 1, the first on the wire first.
  std::vector<ipv4_t> ipv4() const {
    return sfc::wire::getPlacedHeaders<ipv4_t>(bytes, 24, 48, 1);
  }
  /// ipv6: those that the packet had, at most 1, the first on the wire first.
  std::vector<ipv6_t> ipv6() const {
    return sfc::wire::getPlacedHeaders<ipv6_t>(bytes, 28, 48, 1);
  }
  /// udp: those that the packet had, at most 1, the first on the wire first.
  std::vector<udp_t> udp() const {
    return sfc::wire::getPlacedHeaders<udp_t>(bytes, 32, 48, 1);
  }
  /// fragment: those that the packet had, at most 1, the first on the wire first.
  std::vector<ipv6_fragment_t> fragment() const {
    return sfc::wire::getPlacedHeaders<ipv6_fragment_t>(bytes, 36, 48, 1);
  }
  /// ext: those that the packet had, at most 8, the first on the wire first.
  std::vector<ipv6_ext_t> ext() const {
    return sfc::wire::getPlacedHeaders<ipv6_ext_t>(bytes, 40, 48, 8);
  }
  /// vxlan: those that the packet had, at most 1, the first on the wire first.
  std::vector<vxlan_t> vxlan() const {
    return sfc::wire::getPlacedHeaders<vxlan_t>(bytes, 44, 48, 1);
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

  std::vector<mac_t> mac() const { return record.mac(); }
  std::vector<ether_t> ether() const { return record.ether(); }
  std::vector<vlan_t> tags() const { return record.tags(); }
  std::vector<ipv4_t> ipv4() const { return record.ipv4(); }
  std::vector<ipv6_t> ipv6() const { return record.ipv6(); }
  std::vector<udp_t> udp() const { return record.udp(); }
  std::vector<ipv6_fragment_t> fragment() const { return record.fragment(); }
  std::vector<ipv6_ext_t> ext() const { return record.ext(); }
  std::vector<vxlan_t> vxlan() const { return record.vxlan(); }

  /// The entry with these bytes.
  static Entry from(const sfc::CacheEntry& entry) {
    return {sfc::wire::getHost<uint64_t, 0>(sfc::wire::copyBytes<8>(entry.bytes, 0)), entry.age_ns,
            entry.expired, {sfc::wire::copyBytes<sizeof(Key)>(entry.bytes, 8)},
            {sfc::wire::copyBytes<sizeof(Record)>(entry.bytes, 112)}};
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
  uint64_t rx_drop_tags = 0;
  uint64_t rx_drop_gso = 0;
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
    visit("rx_drop_tags", rx_drop_tags);
    visit("rx_drop_gso", rx_drop_gso);
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
    stats.rx_drop_tags = read["rx_drop_tags"];
    stats.rx_drop_gso = read["rx_drop_gso"];
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

}  // namespace vxlan
