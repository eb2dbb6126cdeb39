// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The system in memory, for tests: devices are declared, objects load into plain arrays, pins are entries of a map from
// paths, and every hook can be looked at. Programs do not run.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "runtime/kernel.h"

namespace sfc {

struct FakeDevice {
  Device device;
  std::set<std::string> features;  // those that are on
  std::vector<std::string> below;  // names of devices
  std::string peer;
  uint64_t sent = 0;  // packets
  bool native_xdp = true;
  std::set<std::string> fixed;     // that cannot be switched
  std::set<std::string> stubborn;  // that seem as if they could, and cannot
  bool has_clsact = false;
  std::string xdp;              // "native" or "generic" while a program is attached
  std::set<unsigned> filters;   // handles
  std::multiset<uint32_t> tcx;  // ids of programs
  uint32_t xdp_program = 0;     // the id of the one that is attached
};

class FakeKernel : public Kernel {
public:
  // ---- what tests set and look at
  FakeDevice& addDevice(const std::string& name, const std::string& driver, unsigned mtu = 1500);
  FakeDevice& fake(const std::string& name) { return devices_.at(name); }
  /// Deletes a device, and with it what is attached to it.
  void removeDevice(const std::string& name) { devices_.erase(name); }
  void renameDevice(const std::string& from, const std::string& to);
  /// From now on only so many steps that change something succeed; then all fail, as if the process had been killed.
  void dieAfter(size_t steps) { steps_left_ = steps; }
  /// Ends that, for the next process.
  void revive() { steps_left_.reset(); }
  /// Called by all that changes something.
  void step();
  std::set<std::string> paths() const;
  /// The map behind a pin.
  std::shared_ptr<Map> mapAt(const std::string& path);

  bool privileged = true;
  bool has_tcx = true;
  unsigned metadata = 216;
  uint64_t clock = 1'000'000'000;
  uint64_t net_namespace = 1;
  unsigned counters = 32;                  // values of the counter map
  unsigned entry_size = 64;                // of the entry map
  std::map<std::string, unsigned> tables;  // maps of tables in the object, and for how many entries
  unsigned table_value_size = 64;
  std::vector<Bytes> reports;  // in the ring buffer, if there is one
  bool has_ring = false;
  bool locked = false;                    // by another process
  std::function<void()> before_offloads;  // called before offloads are switched
  std::string fail_at;                    // pinning a path that ends so fails, as if the process died there
  ObjectSetup last_setup;
  bool was_loaded = false;  // an object

  // ---- Kernel
  void requirePrivilege(Privilege) override;
  LoadedObject load(std::string_view elf, const std::string& label, const ObjectSetup& setup) override;
  std::unique_ptr<Map> createArray(const std::string& name, unsigned value_size, bool mmapable) override;
  std::unique_ptr<Map> openMap(const std::string& path) override;
  std::unique_ptr<Ring> openRing(const Map& map) override;
  std::unique_ptr<Program> openProgram(const std::string& path) override;
  std::unique_ptr<Program> loadRedirect(unsigned ifindex, const Map& copy) override;
  unsigned probeMetadata() override { return metadata; }
  std::string pinRoot() override { return "/pins"; }
  std::unique_ptr<Lock> lockPins() override { return std::make_unique<Lock>(); }
  std::unique_ptr<Lock> tryLock(const std::string&) override { return locked ? nullptr : std::make_unique<Lock>(); }
  std::string lockHolder(const std::string&) override { return "another process"; }
  bool exists(const std::string& path) override;
  void makeDirectory(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  std::vector<std::string> listDirectory(const std::string& path) override;
  void remove(const std::string& path) override;
  void removeDirectory(const std::string& path) override;
  Device device(const std::string& name) override;
  std::optional<Device> device(unsigned ifindex) override;
  std::vector<Device> devicesBelow(const Device& device) override;
  std::string peerOf(const Device& device) override { return fake(device.name).peer; }
  uint64_t packetsSent(const Device& device) override { return fake(device.name).sent; }
  std::vector<Offload> offloads(const Device& device, const std::vector<std::string>& names) override;
  void setOffloads(const Device& device, const std::vector<std::string>& names, bool on) override;
  uint64_t netNamespace() override { return net_namespace; }
  std::string nameOfNamespace(uint64_t inode) override { return inode == 1 ? "first" : ""; }
  std::unique_ptr<Link> attachXdp(const Program& program, const Device& device, XdpMode mode) override;
  std::unique_ptr<Link> attachTcx(const Program& program, const Device& device, TcSide side) override;
  unsigned linkTarget(const std::string& path) override;
  XdpPrograms xdpOn(const Device& device) override;
  bool runsTcx(const Device& device, TcSide side, const Program& program) override;
  void detachPinned(const std::string& path) override;
  bool hasClsact(const Device& device) override { return fake(device.name).has_clsact; }
  void makeClsact(const Device& device) override;
  void addFilter(const Program& program, const Device& device, TcSide side, const TcFilter& filter) override;
  bool hasFilter(const Device& device, TcSide side, const TcFilter& filter) override;
  void removeFilter(const Device& device, TcSide side, const TcFilter& filter) override;
  void removeClsactIfEmpty(const Device& device) override;
  uint64_t coarseClock() override { return clock; }
  uint64_t wallClock() override { return 1'700'000'000; }
  void random(std::span<uint8_t> bytes) override;
  unsigned possibleCpus() const override { return 2; }

  /// What is behind a pin, or held by an object of the interface.
  struct Content {
    virtual ~Content() = default;
    virtual void detach() {}
    virtual unsigned target() const { return 0; }
    virtual uint32_t id() const { return 0; }
  };
  /// The device of this index; null if there is none.
  FakeDevice* find(unsigned ifindex);
  void pin(const std::string& path, std::shared_ptr<Content> content);

private:
  std::shared_ptr<Content> contentAt(const std::string& path);

  std::optional<size_t> steps_left_;
  std::map<std::string, FakeDevice> devices_;
  unsigned last_ifindex_ = 0;
  uint32_t last_program_ = 0;
  std::map<std::string, std::shared_ptr<Content>> pins_;  // null: a directory
  uint8_t next_random_ = 0;
};

}  // namespace sfc
