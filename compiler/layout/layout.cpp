// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/layout/layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "compiler/ir/graph.h"

namespace sfc::layout {

namespace {

constexpr unsigned MaxKeyBytes = 192;
constexpr unsigned MaxValidBits = 32;
constexpr unsigned PortBytes = 4;

unsigned alignUp(unsigned value, unsigned to) {
  return (value + to - 1) / to * to;
}

unsigned powerOfTwoFor(unsigned bytes) {
  unsigned size = 1;
  while (size < bytes) size *= 2;
  return size;
}

/// The bits of `field` in the window of `size` bytes from byte `start`, as a little-endian number.
uint64_t maskIn(const ir::Field& field, unsigned start, unsigned size) {
  uint64_t mask = 0;
  for (unsigned bit = field.offset_bits; bit < field.offset_bits + field.width_bits; bit++)
    if (bit / 8 >= start && bit / 8 < start + size) mask |= uint64_t{1} << (8 * (bit / 8 - start) + (7 - bit % 8));
  return mask;
}

/// Windows over the key fields of a header, in wire order. A field that fits into one window lies in one; a longer one
/// gets adjacent windows of its own.
std::vector<ir::Window> windowsOver(const ir::Header& header, const std::vector<unsigned>& fields) {
  std::vector<ir::Window> windows;
  std::vector<unsigned> last;  // fields in the window that is being filled
  unsigned begin = 0, end = 0, most = 8;
  while (most > header.size) most /= 2;
  auto close = [&] {
    if (last.empty()) return;
    ir::Window window;
    window.size = powerOfTwoFor(end - begin);
    window.header_offset = std::min(begin, header.size - window.size);
    for (unsigned field : last) window.mask |= maskIn(header.fields[field], window.header_offset, window.size);
    windows.push_back(window);
    last.clear();
  };
  for (unsigned index : fields) {
    const ir::Field& field = header.fields[index];
    const ir::ByteSpan span = ir::spanOf(field);
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
      : model_(model),
        diagnostics_(diagnostics),
        reach_(ir::reachability(model)),
        extracted_in_(model.instances.size()) {
    for (unsigned s = 0; s < model.states.size(); s++)
      for (const ir::ParserStatement& statement : model.states[s].body)
        if (const auto* extract = std::get_if<ir::Extract>(&statement.node))
          extracted_in_[extract->instance].push_back(s);
  }

  ir::Key run() {
    for (const model::KeyItem& item : model_.key) std::visit([&](const auto& node) { place(node); }, item);
    unsigned end = 4, base = 4;
    for (const ir::KeyBlock& block : key_.blocks) end = std::max(end, block.end);
    for (const ir::KeyVariable& variable : key_.variables) base = std::max(base, variable.key_offset + variable.size);
    if (key_.port_offset) base = std::max(base, *key_.port_offset + PortBytes);
    if (key_.digest_offset) end = std::max(end, *key_.digest_offset + 8);
    if (key_.digest_offset && !key_.digest_unless) base = std::max(base, *key_.digest_offset + 8);
    key_.base_words = alignUp(base, 8) / 8;
    key_.words = std::max(alignUp(end, 8) / 8, key_.base_words);
    if (key_.words * 8 > MaxKeyBytes || valid_bits_ > MaxValidBits)
      diagnostics_.error(model_.key_range, "E0508",
                         fmt::format("this key takes {} bytes and {} headers; at most {} and {} are possible",
                                     key_.words * 8, valid_bits_, MaxKeyBytes, MaxValidBits),
                         "use fewer fields");
    shorten();
    for (const model::KeySwap& swap : model_.key_swaps) place(swap);
    return std::move(key_);
  }

private:
  /// The largest gap between two lengths separates short keys from long ones. Words are hashed in pairs.
  void shorten() {
    unsigned least = key_.base_words;
    if (key_.digest_offset) least = std::max(least, *key_.digest_offset / 8 + 1);
    std::set<unsigned> ends{least};
    for (const ir::KeyBlock& block : key_.blocks) ends.insert(std::max(least, (block.end + 7) / 8));
    key_.short_words = key_.words;
    unsigned longest = 2;
    for (auto end = ends.begin(); std::next(end) != ends.end(); ++end) {
      const unsigned step = *std::next(end) - *end;
      if (step < longest || *end % 2 != 0) continue;
      longest = step;
      key_.short_words = *end;
    }
    for (const ir::KeyBlock& block : key_.blocks)
      if ((block.end + 7) / 8 > key_.short_words) key_.more_words |= block.valid_bits;
  }

  void place(const model::KeyField& item) {
    if (placed_.count(item.instance)) return;
    placed_.insert(item.instance);
    ir::KeyBlock block;
    block.instance = item.instance;
    block.valid_bit = valid_bits_;
    const ir::Instance& instance = model_.instances[item.instance];
    const ir::Header& header = model_.headers[instance.header];
    for (unsigned element = 0; element < instance.count && valid_bits_ + element < MaxValidBits; element++)
      block.valid_bits |= uint32_t{1} << (valid_bits_ + element);
    valid_bits_ += instance.count;
    const std::vector<unsigned> fields = fieldsOf(item.instance);
    block.windows = windowsOver(header, fields);
    unsigned largest = 1;
    for (const ir::Window& window : block.windows) largest = std::max(largest, window.size);
    unsigned size = 0;
    for (ir::Window& window : block.windows) {
      size = alignUp(size, window.size);
      window.key_offset = size;
      size += window.size;
    }
    block.stride = alignUp(size, largest);
    const unsigned all = (instance.count - 1) * block.stride + size;
    block.start = freeFor(item.instance, all, largest);
    block.end = block.start + all;
    for (ir::Window& window : block.windows) window.key_offset += block.start;
    describe(block, instance, header, fields);
    key_.blocks.push_back(block);
  }

  void place(const model::KeyVariable& item) {
    const ir::Variable& variable = model_.variables[item.variable];
    const unsigned size = powerOfTwoFor((variable.width_bits + 7) / 8);
    const unsigned at = alignUp(freeForAll(), size);
    key_.variables.push_back({item.variable, at, size});
    key_.fields.push_back(
        {variable.name, plan::AlwaysValid, at * 8 + size * 8 - variable.width_bits, variable.width_bits});
    always_end_ = at + size;
  }

  void place(const model::KeyPort&) {
    key_.port_offset = alignUp(freeForAll(), PortBytes);
    key_.fields.push_back({"ingress_port", plan::AlwaysValid, *key_.port_offset * 8, PortBytes * 8});
    always_end_ = *key_.port_offset + PortBytes;
  }

  void place(const model::KeySwap& swap) {
    key_.swaps.push_back({key_.blockOf(swap.first.instance)->valid_bits, offsetOf(swap.first), offsetOf(swap.second),
                          model_.headerOf(swap.first.instance).fields[swap.first.field].width_bits / 8});
  }

  /// Of the field of a single header.
  unsigned offsetOf(const model::KeyField& item) const {
    const std::string name = fmt::format("{}.{}", model_.instances[item.instance].name,
                                         model_.headerOf(item.instance).fields[item.field].name);
    const auto found = std::ranges::find(key_.fields, name, &plan::KeyField::name);
    return found->offset_bits / 8;
  }

  /// The digest is a hash under a secret: it identifies packets, but shows nothing of them.
  void place(const model::KeyDigest& item) {
    if (key_.digest_offset) return;
    unsigned free = always_end_;
    for (const ir::KeyBlock& block : key_.blocks)
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

  /// The first aligned place for `size` bytes that no instance uses that can occur in the same packet as this one.
  unsigned freeFor(unsigned instance, unsigned size, unsigned alignment) const {
    unsigned at = alignUp(4, alignment);
    for (bool moved = true; moved;) {
      moved = false;
      const auto avoid = [&](unsigned start, unsigned end) {
        if (at >= end || at + size <= start) return;
        at = alignUp(end, alignment);
        moved = true;
      };
      for (const ir::KeyVariable& variable : key_.variables)
        avoid(variable.key_offset, variable.key_offset + variable.size);
      if (key_.port_offset) avoid(*key_.port_offset, *key_.port_offset + PortBytes);
      for (const ir::KeyBlock& block : key_.blocks)
        if (together(block.instance, instance)) avoid(block.start, block.end);
      if (key_.digest_offset && key_.digest_unless != instance) avoid(*key_.digest_offset, *key_.digest_offset + 8);
    }
    return at;
  }

  unsigned freeForAll() const {
    unsigned end = always_end_;
    for (const ir::KeyBlock& block : key_.blocks) end = std::max(end, block.end);
    if (key_.digest_offset) end = std::max(end, *key_.digest_offset + 8);
    return end;
  }

  bool together(unsigned a, unsigned b) const {
    for (const unsigned s : extracted_in_[a])
      for (const unsigned t : extracted_in_[b])
        if (s == t || reach_[s][t] || reach_[t][s]) return true;
    return false;
  }

  void describe(const ir::KeyBlock& block, const ir::Instance& instance, const ir::Header& header,
                const std::vector<unsigned>& fields) {
    for (unsigned element = 0; element < instance.count; element++)
      for (unsigned index : fields) {
        const ir::Field& field = header.fields[index];
        const std::string name = instance.is_stack ? fmt::format("{}[{}].{}", instance.name, element, field.name)
                                                   : fmt::format("{}.{}", instance.name, field.name);
        for (const ir::Window& window : block.windows) {
          const unsigned first = window.header_offset * 8;
          // Windows may overlap, so it is the mask that says which one holds the field.
          ir::Field first_bit = field;
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
  ir::Key key_;
  std::set<unsigned> placed_;
  unsigned always_end_ = 4;
  unsigned valid_bits_ = 0;
};

}  // namespace

ir::Key layoutKey(const model::Model& model, Diagnostics& diagnostics) {
  return KeyLayouter(model, diagnostics).run();
}

}  // namespace sfc::layout
