// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/setup.h"

#include <linux/bpf.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "lib/abi/buckets.h"
#include "runtime/abi.h"
#include "runtime/failure.h"

namespace sfc {
namespace {

uint32_t abiOf(Vnf vnf) {
  return vnf == Vnf::User ? SFC_VNF_USER : SFC_VNF_KERNEL;
}

uint32_t abiOf(Store store) {
  switch (store) {
    case Store::Slots:
      return SFC_STORE_SLOTS;
    case Store::Carry:
      return SFC_STORE_CARRY;
    case Store::Hash:
      return SFC_STORE_HASH;
  }
  return SFC_STORE_SLOTS;
}

constexpr unsigned least_ipv6_mtu = 1280;
constexpr unsigned ethernet_header = 14;

constexpr bool ordered_stores =
#if defined(__x86_64__) || defined(__i386__)
    true;
#else
    false;
#endif

std::string namesOf(const plan::Plan& plan) {
  if (plan.params.empty()) return "it has none";
  std::vector<std::string> names;
  for (const auto& param : plan.params) names.push_back(param.name);
  return fmt::format("it has {}", fmt::join(names, ", "));
}

void put(Bytes& bytes, unsigned offset, uint64_t value) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(value)) {
    throw Failure(ErrorKind::Input, "the plan has a parameter outside the parameter map; compile it again");
  }
  std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

constexpr unsigned index_size = sizeof(uint32_t);

/// The maps of every object.
std::map<std::string, MapShape> ownMaps(const plan::Plan& plan) {
  const unsigned entry = plan.entry.size;
  const auto counters =
      static_cast<unsigned>(sizeof(uint64_t) * (plan.counters.size() + (plan.residence ? SFC_RESIDENCE_BUCKETS : 0)));
  return {
      {SFC_MAP_COUNTERS, {BPF_MAP_TYPE_PERCPU_ARRAY, index_size, counters, 0, true}},
      {SFC_MAP_BUCKETS,
       {BPF_MAP_TYPE_ARRAY, index_size, static_cast<unsigned>(sizeof(sfc_bucket)) + entry, BPF_F_MMAPABLE}},
      {SFC_MAP_FAR, {BPF_MAP_TYPE_ARRAY, index_size, sizeof(sfc_far), BPF_F_MMAPABLE}},
      {SFC_MAP_ENTRIES, {BPF_MAP_TYPE_ARRAY, index_size, entry, BPF_F_MMAPABLE}},
      {SFC_MAP_HASH, {BPF_MAP_TYPE_LRU_HASH, plan.entry.key_size, entry}},
      {SFC_MAP_PARAMS, {BPF_MAP_TYPE_ARRAY, index_size, plan.params_size, 0, true, plan.params.empty()}},
  };
}

std::map<std::string, MapShape> mapsOf(const plan::Plan& plan) {
  auto maps = ownMaps(plan);
  if (plan.kind == plan::Kind::Last) maps[SFC_MAP_PORTS] = {BPF_MAP_TYPE_HASH, index_size, index_size, 0, false, true};
  if (plan::restoresHeaders(plan.kind)) maps[SFC_MAP_PROGRAMS] = {BPF_MAP_TYPE_PROG_ARRAY, index_size, index_size};
  if (!plan.telemetry.empty()) maps[SFC_MAP_REPORTS] = {BPF_MAP_TYPE_RINGBUF};
  const plan::Record& record = plan.entry.record;
  const unsigned value = plan::pushesHeaders(plan.kind) ? record.bytes_offset + record.max_bytes : 1;
  for (const plan::Table& table : plan.tables) {
    const unsigned type = table.longestPrefix() ? BPF_MAP_TYPE_LPM_TRIE : BPF_MAP_TYPE_HASH;
    if (!maps.try_emplace(table.map, MapShape{type, table.key_size, value, BPF_F_NO_PREALLOC, true}).second)
      throw Failure(ErrorKind::Input, "the plan's table {} uses the map {}, which has another use; compile it again",
                    table.name, table.map);
  }
  return maps;
}

void checkMap(const std::string& label, const std::string& name, const MapShape& wanted, const MapShape& found) {
  const auto check = [&](const char* what, unsigned has, unsigned needs) {
    if (has != needs)
      throw Failure(ErrorKind::Input, "{}: map {} has {} {}, but the plan says {}; compile it again", label, name, what,
                    has, needs);
  };
  check("type", found.type, wanted.type);
  check("flags", found.flags, wanted.flags);
  check("a key size of", found.key_size, wanted.key_size);
  if (!wanted.more || found.value_size < wanted.value_size)
    check("a value size of", found.value_size, wanted.value_size);
}

}  // namespace

void checkMaps(const std::string& label, const std::map<std::string, MapShape>& wanted,
               const std::map<std::string, MapShape>& found) {
  for (const auto& [name, shape] : wanted) {
    const auto one = found.find(name);
    if (one != found.end()) {
      checkMap(label, name, shape, one->second);
    } else if (!shape.optional) {
      throw Failure(ErrorKind::Input, "{}: no map {} in the object; compile it again with this sfcc", label, name);
    }
  }
  for (const auto& [name, shape] : found)
    if (wanted.count(name) == 0)
      throw Failure(ErrorKind::Input, "{}: the object has a map {}, which sfcc never writes", label, name);
}

Store chooseStore(const plan::Plan& plan, Vnf vnf, const std::optional<Store>& wanted) {
  if (plan.kind == plan::Kind::Last) {
    if (wanted.value_or(Store::Slots) != Store::Slots)
      throw Failure(ErrorKind::Usage, "{} keeps the newest headers, which wait in slots: --store {} is not possible",
                    plan.name, nameOf(*wanted));
    return Store::Slots;
  }
  const Store store = wanted.value_or(vnf == Vnf::User ? Store::Slots : Store::Carry);
  if (vnf == Vnf::User && store == Store::Carry) {
    throw Failure(ErrorKind::Usage, "store carry requires --vnf kernel: metadata does not survive user space");
  }
  if (vnf == Vnf::Kernel && store == Store::Hash) {
    throw Failure(ErrorKind::Usage, "store hash requires --vnf user: it finds header records by key, not by metadata");
  }
  return store;
}

ObjectSetup makeSetup(Machine& machine, const plan::Plan& plan, Vnf vnf, Store store, const DeviceLimits& limits) {
  const bool last = plan.kind == plan::Kind::Last;
  const uint32_t buckets = store == Store::Hash ? 1
                           : last               ? bucketsForKeys(plan.cache.entries)
                                                : bucketsFor(plan.cache.entries);
  const uint64_t elements = std::clamp<uint64_t>(plan.cache.entries, 1, uint64_t{1} << 25);

  sfc_config config{};
  machine.random({reinterpret_cast<uint8_t*>(config.seed), sizeof(config.seed)});
  machine.random({reinterpret_cast<uint8_t*>(&config.magic), sizeof(config.magic)});
  config.magic |= SFC_MAGIC_BITS;
  config.lifetime_ns = plan.cache.lifetime_ns;
  config.vnf = abiOf(last ? Vnf::User : vnf);  // the newest headers are found by key in both modes
  config.store = abiOf(store);
  config.bucket_mask = buckets - 1;
  config.meta_max = limits.metadata_max;
  config.short_frame = limits.mtu ? std::min(limits.mtu, least_ipv6_mtu) + ethernet_header : 0;
  config.ordered_stores = ordered_stores ? 1 : 0;
  config.cpus = machine.possibleCpus();
  config.beside = limits.beside ? 1 : 0;
  config.superframes = limits.superframes ? 1 : 0;
  config.segmenter = limits.segmenter;
  config.tc_ingress = limits.tc_ingress ? 1 : 0;

  ObjectSetup setup;
  setup.config.resize(sizeof(config));
  std::memcpy(setup.config.data(), &config, sizeof(config));
  setup.max_entries[SFC_MAP_BUCKETS] = buckets;
  setup.max_entries[SFC_MAP_FAR] = last ? 1 : SFC_FAR_ELEMENTS(buckets);
  setup.max_entries[SFC_MAP_ENTRIES] = buckets * ((last ? SFC_NEAR_WAYS : SFC_WAYS) - 1);
  setup.max_entries[SFC_MAP_HASH] = store == Store::Hash ? static_cast<unsigned>(elements) : 1;
  setup.max_entries[SFC_MAP_COUNTERS] = setup.max_entries[SFC_MAP_PARAMS] = 1;
  setup.max_entries[SFC_MAP_REPORTS] = SFC_REPORTS_SIZE;
  if (last) setup.max_entries[SFC_MAP_PORTS] = SFC_PORTS;
  for (const plan::Table& table : plan.tables) setup.max_entries[table.map] = static_cast<unsigned>(table.entries);
  setup.maps = mapsOf(plan);
  setup.proxy = plan::restoresHeaders(plan.kind);
  setup.tc_ingress = plan.no_tc_ingress.empty();
  return setup;
}

Bytes paramBytes(const plan::Plan& plan, const std::vector<ParamValue>& values) {
  Bytes bytes(std::max(plan.params_size, 8U));
  for (const auto& param : plan.params) put(bytes, param.offset, param.initial);
  for (const auto& value : values) putParam(plan, value, bytes);
  return bytes;
}

void putParam(const plan::Plan& plan, const ParamValue& value, Bytes& bytes) {
  const auto found = std::find_if(plan.params.begin(), plan.params.end(),
                                  [&](const plan::Param& param) { return param.name == value.name; });
  if (found == plan.params.end()) {
    throw Failure(ErrorKind::Usage, "{} has no parameter '{}'; {}", plan.name, value.name, namesOf(plan));
  }
  if (found->width_bits < 64 && value.value >> found->width_bits != 0) {
    throw Failure(ErrorKind::Usage, "parameter {} is a bit<{}>: {} does not fit, the maximum is {}", value.name,
                  found->width_bits, value.value, (uint64_t{1} << found->width_bits) - 1);
  }
  put(bytes, found->offset, value.value);
}

std::vector<ParamValue> readParams(const plan::Plan& plan, const Bytes& bytes) {
  std::vector<ParamValue> values;
  for (const auto& param : plan.params) {
    ParamValue value{param.name, 0};
    if (param.offset <= bytes.size() && bytes.size() - param.offset >= sizeof(value.value)) {
      std::memcpy(&value.value, bytes.data() + param.offset, sizeof(value.value));
    }
    values.push_back(value);
  }
  return values;
}

}  // namespace sfc
