// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// libsfc: loads a proxy, finds one that is loaded, and looks into it.
//
//   auto object = sfc::Object::open("sr-mpls.bpf.o");
//   auto proxy = sfc::Proxy::load(*object, "fw", {.ingress = {"in0"}, .egress = {"out0"}});
//   if (!proxy) return report(proxy.error());
//   std::cout << (*proxy->stats())["rx_stripped"];
//
// A proxy lives in the kernel, pinned under /sys/fs/bpf/sfc/NAME, until it is unloaded; a Proxy object is a view of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sfc/cache.h"
#include "sfc/hints.h"
#include "sfc/info.h"
#include "sfc/object.h"
#include "sfc/result.h"
#include "sfc/stats.h"
#include "sfc/status.h"
#include "sfc/table.h"
#include "sfc/telemetry.h"

namespace sfc {

class Kernel;
class Pins;

class Proxy {
public:
  /// Loads an object under a name and attaches it to its devices. Either all of it happens or nothing. Conflict if the
  /// name is taken or a device runs an XDP program already.
  static Result<Proxy> load(const Object& object, const std::string& name, const LoadOptions& options);
  /// A proxy that is loaded. NotFound if none of that name is.
  static Result<Proxy> open(const std::string& name);
  /// Detaches and removes a proxy, and restores the settings of its devices. Returns notes for people, one line each.
  static Result<std::vector<std::string>> unload(const std::string& name);
  /// The names of all loaded proxies, sorted.
  static Result<std::vector<std::string>> list();

  /// Remains of killed loads and unloads. They may still drop packets; the remedy of each takes it down.
  static Result<std::vector<Unfinished>> unfinished();

  Proxy(Proxy&&) noexcept;
  Proxy& operator=(Proxy&&) noexcept;
  ~Proxy();

  const ProxyInfo& info() const { return info_; }
  const plan::Plan& plan() const { return info_.plan; }
  /// Notes on how the proxy was loaded, one line each; empty after open().
  const std::vector<std::string>& notes() const { return notes_; }

  /// The devices that run its programs at this moment, ingress first, and the problems of the others.
  Result<std::vector<DeviceStatus>> devices() const;
  /// The proxy's programs and maps.
  Result<std::vector<ProxyPin>> pins() const;
  Result<Stats> stats() const;
  /// Suspicions from these counters, one line each, with what to do.
  Result<std::vector<std::string>> hints(const Stats& stats) const;
  /// Reads the counters until nothing moves meanwhile and the books balance; after a while, returns the quietest
  /// reading.
  Result<Audit> audit() const;
  /// A copy of every entry that waits at this moment.
  Result<std::vector<CacheEntry>> cacheEntries() const;
  /// Takes every waiting entry out of the cache; its packet will miss when it returns. Returns their number.
  Result<uint64_t> flushCache();
  Result<std::vector<ParamValue>> params() const;
  /// Changes a parameter while packets flow. Usage if there is none of that name or the value is too wide.
  Result<void> setParam(const ParamValue& param);

  // ---- tables
  /// The tables, in the order of the spec; a classifier looks packets up in that order.
  const std::vector<plan::Table>& tables() const { return info_.plan.tables; }
  /// Puts packets into a table while packets flow. `key` has all fields of the table ("ipv4.dst" = "10.1.0.0/16"),
  /// `headers`, of a classifier only, those fields of the pushed headers that do not keep what the spec says, or 0
  /// ("labels[0].label" = "16001"). Usage if the spec knows no such name or a value does not fit; Conflict if the key
  /// is there already or the table is full.
  Result<void> addEntry(const std::string& table, const std::vector<FieldValue>& key,
                        const std::vector<FieldValue>& headers);
  /// Adds the entries of a file, "TABLE KEY... [-- VALUES...]" in each line as `sfcctl table add` takes them; what is
  /// behind a # is a comment. All of them or, after an error, none. How many they are.
  Result<size_t> addEntries(const std::string& file);
  /// Takes an entry out. NotFound if there is none of that key.
  Result<void> removeEntry(const std::string& table, const std::vector<FieldValue>& key);
  /// All entries of a table, sorted by their keys.
  Result<std::vector<TableEntry>> entries(const std::string& table) const;

  // ---- telemetry
  /// A reader of the spec's reports. Usage if it has none; Conflict if there is a reader already.
  Result<TelemetryReader> telemetry() const;
  /// The residence times of packets. Usage if the spec measures none.
  Result<Residence> residence() const;

  // The same on a system other than the running one, for tests.
  static Result<Proxy> load(std::shared_ptr<Kernel> kernel, const Object& object, const std::string& name,
                            const LoadOptions& options);
  static Result<Proxy> open(std::shared_ptr<Kernel> kernel, const std::string& name);
  static Result<std::vector<std::string>> unload(std::shared_ptr<Kernel> kernel, const std::string& name);
  static Result<std::vector<std::string>> list(std::shared_ptr<Kernel> kernel);
  static Result<std::vector<Unfinished>> unfinished(std::shared_ptr<Kernel> kernel);

private:
  Proxy(std::shared_ptr<Kernel> kernel, ProxyInfo info, std::unique_ptr<Pins> pins);

  std::shared_ptr<Kernel> kernel_;
  ProxyInfo info_;
  std::unique_ptr<Pins> pins_;
  std::vector<std::string> notes_;
};

}  // namespace sfc
