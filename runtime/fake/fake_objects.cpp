// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime/fake/fake_objects.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "runtime/abi.h"
#include "runtime/setup.h"

namespace sfc {
namespace {

struct FakeShape {
  unsigned value_size = 0;
  unsigned max_entries = 0;
  bool is_hash = false;
};

struct MapContent : FakeContent {
  FakeShape shape;
  std::vector<uint64_t> words;  // the values of an array, aligned as mmap would
  std::map<Bytes, Bytes> elements;

  std::span<uint8_t> bytes() { return {reinterpret_cast<uint8_t*>(words.data()), words.size() * sizeof(uint64_t)}; }
  size_t stride() const { return (size_t{shape.value_size} + 7) & ~size_t{7}; }
};

struct ProgramContent : FakeContent {
  explicit ProgramContent(uint32_t number_) : number(number_) {}
  uint32_t id() const override { return number; }
  uint32_t number;
};

class FakeMap : public Map {
public:
  FakeMap(FakePins& pins, std::shared_ptr<MapContent> content) : pins_(pins), content_(std::move(content)) {}

  void pin(const std::string& path) override { pins_.pin(path, content_); }
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
    pins_.step();
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

  FakePins& pins_;
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
  FakeProgram(FakePins& pins, std::shared_ptr<FakeContent> content) : pins_(pins), content_(std::move(content)) {}
  void pin(const std::string& path) override { pins_.pin(path, content_); }
  uint32_t id() const override { return content_->id(); }
  TestRun runXdp(BytesView packet) override { return {2, {packet.begin(), packet.end()}}; }
  TestRun runTc(BytesView packet) override { return {-1, {packet.begin(), packet.end()}}; }

private:
  FakePins& pins_;
  std::shared_ptr<FakeContent> content_;
};

std::shared_ptr<MapContent> makeContent(const FakeShape& shape) {
  auto content = std::make_shared<MapContent>();
  content->shape = shape;
  if (!shape.is_hash) content->words.resize(content->stride() * shape.max_entries / sizeof(uint64_t));
  return content;
}

}  // namespace

std::shared_ptr<Map> FakeObjects::mapAt(const std::string& path) {
  return openMap(path);
}

LoadedObject FakeObjects::load(std::string_view, const std::string& label, const ObjectSetup& setup) {
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
      {SFC_MAP_PROGRAMS, {sizeof(uint32_t), 1, false}},
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
  for (const char* name :
       {SFC_PROG_INGRESS, SFC_PROG_EGRESS, SFC_PROG_HANDOVER, SFC_PROG_CARRIED, SFC_PROG_TC_INGRESS}) {
    loaded.programs[name] = std::make_unique<FakeProgram>(*this, std::make_shared<ProgramContent>(++last_program_));
  }
  return loaded;
}

std::unique_ptr<Map> FakeObjects::createArray(const std::string&, unsigned value_size, bool) {
  return std::make_unique<FakeMap>(*this, makeContent({value_size, 1, false}));
}

std::unique_ptr<Map> FakeObjects::openMap(const std::string& path) {
  return std::make_unique<FakeMap>(*this, std::dynamic_pointer_cast<MapContent>(contentAt(path)));
}

std::unique_ptr<Ring> FakeObjects::openRing(const Map&) {
  return std::make_unique<FakeRing>(reports);
}

std::unique_ptr<Program> FakeObjects::openProgram(const std::string& path) {
  return std::make_unique<FakeProgram>(*this, contentAt(path));
}

std::unique_ptr<Program> FakeObjects::loadRedirect(unsigned, const Map&) {
  return std::make_unique<FakeProgram>(*this, std::make_shared<ProgramContent>(++last_program_));
}

std::unique_ptr<Program> FakeObjects::loadResend() {
  return std::make_unique<FakeProgram>(*this, std::make_shared<ProgramContent>(++last_program_));
}

}  // namespace sfc
