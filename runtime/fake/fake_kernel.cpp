// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/fake/fake_kernel.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>

#include "runtime/abi.h"
#include "runtime/failure.h"
#include "runtime/setup.h"

namespace sfc {
namespace {

using Content = FakeKernel::Content;

struct FakeShape {
  unsigned value_size = 0;
  unsigned max_entries = 0;
  bool is_hash = false;
};

struct MapContent : Content {
  FakeShape shape;
  std::vector<uint64_t> words;  // the values of an array, aligned as mmap would
  std::map<Bytes, Bytes> elements;

  std::span<uint8_t> bytes() { return {reinterpret_cast<uint8_t*>(words.data()), words.size() * sizeof(uint64_t)}; }
  size_t stride() const { return (size_t{shape.value_size} + 7) & ~size_t{7}; }
};

struct ProgramContent : Content {
  explicit ProgramContent(uint32_t number_) : number(number_) {}
  uint32_t id() const override { return number; }
  uint32_t number;
};

class FakeMap : public Map {
public:
  FakeMap(FakeKernel& kernel, std::shared_ptr<MapContent> content) : kernel_(kernel), content_(std::move(content)) {}

  void pin(const std::string& path) override { kernel_.pin(path, content_); }
  uint32_t id() const override { return 1; }
  unsigned valueSize() const override { return content_->shape.value_size; }
  unsigned maxEntries() const override { return content_->shape.max_entries; }

  std::optional<Bytes> find(BytesView key) const override {
    if (content_->shape.is_hash) {
      const auto found = content_->elements.find(Bytes(key.begin(), key.end()));
      return found == content_->elements.end() ? std::nullopt : std::optional(found->second);
    }
    const auto at = element(key);
    return Bytes(at.begin(), at.end());
  }

  std::vector<Bytes> findPerCpu(uint32_t) const override {
    const auto all = content_->bytes();
    return {Bytes(all.begin(), all.end())};
  }

  void update(BytesView key, BytesView value) override {
    kernel_.step();
    if (content_->shape.is_hash) {
      content_->elements[Bytes(key.begin(), key.end())] = Bytes(value.begin(), value.end());
    } else {
      std::copy(value.begin(), value.end(), element(key).begin());
    }
  }

  Inserted insert(BytesView key, BytesView value) override {
    if (content_->elements.count(Bytes(key.begin(), key.end())) != 0) return Inserted::Exists;
    if (content_->elements.size() >= content_->shape.max_entries) return Inserted::Full;
    update(key, value);
    return Inserted::Yes;
  }

  bool erase(BytesView key) override { return content_->elements.erase(Bytes(key.begin(), key.end())) != 0; }

  std::optional<Bytes> nextKey(const std::optional<Bytes>& key) const override {
    const auto next = key ? content_->elements.upper_bound(*key) : content_->elements.begin();
    return next == content_->elements.end() ? std::nullopt : std::optional(next->first);
  }

  std::span<uint8_t> memory() override { return content_->bytes(); }

private:
  std::span<uint8_t> element(BytesView key) const {
    uint32_t index = 0;
    std::memcpy(&index, key.data(), std::min(key.size(), sizeof(index)));
    return content_->bytes().subspan(index * content_->stride(), content_->shape.value_size);
  }

  FakeKernel& kernel_;
  std::shared_ptr<MapContent> content_;
};

class FakeRing : public Ring {
public:
  explicit FakeRing(std::vector<Bytes>& records) : records_(records) {}
  std::vector<Bytes> take() override { return std::exchange(records_, {}); }
  bool wait(std::chrono::milliseconds) override { return !records_.empty(); }

private:
  std::vector<Bytes>& records_;
};

class FakeProgram : public Program {
public:
  FakeProgram(FakeKernel& kernel, std::shared_ptr<Content> content) : kernel_(kernel), content_(std::move(content)) {}
  void pin(const std::string& path) override { kernel_.pin(path, content_); }
  uint32_t id() const override { return content_->id(); }
  TestRun runXdp(BytesView packet) override { return {2, {packet.begin(), packet.end()}}; }
  TestRun runTc(BytesView packet) override { return {-1, {packet.begin(), packet.end()}}; }

private:
  FakeKernel& kernel_;
  std::shared_ptr<Content> content_;
};

/// An attachment: undone once when it is detached or nobody holds it any more.
struct LinkContent : Content {
  using Undo = std::function<void(FakeDevice&)>;
  LinkContent(FakeKernel& kernel_, unsigned ifindex_, Undo undo_)
      : kernel(kernel_), ifindex(ifindex_), undo(std::move(undo_)) {}
  ~LinkContent() override { LinkContent::detach(); }
  unsigned target() const override { return undo && kernel.find(ifindex) != nullptr ? ifindex : 0; }
  void detach() override {
    if (target() != 0) undo(*kernel.find(ifindex));
    undo = nullptr;
  }
  FakeKernel& kernel;
  unsigned ifindex;
  Undo undo;
};

class FakeLink : public Link {
public:
  FakeLink(FakeKernel& kernel, const Device& device, LinkContent::Undo undo)
      : kernel_(kernel), content_(std::make_shared<LinkContent>(kernel, device.ifindex, std::move(undo))) {}
  void pin(const std::string& path) override { kernel_.pin(path, content_); }

private:
  FakeKernel& kernel_;
  std::shared_ptr<LinkContent> content_;
};

std::shared_ptr<MapContent> makeContent(const FakeShape& shape) {
  auto content = std::make_shared<MapContent>();
  content->shape = shape;
  if (!shape.is_hash) content->words.resize(content->stride() * shape.max_entries / sizeof(uint64_t));
  return content;
}

}  // namespace

FakeDevice& FakeKernel::addDevice(const std::string& name, const std::string& driver, unsigned mtu) {
  FakeDevice& added = devices_[name];
  added.device = {name, ++last_ifindex_, mtu, driver};
  return added;
}

void FakeKernel::renameDevice(const std::string& from, const std::string& to) {
  auto node = devices_.extract(from);
  node.key() = node.mapped().device.name = to;
  devices_.insert(std::move(node));
}

std::set<std::string> FakeKernel::paths() const {
  std::set<std::string> paths;
  for (const auto& [path, content] : pins_) paths.insert(path);
  return paths;
}

std::shared_ptr<Map> FakeKernel::mapAt(const std::string& path) {
  return openMap(path);
}

void FakeKernel::step() {
  if (!steps_left_) return;
  if (*steps_left_ == 0) throw Failure(ErrorKind::Kernel, "killed");
  --*steps_left_;
}

FakeDevice* FakeKernel::find(unsigned ifindex) {
  for (auto& [name, candidate] : devices_) {
    if (candidate.device.ifindex == ifindex) return &candidate;
  }
  return nullptr;
}

void FakeKernel::pin(const std::string& path, std::shared_ptr<Content> content) {
  step();
  if (!fail_at.empty() && path.ends_with(fail_at)) throw Failure(ErrorKind::Kernel, "no pin at {} today", path);
  pins_[path] = std::move(content);
}

std::shared_ptr<FakeKernel::Content> FakeKernel::contentAt(const std::string& path) {
  const auto found = pins_.find(path);
  if (found == pins_.end()) throw Failure(ErrorKind::Kernel, "no pin {}", path);
  return found->second;
}

void FakeKernel::requirePrivilege(Privilege) {
  if (!privileged) throw Failure(ErrorKind::Kernel, "no privilege");
}

LoadedObject FakeKernel::load(std::string_view, const std::string& label, const ObjectSetup& setup) {
  last_setup = setup;
  was_loaded = true;
  const auto entries = [&](const char* name) { return setup.max_entries.at(name); };
  const std::map<std::string, FakeShape> shapes = {
      {SFC_MAP_COUNTERS, {static_cast<unsigned>(counters * sizeof(uint64_t)), 1, false}},
      {SFC_MAP_PARAMS, {64, 1, false}},
      {SFC_MAP_BUCKETS, {static_cast<unsigned>(sizeof(sfc_bucket)) + entry_size, entries(SFC_MAP_BUCKETS), false}},
      {SFC_MAP_FAR, {sizeof(sfc_far), entries(SFC_MAP_FAR), false}},
      {SFC_MAP_ENTRIES, {entry_size, entries(SFC_MAP_ENTRIES), false}},
      {SFC_MAP_HASH, {entry_size, entries(SFC_MAP_HASH), true}},
  };
  std::map<std::string, MapShape> found = setup.maps;
  std::erase_if(found, [&](const auto& map) {
    const bool table = map.first.starts_with("sfc_table_");
    return (table && tables.count(map.first) == 0) || (map.first == SFC_MAP_REPORTS && !has_ring);
  });
  checkMaps(label, setup.maps, found);
  LoadedObject loaded;
  for (const auto& [name, size] : tables)
    loaded.maps[name] = std::make_unique<FakeMap>(*this, makeContent({table_value_size, size, true}));
  if (has_ring) loaded.maps[SFC_MAP_REPORTS] = std::make_unique<FakeMap>(*this, makeContent({0, 1, false}));
  for (const auto& [name, shape] : shapes) loaded.maps[name] = std::make_unique<FakeMap>(*this, makeContent(shape));
  for (const char* name : {SFC_PROG_INGRESS, SFC_PROG_EGRESS, SFC_PROG_HANDOVER}) {
    loaded.programs[name] = std::make_unique<FakeProgram>(*this, std::make_shared<ProgramContent>(++last_program_));
  }
  return loaded;
}

std::unique_ptr<Map> FakeKernel::createArray(const std::string&, unsigned value_size, bool) {
  return std::make_unique<FakeMap>(*this, makeContent({value_size, 1, false}));
}

std::unique_ptr<Map> FakeKernel::openMap(const std::string& path) {
  return std::make_unique<FakeMap>(*this, std::dynamic_pointer_cast<MapContent>(contentAt(path)));
}

std::unique_ptr<Ring> FakeKernel::openRing(const Map&) {
  return std::make_unique<FakeRing>(reports);
}

std::unique_ptr<Program> FakeKernel::openProgram(const std::string& path) {
  return std::make_unique<FakeProgram>(*this, contentAt(path));
}

std::unique_ptr<Program> FakeKernel::loadRedirect(unsigned, const Map&) {
  return std::make_unique<FakeProgram>(*this, std::make_shared<ProgramContent>(++last_program_));
}

bool FakeKernel::exists(const std::string& path) {
  return pins_.count(path) != 0;
}
void FakeKernel::makeDirectory(const std::string& path) {
  step();
  pins_[path] = nullptr;
}

void FakeKernel::rename(const std::string& from, const std::string& to) {
  step();
  std::map<std::string, std::shared_ptr<Content>> renamed;
  for (auto& [path, content] : pins_) {
    const bool inside = path == from || path.starts_with(from + "/");
    renamed[inside ? to + path.substr(from.size()) : path] = content;
  }
  pins_ = std::move(renamed);
}

std::vector<std::string> FakeKernel::listDirectory(const std::string& path) {
  std::vector<std::string> names;
  for (const auto& [pin, content] : pins_) {
    if (!pin.starts_with(path + "/")) continue;
    const std::string name = pin.substr(path.size() + 1);
    if (name.find('/') == std::string::npos) names.push_back(name);
  }
  return names;
}

void FakeKernel::remove(const std::string& path) {
  step();
  contentAt(path);
  pins_.erase(path);
}

void FakeKernel::removeDirectory(const std::string& path) {
  step();
  if (!listDirectory(path).empty()) throw Failure(ErrorKind::Kernel, "{} is not empty", path);
  pins_.erase(path);
}

Device FakeKernel::device(const std::string& name) {
  const auto found = devices_.find(name);
  if (found == devices_.end()) throw Failure(ErrorKind::NotFound, "no device {}", name);
  return found->second.device;
}

std::optional<Device> FakeKernel::device(unsigned ifindex) {
  const FakeDevice* found = find(ifindex);
  return found == nullptr ? std::nullopt : std::optional(found->device);
}

std::vector<Device> FakeKernel::devicesBelow(const Device& device) {
  std::vector<Device> devices;
  for (const std::string& name : fake(device.name).below) devices.push_back(fake(name).device);
  return devices;
}

std::vector<Offload> FakeKernel::offloads(const Device& device, const std::vector<std::string>& names) {
  const FakeDevice& asked = fake(device.name);
  std::vector<Offload> found;
  for (const std::string& name : names) {
    found.push_back({name, asked.features.count(name) != 0, asked.fixed.count(name) != 0});
  }
  return found;
}

void FakeKernel::setOffloads(const Device& device, const std::vector<std::string>& names, bool on) {
  if (before_offloads) before_offloads();
  step();
  FakeDevice& changed = fake(device.name);
  for (const std::string& name : names) {
    if (changed.fixed.count(name) != 0 || changed.stubborn.count(name) != 0) continue;
    if (on) {
      changed.features.insert(name);
    } else {
      changed.features.erase(name);
    }
  }
}

std::unique_ptr<Link> FakeKernel::attachXdp(const Program& program, const Device& device, XdpMode mode) {
  step();
  FakeDevice& taken = fake(device.name);
  if (!taken.xdp.empty()) throw Failure(ErrorKind::Conflict, "{} runs an XDP program already", device.name);
  if (mode == XdpMode::Native && !taken.native_xdp) throw Failure(ErrorKind::Kernel, "no native XDP");
  taken.xdp = nameOf(mode);
  taken.xdp_program = program.id();
  return std::make_unique<FakeLink>(*this, device, [](FakeDevice& left) {
    left.xdp.clear();
    left.xdp_program = 0;
  });
}

std::unique_ptr<Link> FakeKernel::attachTcx(const Program& program, const Device& device, TcSide) {
  if (!has_tcx) return nullptr;
  step();
  fake(device.name).tcx.insert(program.id());
  return std::make_unique<FakeLink>(*this, device, [id = program.id()](FakeDevice& left) { left.tcx.erase(id); });
}

unsigned FakeKernel::linkTarget(const std::string& path) {
  return contentAt(path)->target();
}

XdpPrograms FakeKernel::xdpOn(const Device& device) {
  const FakeDevice& asked = fake(device.name);
  return asked.xdp == "generic" ? XdpPrograms{0, asked.xdp_program} : XdpPrograms{asked.xdp_program, 0};
}

bool FakeKernel::runsTcx(const Device& device, TcSide, const Program& program) {
  return fake(device.name).tcx.count(program.id()) != 0;
}

void FakeKernel::detachPinned(const std::string& path) {
  step();
  contentAt(path)->detach();
}

void FakeKernel::makeClsact(const Device& device) {
  step();
  fake(device.name).has_clsact = true;
}

void FakeKernel::addFilter(const Program&, const Device& device, TcSide, const TcFilter& filter) {
  step();
  fake(device.name).filters.insert(filter.handle);
}

bool FakeKernel::hasFilter(const Device& device, TcSide, const TcFilter& filter) {
  return fake(device.name).filters.count(filter.handle) != 0;
}

void FakeKernel::removeFilter(const Device& device, TcSide, const TcFilter& filter) {
  step();
  fake(device.name).filters.erase(filter.handle);
}

void FakeKernel::removeClsactIfEmpty(const Device& device) {
  step();
  FakeDevice& changed = fake(device.name);
  if (changed.filters.empty()) changed.has_clsact = false;
}

void FakeKernel::random(std::span<uint8_t> bytes) {
  for (uint8_t& byte : bytes) byte = ++next_random_;
}

}  // namespace sfc
