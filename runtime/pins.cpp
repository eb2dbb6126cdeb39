// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/pins.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <nlohmann/json.hpp>

#include "runtime/failure.h"

namespace sfc {
namespace {

using Json = nlohmann::ordered_json;

const std::array<uint8_t, 4> first_key{};

template <typename Enum>
Enum enumOf(const Json& json, std::initializer_list<Enum> values) {
  const auto word = json.get<std::string>();
  for (const Enum value : values) {
    if (word == nameOf(value)) return value;
  }
  throw std::runtime_error("unknown word '" + word + "'");
}

Json toJson(const TcAttachment& tc) {
  return {{"hook", nameOf(tc.hook)}, {"handle", tc.handle}, {"priority", tc.priority}, {"made_qdisc", tc.made_qdisc}};
}

TcAttachment tcFromJson(const Json& json) {
  return {enumOf(json.at("hook"), {EgressHook::Tcx, EgressHook::Clsact}), json.at("handle"), json.at("priority"),
          json.at("made_qdisc")};
}

Json toJson(const IngressDevice& device) {
  Json json = {{"device", device.name},      {"ifindex", device.ifindex},     {"driver", device.driver},
               {"xdp", nameOf(device.mode)}, {"sees_tags", device.sees_tags}, {"below", device.below}};
  if (device.handover) json["handover"] = toJson(*device.handover);
  if (device.tc) json["tc"] = toJson(*device.tc);
  return json;
}

IngressDevice ingressFromJson(const Json& json) {
  IngressDevice device;
  device.name = json.at("device");
  device.ifindex = json.at("ifindex");
  device.driver = json.at("driver");
  device.mode = enumOf(json.at("xdp"), {XdpMode::Native, XdpMode::Generic});
  device.sees_tags = json.at("sees_tags");
  device.below = json.at("below").get<std::vector<std::string>>();
  if (json.contains("handover")) device.handover = tcFromJson(json.at("handover"));
  if (json.contains("tc")) device.tc = tcFromJson(json.at("tc"));
  return device;
}

Json toJson(const EgressDevice& device) {
  return {{"device", device.name},
          {"ifindex", device.ifindex},
          {"tc", toJson(device.tc)},
          {"sent_before", device.sent_before}};
}

EgressDevice egressFromJson(const Json& json) {
  EgressDevice device;
  device.name = json.at("device");
  device.ifindex = json.at("ifindex");
  device.tc = tcFromJson(json.at("tc"));
  device.sent_before = json.at("sent_before");
  return device;
}

Json toJson(const ChangedDevice& device) {
  Json offloads = Json::array();
  for (const OffloadChange& change : device.offloads)
    offloads.push_back({{"name", change.name}, {"before", change.before}, {"now", change.now}});
  return {{"device", device.name}, {"ifindex", device.ifindex}, {"driver", device.driver}, {"offloads", offloads}};
}

Json toJson(const Segmenter& segmenter) {
  return {{"device", segmenter.name},
          {"ifindex", segmenter.ifindex},
          {"peer", segmenter.peer},
          {"peer_ifindex", segmenter.peer_ifindex},
          {"tc", toJson(segmenter.tc)}};
}

Segmenter segmenterFromJson(const Json& json) {
  return {json.at("device"), json.at("ifindex"), json.at("peer"), json.at("peer_ifindex"), tcFromJson(json.at("tc"))};
}

ChangedDevice changedFromJson(const Json& json) {
  ChangedDevice device{json.at("device"), json.at("ifindex"), json.at("driver"), {}};
  for (const Json& change : json.at("offloads"))
    device.offloads.push_back({change.at("name"), change.at("before"), change.at("now")});
  return device;
}

template <typename Device>
Json arrayOf(const std::vector<Device>& devices) {
  Json array = Json::array();
  for (const Device& device : devices) array.push_back(toJson(device));
  return array;
}

}  // namespace

const char* nameOf(Vnf vnf) {
  return vnf == Vnf::User ? "user" : "kernel";
}

const char* nameOf(Store store) {
  switch (store) {
    case Store::Slots:
      return "slots";
    case Store::Carry:
      return "carry";
    case Store::Hash:
      return "hash";
  }
  return "";
}

const char* nameOf(XdpMode mode) {
  switch (mode) {
    case XdpMode::Auto:
      return "auto";
    case XdpMode::Native:
      return "native";
    case XdpMode::Generic:
      return "generic";
  }
  return "";
}

const char* nameOf(IngressHook hook) {
  switch (hook) {
    case IngressHook::Auto:
      return "auto";
    case IngressHook::Xdp:
      return "xdp";
    case IngressHook::Tc:
      return "tc";
  }
  return "";
}

const char* nameOf(EgressHook hook) {
  return hook == EgressHook::Tcx ? "tcx" : "clsact";
}

void checkName(const std::string& name) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; };
  if (name.empty() || name.size() > 64 || !std::all_of(name.begin(), name.end(), allowed)) {
    throw Failure(ErrorKind::Usage, "'{}' is not a valid proxy name: use letters, digits, '-' and '_', at most 64",
                  name);
  }
}

std::string toJson(const ProxyInfo& info) {
  const Json json = {{"name", info.name},
                     {"object", info.object},
                     {"vnf", nameOf(info.vnf)},
                     {"store", nameOf(info.store)},
                     {"ingress", arrayOf(info.ingress)},
                     {"egress", arrayOf(info.egress)},
                     {"offloads", arrayOf(info.offloads)},
                     {"ingress_hook", nameOf(info.ingress_hook)},
                     {"hook_reason", info.hook_reason},
                     {"metadata_max", info.metadata_max},
                     {"no_superframes", info.no_superframes},
                     {"segmenter", info.segmenter ? toJson(*info.segmenter) : Json()},
                     {"net_namespace", info.net_namespace},
                     {"loaded_at", info.loaded_at},
                     {"plan", plan::toJson(info.plan)}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

ProxyInfo infoFromJson(const std::string& text) {
  try {
    const Json json = Json::parse(text);
    ProxyInfo info;
    info.name = json.at("name");
    info.object = json.at("object");
    info.vnf = enumOf(json.at("vnf"), {Vnf::User, Vnf::Kernel});
    info.store = enumOf(json.at("store"), {Store::Slots, Store::Carry, Store::Hash});
    for (const Json& device : json.at("ingress")) info.ingress.push_back(ingressFromJson(device));
    for (const Json& device : json.at("egress")) info.egress.push_back(egressFromJson(device));
    for (const Json& device : json.at("offloads")) info.offloads.push_back(changedFromJson(device));
    info.ingress_hook = enumOf(json.at("ingress_hook"), {IngressHook::Xdp, IngressHook::Tc});
    info.hook_reason = json.at("hook_reason");
    info.metadata_max = json.at("metadata_max");
    info.no_superframes = json.at("no_superframes");
    if (const Json& segmenter = json.at("segmenter"); !segmenter.is_null())
      info.segmenter = segmenterFromJson(segmenter);
    info.net_namespace = json.at("net_namespace");
    info.loaded_at = json.at("loaded_at");
    info.plan = plan::fromJson(json.at("plan").dump());
    return info;
  } catch (const std::exception& error) {
    throw Failure(ErrorKind::Input,
                  "the proxy was loaded by another version of sfcctl ({}); unload it and load it again", error.what());
  }
}

std::string Pins::withoutDots(std::string name) {
  std::replace(name.begin(), name.end(), '.', '_');
  return name;
}

void Pins::createOwnMaps(const ProxyInfo& info, size_t devices) {
  const size_t growth = 1024 + 1024 * devices;
  const auto size = static_cast<unsigned>(toJson(info).size() + growth);
  kernel_.createArray("sfc_state", size, false)->pin(path_ + "/state");
  kernel_.createArray("sfc_flushed", sizeof(uint64_t), true)->pin(path_ + "/flushed");
}

void Pins::writeState(const ProxyInfo& info) {
  const auto map = kernel_.openMap(path_ + "/state");
  const std::string text = toJson(info);
  if (text.size() > map->valueSize()) throw Failure(ErrorKind::Kernel, "the proxy's state does not fit its map");
  Bytes value(map->valueSize());
  std::copy(text.begin(), text.end(), value.begin());
  map->update(first_key, value);
}

ProxyInfo Pins::readState() const {
  const Bytes value = kernel_.openMap(path_ + "/state")->find(first_key).value_or(Bytes{});
  const auto end = std::find(value.begin(), value.end(), uint8_t{0});
  return infoFromJson(std::string(value.begin(), end));
}

}  // namespace sfc
