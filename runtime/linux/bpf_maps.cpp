// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/linux/bpf_maps.h"

#include <poll.h>
#include <sys/mman.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "runtime/abi.h"
#include "runtime/linux/libbpf.h"

namespace sfc {
namespace {

class BpfRing : public Ring {
public:
  BpfRing(Fd fd, std::string name)
      : fd_(std::move(fd)), name_(std::move(name)), ring_(ring_buffer__new(fd_.get(), add, this, nullptr)) {
    if (!ring_) fail("cannot read ring buffer " + name_);
  }

  std::vector<Bytes> take() override {
    const int result = ring_buffer__consume(ring_.get());
    if (result < 0 && result != -ECANCELED) fail("cannot read ring buffer " + name_, -result);
    return std::exchange(taken_, {});
  }

  bool wait(std::chrono::milliseconds most) override {
    pollfd readable{ring_buffer__epoll_fd(ring_.get()), POLLIN, 0};
    const int result = ::poll(&readable, 1, static_cast<int>(most.count()));
    if (result < 0 && errno != EINTR) fail("cannot wait for ring buffer " + name_);
    return result > 0;
  }

private:
  struct Closer {
    void operator()(ring_buffer* ring) const { ring_buffer__free(ring); }
  };

  /// Called for each record. Programs may be faster than we are, so one call takes at most one ring full of records.
  static int add(void* self, void* data, size_t size) {
    std::vector<Bytes>& taken = static_cast<BpfRing*>(self)->taken_;
    const auto* bytes = static_cast<const uint8_t*>(data);
    taken.emplace_back(bytes, bytes + size);
    return taken.size() < SFC_REPORTS_SIZE / sizeof(sfc_report) ? 0 : -ECANCELED;
  }

  Fd fd_;
  std::string name_;
  std::vector<Bytes> taken_;
  std::unique_ptr<ring_buffer, Closer> ring_;
};

}  // namespace

// ---- one map

BpfMap::BpfMap(Fd fd, std::string name) : fd_(std::move(fd)), name_(std::move(name)) {
  uint32_t length = sizeof(info_);
  if (bpf_obj_get_info_by_fd(fd_.get(), &info_, &length) != 0) fail("cannot inspect map " + name_);
}

BpfMap::~BpfMap() {
  if (memory_ != nullptr) ::munmap(memory_, memorySize());
}

void BpfMap::pin(const std::string& path) {
  pinFd(fd_.get(), path);
}

std::optional<Bytes> BpfMap::find(BytesView key) const {
  Bytes value(info_.value_size);
  if (bpf_map_lookup_elem(fd_.get(), key.data(), value.data()) == 0) return value;
  if (errno == ENOENT) return std::nullopt;
  fail("cannot read map " + name_);
}

std::vector<Bytes> BpfMap::findPerCpu(uint32_t index) const {
  Bytes all(stride() * countCpus());
  if (bpf_map_lookup_elem(fd_.get(), &index, all.data()) != 0) fail("cannot read map " + name_);
  std::vector<Bytes> values;
  for (size_t at = 0; at < all.size(); at += stride()) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(at);
    values.emplace_back(begin, begin + info_.value_size);
  }
  return values;
}

void BpfMap::update(BytesView key, BytesView value) {
  if (bpf_map_update_elem(fd_.get(), key.data(), value.data(), BPF_ANY) != 0) fail("cannot write map " + name_);
}

Inserted BpfMap::insert(BytesView key, BytesView value) {
  if (bpf_map_update_elem(fd_.get(), key.data(), value.data(), BPF_NOEXIST) == 0) return Inserted::Yes;
  if (errno == EEXIST) return Inserted::Exists;
  if (errno == E2BIG || errno == ENOSPC) return Inserted::Full;
  fail("cannot write map " + name_);
}

bool BpfMap::erase(BytesView key) {
  if (bpf_map_delete_elem(fd_.get(), key.data()) == 0) return true;
  if (errno == ENOENT) return false;
  fail("cannot delete from map " + name_);
}

std::optional<Bytes> BpfMap::nextKey(const std::optional<Bytes>& key) const {
  Bytes next(info_.key_size);
  if (bpf_map_get_next_key(fd_.get(), key ? key->data() : nullptr, next.data()) == 0) return next;
  if (errno == ENOENT) return std::nullopt;
  fail("cannot iterate over map " + name_);
}

std::span<uint8_t> BpfMap::memory() {
  if (memory_ == nullptr) {
    void* mapped = ::mmap(nullptr, memorySize(), PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
    if (mapped == MAP_FAILED) fail("cannot map the memory of map " + name_);
    memory_ = static_cast<uint8_t*>(mapped);
  }
  return {memory_, memorySize()};
}

// ---- all maps

std::unique_ptr<Map> LinuxMaps::createArray(const std::string& name, unsigned value_size, bool mmapable) {
  LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = mmapable ? uint32_t{BPF_F_MMAPABLE} : 0);
  Fd fd(bpf_map_create(BPF_MAP_TYPE_ARRAY, name.c_str(), sizeof(uint32_t), value_size, 1, &options));
  if (!fd) fail("cannot create map " + name);
  return std::make_unique<BpfMap>(std::move(fd), name);
}

std::unique_ptr<Map> LinuxMaps::openMap(const std::string& path) {
  return std::make_unique<BpfMap>(openPin(path), std::filesystem::path(path).filename());
}

std::unique_ptr<Ring> LinuxMaps::openRing(const Map& map) {
  const auto& opened = dynamic_cast<const BpfMap&>(map);
  return std::make_unique<BpfRing>(duplicate(opened.fd()), opened.name());
}

int fdOf(const Map& map) {
  return dynamic_cast<const BpfMap&>(map).fd();
}

unsigned countCpus() {
  const int cpus = libbpf_num_possible_cpus();
  if (cpus < 1) fail("cannot count the CPUs", -cpus);
  return static_cast<unsigned>(cpus);
}

}  // namespace sfc
