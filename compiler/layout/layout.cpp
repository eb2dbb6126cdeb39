// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/layout/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace sfc::layout {

namespace {

constexpr unsigned MaxKeyBytes = 192;
constexpr unsigned MaxValidBits = 32;

unsigned alignUp(unsigned value, unsigned to) {
  return (value + to - 1) / to * to;
}

unsigned powerOfTwoFor(unsigned bytes) {
  unsigned size = 1;
  while (size < bytes) size *= 2;
  return size;
}

/// The bits of `field` in the window of `size` bytes from byte `start`, as a little-endian number.
uint64_t maskIn(const model::Field& field, unsigned start, unsigned size) {
  uint64_t mask = 0;
  for (unsigned bit = field.offset_bits; bit < field.offset_bits + field.width_bits; bit++)
    if (bit / 8 >= start && bit / 8 < start + size) mask |= uint64_t{1} << (8 * (bit / 8 - start) + (7 - bit % 8));
  return mask;
}

/// Windows over the wanted fields of a header, which come in wire order. A field that one window can hold lies in one;
/// a longer one gets windows of its own that follow each other.
std::vector<Window> windowsOver(const model::Header& header, const std::vector<unsigned>& fields) {
  std::vector<Window> windows;
  std::vector<unsigned> last;  // fields in the window that is being filled
  unsigned begin = 0, end = 0, most = 8;
  while (most > header.size) most /= 2;
  auto close = [&] {
    if (last.empty()) return;
    Window window;
    window.size = powerOfTwoFor(end - begin);
    window.header_offset = std::min(begin, header.size - window.size);
    for (unsigned field : last) window.mask |= maskIn(header.fields[field], window.header_offset, window.size);
    windows.push_back(window);
    last.clear();
  };
  for (unsigned index : fields) {
    const model::Field& field = header.fields[index];
    const ByteSpan span = spanOf(field);
    if (span.count > most) {
      close();
      for (unsigned at = span.first; at < span.first + span.count;) {
        const unsigned left = span.first + span.count - at;
        const unsigned size = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
        windows.push_back({at, size, maskIn(field, at, size), 0});
        at += size;
      }
      continue;
    }
    const unsigned new_begin = last.empty() ? span.first : begin;
    if (!last.empty() && span.first + span.count - new_begin > most) close();
    if (last.empty()) begin = span.first;
    last.push_back(index);
    end = span.first + span.count;
  }
  close();
  return windows;
}

class KeyLayouter {
public:
  KeyLayouter(const model::Model& model, Diagnostics& diagnostics)
      : model_(model), diagnostics_(diagnostics), reach_(reachability(model)), extracted_in_(model.instances.size()) {
    for (unsigned s = 0; s < model.states.size(); s++)
      for (const model::Statement& statement : model.states[s].body)
        if (const auto* extract = std::get_if<model::Extract>(&statement.node))
          extracted_in_[extract->instance].push_back(s);
  }

  Key run() {
    for (const model::KeyItem& item : model_.key) std::visit([&](const auto& node) { place(node); }, item);
    unsigned end = 4, base = 4;
    for (const KeyBlock& block : key_.blocks) end = std::max(end, block.end);
    for (const KeyVariable& variable : key_.variables) base = std::max(base, variable.key_offset + variable.size);
    if (key_.digest_offset) end = std::max(end, *key_.digest_offset + 8);
    if (key_.digest_offset && !key_.digest_unless) base = std::max(base, *key_.digest_offset + 8);
    key_.base_words = alignUp(base, 8) / 8;
    key_.words = std::max(alignUp(end, 8) / 8, key_.base_words);
    if (key_.words * 8 > MaxKeyBytes || valid_bits_ > MaxValidBits)
      diagnostics_.error(model_.key_range, "E0508",
                         fmt::format("this key takes {} bytes and {} headers; at most {} and {} are possible",
                                     key_.words * 8, valid_bits_, MaxKeyBytes, MaxValidBits),
                         "name fewer fields");
    return std::move(key_);
  }

private:
  void place(const model::KeyField& item) {
    if (placed_.count(item.instance)) return;
    placed_.insert(item.instance);
    KeyBlock block;
    block.instance = item.instance;
    block.valid_bit = valid_bits_;
    const model::Instance& instance = model_.instances[item.instance];
    const model::Header& header = model_.headers[instance.header];
    valid_bits_ += instance.count;
    const std::vector<unsigned> fields = fieldsOf(item.instance);
    block.windows = windowsOver(header, fields);
    unsigned largest = 1;
    for (const Window& window : block.windows) largest = std::max(largest, window.size);
    unsigned size = 0;
    for (Window& window : block.windows) {
      size = alignUp(size, window.size);
      window.key_offset = size;
      size += window.size;
    }
    block.stride = alignUp(size, largest);
    const unsigned all = (instance.count - 1) * block.stride + size;
    block.start = freeFor(item.instance, all, largest);
    block.end = block.start + all;
    for (Window& window : block.windows) window.key_offset += block.start;
    describe(block, instance, header, fields);
    key_.blocks.push_back(block);
  }

  void place(const model::KeyVariable& item) {
    const model::Variable& variable = model_.variables[item.variable];
    const unsigned size = powerOfTwoFor((variable.width_bits + 7) / 8);
    const unsigned at = alignUp(freeForAll(), size);
    key_.variables.push_back({item.variable, at, size});
    key_.fields.push_back(
        {variable.name, plan::AlwaysValid, at * 8 + size * 8 - variable.width_bits, variable.width_bits});
    always_end_ = at + size;
  }

  /// The digest is a hash under a secret: it identifies packets, but there is nothing in it to show.
  void place(const model::KeyDigest& item) {
    if (key_.digest_offset) return;
    unsigned free = always_end_;
    for (const KeyBlock& block : key_.blocks)
      if (block.instance != item.unless) free = std::max(free, block.end);
    key_.digest_unless = item.unless;
    key_.digest_offset = alignUp(free, 8);
    if (!item.unless) always_end_ = *key_.digest_offset + 8;
  }

  std::vector<unsigned> fieldsOf(unsigned instance) const {
    std::set<unsigned> fields;
    for (const model::KeyItem& item : model_.key)
      if (const auto* field = std::get_if<model::KeyField>(&item); field && field->instance == instance)
        fields.insert(field->field);
    return {fields.begin(), fields.end()};  // in wire order, as they were declared
  }

  /// The first aligned place for `size` bytes that nothing uses which can occur in the same packet as this instance.
  unsigned freeFor(unsigned instance, unsigned size, unsigned alignment) const {
    unsigned at = alignUp(4, alignment);
    for (bool moved = true; moved;) {
      moved = false;
      const auto avoid = [&](unsigned start, unsigned end) {
        if (at >= end || at + size <= start) return;
        at = alignUp(end, alignment);
        moved = true;
      };
      for (const KeyVariable& variable : key_.variables)
        avoid(variable.key_offset, variable.key_offset + variable.size);
      for (const KeyBlock& block : key_.blocks)
        if (together(block.instance, instance)) avoid(block.start, block.end);
      if (key_.digest_offset && key_.digest_unless != instance) avoid(*key_.digest_offset, *key_.digest_offset + 8);
    }
    return at;
  }

  unsigned freeForAll() const {
    unsigned end = always_end_;
    for (const KeyBlock& block : key_.blocks) end = std::max(end, block.end);
    if (key_.digest_offset) end = std::max(end, *key_.digest_offset + 8);
    return end;
  }

  bool together(unsigned a, unsigned b) const {
    for (const unsigned s : extracted_in_[a])
      for (const unsigned t : extracted_in_[b])
        if (s == t || reach_[s][t] || reach_[t][s]) return true;
    return false;
  }

  void describe(const KeyBlock& block, const model::Instance& instance, const model::Header& header,
                const std::vector<unsigned>& fields) {
    for (unsigned element = 0; element < instance.count; element++)
      for (unsigned index : fields) {
        const model::Field& field = header.fields[index];
        const std::string name = instance.is_stack ? fmt::format("{}[{}].{}", instance.name, element, field.name)
                                                   : fmt::format("{}.{}", instance.name, field.name);
        for (const Window& window : block.windows) {
          const unsigned first = window.header_offset * 8;
          // Windows may overlap, so it is the mask that says which one holds the field.
          model::Field first_bit = field;
          first_bit.width_bits = 1;
          if ((window.mask & maskIn(first_bit, window.header_offset, window.size)) == 0) continue;
          key_.fields.push_back({name, block.valid_bit + element,
                                 (window.key_offset + element * block.stride) * 8 + field.offset_bits - first,
                                 field.width_bits});
          break;
        }
      }
  }

  const model::Model& model_;
  Diagnostics& diagnostics_;
  std::vector<std::vector<bool>> reach_;
  std::vector<std::vector<unsigned>> extracted_in_;  // per instance, states
  Key key_;
  std::set<unsigned> placed_;
  unsigned always_end_ = 4;
  unsigned valid_bits_ = 0;
};

}  // namespace

const KeyBlock* Key::blockOf(unsigned instance) const {
  for (const KeyBlock& block : blocks)
    if (block.instance == instance) return &block;
  return nullptr;
}

ByteSpan spanOf(const model::Field& field) {
  const unsigned first = field.offset_bits / 8;
  return {first, (field.offset_bits + field.width_bits + 7) / 8 - first};
}

void closeTransitively(std::vector<std::vector<bool>>& relation) {
  std::vector<std::vector<size_t>> next(relation.size());
  for (size_t from = 0; from < relation.size(); from++)
    for (size_t to = 0; to < relation.size(); to++)
      if (relation[from][to]) next[from].push_back(to);
  for (size_t from = 0; from < relation.size(); from++) {
    std::vector<size_t> open = next[from];
    while (!open.empty()) {
      const size_t via = open.back();
      open.pop_back();
      for (const size_t to : next[via]) {
        if (relation[from][to]) continue;
        relation[from][to] = true;
        open.push_back(to);
      }
    }
  }
}

std::vector<std::vector<bool>> reachability(const model::Model& model) {
  const size_t n = model.states.size();
  std::vector<std::vector<bool>> reach(n, std::vector<bool>(n));
  for (size_t s = 0; s < n; s++)
    for (const model::Case& c : model.states[s].cases)
      if (c.target.kind == ast::Target::Kind::State) reach[s][c.target.state] = true;
  closeTransitively(reach);
  return reach;
}

Key layoutKey(const model::Model& model, Diagnostics& diagnostics) {
  return KeyLayouter(model, diagnostics).run();
}

}  // namespace sfc::layout
