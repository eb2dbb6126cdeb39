// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Maps and ring buffers of the running kernel, each a file descriptor.
#pragma once

#include <linux/bpf.h>

#include <memory>
#include <string>

#include "runtime/kernel.h"
#include "runtime/linux/fd.h"

namespace sfc {

class BpfMap : public Map {
public:
  /// The name is for messages.
  BpfMap(Fd fd, std::string name);
  BpfMap(const BpfMap&) = delete;
  BpfMap& operator=(const BpfMap&) = delete;
  ~BpfMap() override;

  int fd() const { return fd_.get(); }
  const std::string& name() const { return name_; }

  void pin(const std::string& path) override;
  uint32_t id() const override { return info_.id; }
  unsigned valueSize() const override { return info_.value_size; }
  unsigned maxEntries() const override { return info_.max_entries; }
  std::optional<Bytes> find(BytesView key) const override;
  std::vector<Bytes> findPerCpu(uint32_t index) const override;
  void update(BytesView key, BytesView value) override;
  Inserted insert(BytesView key, BytesView value) override;
  bool erase(BytesView key) override;
  std::optional<Bytes> nextKey(const std::optional<Bytes>& key) const override;
  std::span<uint8_t> memory() override;

private:
  size_t stride() const { return (size_t{info_.value_size} + 7) & ~size_t{7}; }
  size_t memorySize() const { return stride() * info_.max_entries; }

  Fd fd_;
  std::string name_;
  bpf_map_info info_{};
  uint8_t* memory_ = nullptr;
};

class LinuxMaps : public virtual Maps {
public:
  std::unique_ptr<Map> createArray(const std::string& name, unsigned value_size, bool mmapable) override;
  std::unique_ptr<Map> openMap(const std::string& path) override;
  std::unique_ptr<Ring> openRing(const Map& map) override;
};

/// The file descriptor of a map that this kernel has made.
int fdOf(const Map& map);

/// The number of CPUs for which a per-CPU map has values.
unsigned countCpus();

}  // namespace sfc
