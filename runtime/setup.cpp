// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/setup.h"

#include <algorithm>
#include <cstring>

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
    throw Failure(ErrorKind::Input, "the plan has a parameter outside of the parameter map; compile it again");
  }
  std::memcpy(bytes.data() + offset, &value, sizeof(value));
}

}  // namespace

Store chooseStore(Vnf vnf, const std::optional<Store>& wanted) {
  const Store store = wanted.value_or(vnf == Vnf::User ? Store::Slots : Store::Carry);
  if (vnf == Vnf::User && store == Store::Carry) {
    throw Failure(ErrorKind::Usage, "store carry goes with --vnf kernel only: metadata does not survive user space");
  }
  if (vnf == Vnf::Kernel && store == Store::Hash) {
    throw Failure(ErrorKind::Usage, "store hash goes with --vnf user only: it finds packets by key, not by metadata");
  }
  return store;
}

ObjectSetup makeSetup(Kernel& kernel, const plan::Plan& plan, Vnf vnf, Store store, const DeviceLimits& limits) {
  const uint32_t buckets = store == Store::Hash ? 1 : bucketsFor(plan.cache.entries);
  const uint64_t elements = std::clamp<uint64_t>(plan.cache.entries, 1, uint64_t{1} << 25);

  sfc_config config{};
  kernel.random({reinterpret_cast<uint8_t*>(config.seed), sizeof(config.seed)});
  kernel.random({reinterpret_cast<uint8_t*>(&config.magic), sizeof(config.magic)});
  config.lifetime_ns = plan.cache.lifetime_ns;
  config.vnf = abiOf(vnf);
  config.store = abiOf(store);
  config.bucket_mask = buckets - 1;
  config.meta_max = limits.metadata_max;
  config.short_frame = limits.mtu ? std::min(limits.mtu, least_ipv6_mtu) + ethernet_header : 0;
  config.ordered_stores = ordered_stores ? 1 : 0;
  config.cpus = kernel.possibleCpus();
  config.beside = limits.beside ? 1 : 0;

  ObjectSetup setup;
  setup.config.resize(sizeof(config));
  std::memcpy(setup.config.data(), &config, sizeof(config));
  setup.max_entries[SFC_MAP_BUCKETS] = buckets;
  setup.max_entries[SFC_MAP_FAR] = SFC_FAR_ELEMENTS(buckets);
  setup.max_entries[SFC_MAP_ENTRIES] = buckets * (SFC_WAYS - 1);
  setup.max_entries[SFC_MAP_HASH] = store == Store::Hash ? static_cast<unsigned>(elements) : 1;
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
    throw Failure(ErrorKind::Usage, "parameter {} is a bit<{}>: {} does not fit, the most is {}", value.name,
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
