// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The public interface: every function checks, does its one thing through the kernel interface, and turns failures into
// a Result.
#include "sfc/proxy.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "lib/plan/validate.h"
#include "runtime/abi.h"
#include "runtime/counters.h"
#include "runtime/failure.h"
#include "runtime/hooks.h"
#include "runtime/ingress_hook.h"
#include "runtime/leftovers.h"
#include "runtime/loader.h"
#include "runtime/pins.h"
#include "runtime/setup.h"
#include "runtime/slots.h"
#include "runtime/status.h"
#include "runtime/tables.h"
#include "runtime/unloader.h"

namespace sfc {
namespace {

const std::array<uint8_t, 4> first_key{};

[[noreturn]] void failNotLoaded(Kernel& kernel, const std::string& name) {
  if (Pins(kernel, name + "~").exists()) throw Failure(ErrorKind::NotFound, "{}", describe(unfinishedOf(kernel, name)));
  throw Failure(ErrorKind::NotFound, "no proxy named {} is loaded; `sfcctl list` shows the loaded ones", name);
}

/// The pins of a loaded proxy.
Pins findPins(Kernel& kernel, const std::string& name) {
  checkName(name);
  kernel.requirePrivilege(Privilege::Use);
  Pins pins(kernel, name);
  if (!pins.exists()) failNotLoaded(kernel, name);
  return pins;
}

/// The state of a proxy whose maps this version can read.
ProxyInfo readInfo(const Pins& pins) {
  ProxyInfo info = pins.readState();
  if (info.plan.abi != SFC_ABI_VERSION)
    throw Failure(ErrorKind::Input,
                  "{} was loaded for interface version {}, but this is version {}; unload it and load it again",
                  info.name, info.plan.abi, SFC_ABI_VERSION);
  plan::validate(info.plan);
  return info;
}

uint64_t& flushedIn(Map& map) {
  return *reinterpret_cast<uint64_t*>(map.memory().data());
}

/// The maps of the slots store, open.
class OpenSlots {
public:
  explicit OpenSlots(const Pins& pins)
      : buckets_(pins.openMap(SFC_MAP_BUCKETS)),
        far_(pins.openMap(SFC_MAP_FAR)),
        entries_(pins.openMap(SFC_MAP_ENTRIES)) {}

  SlotMaps maps() const { return {*buckets_, *far_, *entries_}; }

private:
  std::unique_ptr<Map> buckets_, far_, entries_;
};

Look lookAt(const ProxyInfo& info, const Pins& pins) {
  const auto counters = pins.openMap(SFC_MAP_COUNTERS);
  const OpenSlots slots(pins);
  const auto hash = pins.openMap(SFC_MAP_HASH);
  const auto flushed = pins.openFlushed();
  return readLook(info.plan, info.store, {*counters, slots.maps(), *hash}, flushedIn(*flushed));
}

/// The number of changes of counters during a reading.
uint64_t movementOf(const Look& look) {
  uint64_t moved = look.atRest() ? 0 : 1;
  for (size_t i = 0; i < look.after.raw.size(); ++i) moved += look.after.raw[i] - look.before.raw[i];
  return moved;
}

uint64_t youngEntries(const std::vector<CacheEntry>& entries) {
  return static_cast<uint64_t>(std::ranges::count(entries, false, &CacheEntry::expired));
}

/// The packets that the egress devices have sent; nothing if that is unknown for one of them.
std::vector<EgressTraffic> egressTraffic(Kernel& kernel, const ProxyInfo& info) {
  std::vector<EgressTraffic> traffic;
  if (info.net_namespace != kernel.netNamespace()) return traffic;
  for (const EgressDevice& egress : info.egress) {
    const auto device = kernel.device(egress.ifindex);
    if (!device) return {};
    const uint64_t sent = kernel.packetsSent(*device);
    traffic.push_back({device->name, sent > egress.sent_before ? sent - egress.sent_before : 0, {}});
    if (!mustSegmentFirst(device->driver, info.ingress_hook)) continue;
    for (const Offload& offload : kernel.offloads(*device, segmentingOffloads()))
      if (offload.on) traffic.back().segmenting.push_back(offload.name);
  }
  return traffic;
}

}  // namespace

Proxy::Proxy(std::shared_ptr<Kernel> kernel, ProxyInfo info, std::unique_ptr<Pins> pins)
    : kernel_(std::move(kernel)), info_(std::move(info)), pins_(std::move(pins)) {}
Proxy::Proxy(Proxy&&) noexcept = default;
Proxy& Proxy::operator=(Proxy&&) noexcept = default;
Proxy::~Proxy() = default;

Result<Proxy> Proxy::load(const Object& object, const std::string& name, const LoadOptions& options) {
  return load(systemKernel(), object, name, options);
}

Result<Proxy> Proxy::load(std::shared_ptr<Kernel> kernel, const Object& object, const std::string& name,
                          const LoadOptions& options) {
  return attempt([&] {
    LoadReport report = sfc::load(*kernel, object, name, options);
    Proxy proxy(kernel, std::move(report.info), std::make_unique<Pins>(*kernel, name));
    proxy.notes_ = std::move(report.notes);
    return proxy;
  });
}

Result<Proxy> Proxy::open(const std::string& name) {
  return open(systemKernel(), name);
}

Result<Proxy> Proxy::open(std::shared_ptr<Kernel> kernel, const std::string& name) {
  return attempt([&] {
    auto pins = std::make_unique<Pins>(findPins(*kernel, name));
    ProxyInfo info = readInfo(*pins);
    return Proxy(kernel, std::move(info), std::move(pins));
  });
}

Result<std::vector<std::string>> Proxy::unload(const std::string& name) {
  return unload(systemKernel(), name);
}

Result<std::vector<std::string>> Proxy::unload(std::shared_ptr<Kernel> kernel, const std::string& name) {
  return attempt([&] {
    checkName(name);
    kernel->requirePrivilege(Privilege::Use);
    const auto lock = kernel->lockPins();
    const Pins unfinished(*kernel, name + "~");
    const Pins pins(*kernel, name);
    std::vector<std::string> notes;
    if (unfinished.exists()) {
      notes = takeDown(*kernel, unfinished);
    } else if (!pins.exists()) {
      failNotLoaded(*kernel, name);
    }
    if (!pins.exists()) return notes;
    checkPlace(*kernel, pins);
    const auto at_work = kernel->tryLock(pins.path());
    // From its first step on it is not called loaded any more.
    kernel->rename(pins.path(), unfinished.path());
    for (std::string& note : takeDown(*kernel, unfinished)) notes.push_back(std::move(note));
    return notes;
  });
}

Result<std::vector<std::string>> Proxy::list() {
  return list(systemKernel());
}

Result<std::vector<std::string>> Proxy::list(std::shared_ptr<Kernel> kernel) {
  return attempt([&] {
    kernel->requirePrivilege(Privilege::Use);
    auto names = kernel->listDirectory(kernel->pinRoot());
    std::erase_if(names, [](const std::string& name) { return name.back() == '~'; });
    return names;
  });
}

Result<std::vector<Unfinished>> Proxy::unfinished() {
  return unfinished(systemKernel());
}

Result<std::vector<Unfinished>> Proxy::unfinished(std::shared_ptr<Kernel> kernel) {
  return attempt([&] {
    kernel->requirePrivilege(Privilege::Use);
    return findUnfinished(*kernel);
  });
}

Result<std::vector<DeviceStatus>> Proxy::devices() const {
  return attempt([&] { return statusOf(*kernel_, *pins_, info_); });
}

Result<std::vector<ProxyPin>> Proxy::pins() const {
  return attempt([&] {
    std::vector<ProxyPin> pins;
    for (const std::string& name : kernel_->listDirectory(pins_->path())) {
      const std::string path = pins_->path() + "/" + name;
      const std::string object = name.substr(name.find('_') + 1);
      if (name.starts_with("prog_")) pins.push_back({"program", object, kernel_->openProgram(path)->id()});
      if (name.starts_with("map_")) pins.push_back({"map", object, kernel_->openMap(path)->id()});
    }
    return pins;
  });
}

Result<Stats> Proxy::stats() const {
  return attempt([&] { return lookAt(info_, *pins_).after; });
}

Result<std::vector<std::string>> Proxy::hints(const Stats& stats) const {
  return attempt([&] {
    const auto young = [&] { return stats["live"] == 0 ? 0 : youngEntries(require(cacheEntries())); };
    return hintsFrom(info_, stats, young, egressTraffic(*kernel_, info_));
  });
}

Result<Audit> Proxy::audit() const {
  return attempt([&] {
    constexpr int looks = 20;
    constexpr auto pause = std::chrono::milliseconds(20);
    Audit quietest;
    uint64_t least = UINT64_MAX;
    for (int i = 0; i < looks; ++i) {
      if (i > 0) std::this_thread::sleep_for(pause);
      const Look look = lookAt(info_, *pins_);
      const Audit audit{look.after, sfc::audit(info_.plan, info_.store, look), look.atRest()};
      if (audit.at_rest && audit.balances()) return audit;
      if (movementOf(look) > least) continue;
      least = movementOf(look);
      quietest = audit;
    }
    return quietest;
  });
}

Result<std::vector<CacheEntry>> Proxy::cacheEntries() const {
  return attempt([&] {
    std::vector<Bytes> copies;
    if (info_.store == Store::Hash) {
      copies = copyValues(*pins_->openMap(SFC_MAP_HASH));
    } else {
      copies = copyEntries(OpenSlots(*pins_).maps(), info_.plan.entry.size);
    }
    const uint64_t now = kernel_->coarseClock();
    std::vector<CacheEntry> entries;
    for (const Bytes& copy : copies) entries.push_back(decodeEntry(info_.plan, copy, now));
    return entries;
  });
}

Result<uint64_t> Proxy::flushCache() {
  return attempt([&] {
    const auto flushed = pins_->openFlushed();
    if (info_.store == Store::Hash) return flushHash(*pins_->openMap(SFC_MAP_HASH), flushedIn(*flushed));
    return flushEntries(OpenSlots(*pins_).maps(), flushedIn(*flushed));
  });
}

Result<void> Proxy::addEntry(const std::string& table, const std::vector<FieldValue>& key,
                             const std::vector<FieldValue>& headers) {
  return attempt([&] {
    const plan::Table& found = findTable(info_.plan, table);
    const auto number = static_cast<size_t>(&found - info_.plan.tables.data());
    const Entry entry{number, composeKey(found, key), composeRecord(info_.plan, found, headers)};
    insertEntries(*kernel_, *pins_, info_.plan, {&entry, 1});
  });
}

Result<size_t> Proxy::addEntries(const std::string& file) {
  return attempt([&] {
    const std::vector<Entry> entries = readEntries(file, info_.plan);
    insertEntries(*kernel_, *pins_, info_.plan, entries, file);
    return entries.size();
  });
}

Result<void> Proxy::removeEntry(const std::string& table, const std::vector<FieldValue>& key) {
  return attempt([&] {
    const plan::Table& found = findTable(info_.plan, table);
    const Bytes bytes = composeKey(found, key);
    if (!pins_->openMap(found.map)->erase(bytes))
      throw Failure(ErrorKind::NotFound, "table {} has no entry for {}", table, describe(key));
  });
}

Result<std::vector<TableEntry>> Proxy::entries(const std::string& table) const {
  return attempt([&] {
    const plan::Table& found = findTable(info_.plan, table);
    const auto map = pins_->openMap(found.map);
    // Of prefixes by their bits, not by the length that the key begins with.
    auto keys = keysOf(*map);
    const std::ptrdiff_t begin = found.longestPrefix() ? 4 : 0;
    std::ranges::stable_sort(keys, [&](const Bytes& a, const Bytes& b) {
      return std::ranges::lexicographical_compare(a.begin() + begin, a.end(), b.begin() + begin, b.end());
    });
    std::vector<TableEntry> entries;
    for (const Bytes& key : keys)
      if (const auto record = map->find(key)) entries.push_back(decodeTableEntry(info_.plan, found, key, *record));
    return entries;
  });
}

Result<TelemetryReader> Proxy::telemetry() const {
  return attempt([&] {
    if (info_.plan.telemetry.empty())
      throw Failure(ErrorKind::Usage, "{} sends no reports: its spec, {}, has no `report` in `on return`", info_.name,
                    info_.plan.name);
    return TelemetryReader(kernel_, *pins_, info_.plan);
  });
}

Result<Residence> Proxy::residence() const {
  return attempt([&] {
    if (!info_.plan.residence)
      throw Failure(
          ErrorKind::Usage,
          "{} has no times of packets with the SF: its spec, {}, measures no times (`arrived` in `on return`, or "
          "`report`)",
          info_.name, info_.plan.name);
    return readResidence(info_.plan, *pins_->openMap(SFC_MAP_COUNTERS));
  });
}

Result<std::vector<ParamValue>> Proxy::params() const {
  return attempt([&] {
    if (info_.plan.params.empty()) return std::vector<ParamValue>{};
    return readParams(info_.plan, pins_->openMap(SFC_MAP_PARAMS)->find(first_key).value_or(Bytes{}));
  });
}

Result<void> Proxy::setParam(const ParamValue& param) {
  return attempt([&] {
    // Parameters share one element: two writers at a time would undo each other's change.
    const auto lock = kernel_->lockPins();
    Bytes unused(std::max(info_.plan.params_size, 8U));
    putParam(info_.plan, param, unused);
    const auto map = pins_->openMap(SFC_MAP_PARAMS);
    Bytes bytes = map->find(first_key).value_or(Bytes(map->valueSize()));
    putParam(info_.plan, param, bytes);
    map->update(first_key, bytes);
  });
}

}  // namespace sfc
