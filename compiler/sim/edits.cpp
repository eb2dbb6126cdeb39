// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/sim/edits.h"

#include <algorithm>

#include "compiler/sim/device.h"
#include "compiler/sim/expressions.h"
#include "compiler/sim/report.h"

namespace sfc::sim {

namespace {

/// Bytes with headers in them being edited. A header that is not there reads as 0, and assigning to it changes nothing.
class Editor : private Values {
public:
  Editor(const ir::Program& program, const std::vector<uint64_t>& params, Sampler& sampler, uint64_t arrived,
         unsigned flags, const std::vector<uint64_t>& values, const Return& back, Bytes& bytes, Places& places,
         Change& change)
      : program_(program),

        params_(params),
        sampler_(sampler),
        arrived_(arrived),
        flags_(flags),
        values_(values),
        back_(back),
        bytes_(bytes),
        places_(places),
        change_(change),
        variables_(program_.variables.size()) {}

  /// Sets a stripped field that had moved to the present value of its retained field.
  void moveBack() {
    for (const ir::Move& move : program_.moves)
      if (const auto at = place(move.stripped.instance, move.stripped.element)) {
        const ir::Field& field = fieldOf(move.stripped);
        setBits(bytes_.data() + *at, field.offset_bits, field.width_bits, back_.moved);
      }
  }

  /// The counter of a drop, if one is reached.
  std::optional<ir::Exit> all(const std::vector<ir::Edit>& edits) {
    for (const ir::Edit& edit : edits)
      if (auto exit = std::visit([this](const auto& node) { return apply(node); }, edit.node)) return exit;
    return std::nullopt;
  }

private:
  uint64_t field(const ir::FieldRef& ref) const override {
    if (const auto retained = program_.placeInRetained(ref.instance); retained && *retained < back_.retained.size())
      return back_.retained[*retained] ? getBits(back_.frame.data() + *back_.retained[*retained],
                                                 partOf(ref).offset_bits, partOf(ref).width_bits)
                                       : 0;
    const auto at = place(ref.instance, ref.element);
    return at ? getBits(bytes_.data() + *at, partOf(ref).offset_bits, partOf(ref).width_bits) : 0;
  }
  uint64_t size(unsigned instance) const override { return places_[instance].size(); }
  uint64_t variable(unsigned variable) const override { return variables_[variable]; }
  uint64_t param(unsigned param) const override { return params_[param]; }

  uint64_t arrivalBit(unsigned bit) const override { return flags_ >> bit & 1; }
  uint64_t tableValue(const ir::TableValueRef& ref) const override {
    return values_[program_.placeOfValue(ref).value()];
  }
  uint64_t sampled(unsigned number, uint64_t every) const override { return sampler_.take(number, every); }

  uint64_t measured(ir::Measure measure) const override {
    switch (measure) {
      case ir::Measure::Arrived:
      case ir::Measure::ArrivedTai:
        return arrived_;
      case ir::Measure::Now:
      case ir::Measure::NowTai:
        return back_.now;
      case ir::Measure::IngressPort:
        return back_.ports.ingress;
      case ir::Measure::EgressPort:
        return back_.ports.egress;
      case ir::Measure::InFlight:
        return back_.in_flight;
      case ir::Measure::VnfDrops:
        return back_.vnf_drops;
    }
    return 0;
  }

  uint64_t telemetry(const ir::TelemetryRef& ref) const override {
    using What = ir::TelemetryRef::What;
    if (ref.what == What::Needed) return neededBy(program_.telemetry[ref.telemetry]);
    const uint64_t size = sizeOf(program_.telemetry[ref.telemetry]);
    if (ref.what == What::Size) return size;
    return holds(program_.telemetry[ref.telemetry], size) && (ref.what == What::Holds || mayGrowBy(size));
  }

  // ---- telemetry

  /// The number of times that the fields of a group occur.
  uint64_t occurrences(const ir::Telemetry& telemetry, const ir::TelemetryGroup& group) const {
    if (!group.gated) return 1;
    const uint64_t bits = evaluate(*telemetry.by, *this);
    uint64_t times = 0;
    for (unsigned bit = group.first; bit <= group.last; bit++) times += bits >> (telemetry.by_bits - 1 - bit) & 1;
    return times;
  }

  /// The bytes of all requested items.
  uint64_t neededBy(const ir::Telemetry& telemetry) const {
    uint64_t bytes = 0;
    for (const ir::TelemetryGroup& group : telemetry.groups) bytes += group.bytes * occurrences(telemetry, group);
    return bytes;
  }

  uint64_t sizeOf(const ir::Telemetry& telemetry) const {
    return telemetry.size ? evaluate(*telemetry.size, *this) : neededBy(telemetry);
  }

  /// Are so many bytes enough for the items?
  bool holds(const ir::Telemetry& telemetry, uint64_t size) const {
    return size <= telemetry.max_bytes && size % 4 == 0 && neededBy(telemetry) <= size;
  }

  bool mayGrowBy(uint64_t size) const {
    return fitsEgress(back_.frame.size() + bytes_.size() - change_.popped.length + size);
  }

  /// The data of a hop, padded with ones; nothing if the items do not fit.
  std::optional<Bytes> measure(const ir::Telemetry& telemetry) const {
    const uint64_t size = sizeOf(telemetry);
    if (!holds(telemetry, size)) return std::nullopt;
    Bytes data(size, 0xFF);
    unsigned at = 0;
    for (const ir::TelemetryGroup& group : telemetry.groups)
      for (uint64_t times = occurrences(telemetry, group); times > 0; times--)
        for (const ir::TelemetryField& field : group.fields) {
          setBits(data.data(), at, field.width_bits, evaluate(*field.value, *this));
          at += field.width_bits;
        }
    return data;
  }

  /// The end of a header, if it is there.
  std::optional<size_t> endOf(unsigned instance) const {
    const auto at = place(instance, 0);
    if (!at) return std::nullopt;
    const ir::Header& header = headerOf(instance);
    return *at + header.size + (header.variable_bits ? variableBits(header, bytes_.data() + *at) / 8 : 0);
  }

  void one(const ir::PushHeaders& node) {
    size_t size = 0;
    for (const unsigned instance : node.instances) {
      if (!places_[instance].empty()) return;
      size += headerOf(instance).size;
    }
    if (!mayGrowBy(size)) return;
    if (bytes_.empty()) change_.announced = true;
    for (const unsigned instance : node.instances) {
      places_[instance] = {bytes_.size()};
      bytes_.resize(bytes_.size() + headerOf(instance).size);
    }
    moveBack();
  }

  void one(const ir::Insert& node) {
    const auto end = endOf(node.instance);
    auto data = end ? measure(program_.telemetry[node.telemetry]) : std::nullopt;
    if (data && *end <= bytes_.size() && mayGrowBy(data->size()))
      change_.insertion = {*end, program_.instances[node.instance].region, std::move(*data)};
  }

  void one(const ir::PushRoom& node) {
    const auto end = endOf(node.instance);
    const ir::Telemetry& room = program_.telemetry[node.telemetry];
    const uint64_t size = sizeOf(room);
    if (end == bytes_.size() && holds(room, size) && mayGrowBy(size)) bytes_.resize(bytes_.size() + size);
  }

  void one(const ir::Write& node) {
    const auto end = endOf(node.instance);
    const auto data = end ? measure(program_.telemetry[node.telemetry]) : std::nullopt;
    const uint64_t at = evaluate(*node.at, *this);
    if (!data || *end > bytes_.size() || at > bytes_.size() - *end || data->size() > bytes_.size() - *end - at) return;
    std::copy(data->begin(), data->end(), bytes_.begin() + static_cast<std::ptrdiff_t>(*end + at));
  }

  /// A report has all items, requested or not.
  void one(const ir::Report& node) {
    const ir::Telemetry& telemetry = program_.telemetry[node.telemetry];
    const std::vector<unsigned>& reported = program_.reported;
    Report report;
    report.telemetry =
        static_cast<unsigned>(std::find(reported.begin(), reported.end(), node.telemetry) - reported.begin());
    report.arrived = arrived_;
    if (telemetry.by) report.asked = evaluate(*telemetry.by, *this);
    for (const ir::Collected& one : telemetry.collected) report.hops.push_back(collect(one));
    for (const ir::TelemetryGroup& group : telemetry.groups) {
      auto bit = static_cast<unsigned>(8 * report.items.size());
      report.items.resize(report.items.size() + group.bytes);
      for (const ir::TelemetryField& field : group.fields) {
        setBits(report.items.data(), bit, field.width_bits, evaluate(*field.value, *this));
        bit += field.width_bits;
      }
    }
    change_.reports.push_back(composeReport(report, back_, plan::restoresHeaders(program_.plan.kind)));
  }

  /// Locates the data of the hops that the packet came through.
  ReportedHops collect(const ir::Collected& collected) const {
    const ir::Telemetry& hop = program_.telemetry[collected.telemetry];
    ReportedHops hops;
    if (hop.by) hops.asked = evaluate(*hop.by, *this);
    hops.region = program_.instances[collected.instance].region;
    hops.from = endOf(collected.instance);
    if (hops.from && collected.at) *hops.from += evaluate(*collected.at, *this);
    hops.size = static_cast<int64_t>(evaluate(*collected.size, *this));
    hops.hop_size = sizeOf(hop);
    return hops;
  }

  const ir::Header& headerOf(unsigned instance) const { return program_.headerOf(instance); }
  ir::Field partOf(const ir::FieldRef& ref) const { return program_.partOf(ref); }
  const ir::Field& fieldOf(const ir::FieldRef& ref) const { return headerOf(ref.instance).fields[ref.field]; }

  /// The place of a header, if it is there.
  std::optional<size_t> place(unsigned instance, uint64_t element) const {
    const auto& where = places_[instance];
    if (element >= where.size()) return std::nullopt;
    return where[element];
  }

  /// The bytes of a field that consists of whole bytes.
  uint8_t* bytesOf(const ir::FieldRef& ref, uint64_t element) {
    const auto at = place(ref.instance, element);
    return at ? bytes_.data() + *at + fieldOf(ref).offset_bits / 8 : nullptr;
  }

  void one(const ir::AssignVariable& node) {
    variables_[node.variable] = evaluate(*node.value, *this) & onesOf(program_.variables[node.variable].width_bits);
  }

  void one(const ir::AssignField& node) {
    const auto at = place(node.field.instance, node.field.element);
    const ir::Field field = partOf(node.field);
    if (at) setBits(bytes_.data() + *at, field.offset_bits, field.width_bits, evaluate(*node.value, *this));
  }

  void one(const ir::CopyField& node) {
    uint8_t* to = bytesOf(node.to, node.to.element);
    const uint8_t* from = bytesOf(node.from, node.index ? evaluate(*node.index, *this) : node.from.element);
    if (!to || !from) return;
    const Bytes copy(from, from + fieldOf(node.to).width_bits / 8);  // the two may be the same header's
    std::copy(copy.begin(), copy.end(), to);
  }

  void one(const ir::SwapFields& node) {
    uint8_t* left = bytesOf(node.left, node.left.element);
    uint8_t* right = bytesOf(node.right, node.right.element);
    if (left && right) std::swap_ranges(left, left + fieldOf(node.left).width_bits / 8, right);
  }

  void one(const ir::Pop& node) {
    auto& where = places_[node.instance];
    const size_t count = std::min<size_t>(node.count, where.size());
    if (count == 0) return;
    if (change_.popped.length == 0) change_.popped.at = where.front();
    change_.popped.length += count * headerOf(node.instance).size;
    where.erase(where.begin(), where.begin() + static_cast<std::ptrdiff_t>(count));
  }

  // Edits that end the others or contain some.
  static std::optional<ir::Exit> apply(const ir::Drop& node) { return node.exit; }
  std::optional<ir::Exit> apply(const ir::If& node) {
    return all(evaluate(*node.condition, *this) ? node.then_branch : node.else_branch);
  }
  template <typename Node>
  std::optional<ir::Exit> apply(const Node& node) {
    one(node);
    return std::nullopt;
  }

  const ir::Program& program_;
  const std::vector<uint64_t>& params_;
  Sampler& sampler_;
  const uint64_t arrived_;
  const unsigned flags_;
  const std::vector<uint64_t>& values_;
  const Return& back_;
  Bytes& bytes_;
  Places& places_;
  Change& change_;
  std::vector<uint64_t> variables_;
};

}  // namespace

Edits::Edits(const ir::Program& program, plan::Hook hook, const std::vector<uint64_t>& params, Sampler& sampler)
    : program_(program),
      edits_(hook == plan::Hook::Ingress ? program.on_arrival : program.on_return),
      params_(params),
      sampler_(sampler) {}

std::optional<ir::Exit> Edits::apply(const Return& back, Record& record, Change& change) const {
  Places places(program_.instances.size());
  for (size_t i = 0; i < record.where.size(); i++) places[program_.in_record[i].instance] = record.where[i];
  Editor editor(program_, params_, sampler_, record.arrived, record.flags, record.values, back, record.bytes, places,
                change);
  if (plan::restoresHeaders(program_.plan.kind)) editor.moveBack();
  const size_t before = record.bytes.size();
  const auto exit = editor.all(edits_);
  if (!record.lengths.empty()) record.lengths.back() += record.bytes.size() - before;
  if (change.announced) announce(record);
  for (size_t i = 0; i < record.where.size(); i++) record.where[i] = places[program_.in_record[i].instance];
  return exit;
}

/// Headers have been pushed where there were none: sets the next-header field to them.
void Edits::announce(Record& record) const {
  const ir::Region& region = program_.regions.front();
  const ir::NextHeader& next_header = *region.next_header;
  const unsigned width = program_.headerOf(next_header.instance).fields[next_header.field].width_bits;
  setBits(record.saved.front().data(), 8 * next_header.size - next_header.shift - width, width, region.push_value);
}

std::optional<ir::Exit> Edits::apply(Bytes& frame, const Places& places) const {
  Places copy = places;
  Change none;  // nothing is popped or pushed
  return Editor(program_, params_, sampler_, 0, 0, {}, {}, frame, copy, none).all(edits_);
}

}  // namespace sfc::sim
