// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sfc/telemetry.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "runtime/abi.h"
#include "runtime/failure.h"
#include "runtime/pins.h"
#include "sfc/wire.h"

namespace sfc {

bool asksFor(const plan::Telemetry& telemetry, uint64_t asked, const plan::TelemetryItem& item) {
  if (!item.gated) return true;
  for (unsigned bit = item.first; bit <= item.last && bit < telemetry.gate_bits; ++bit)
    if ((asked >> (telemetry.gate_bits - 1 - bit) & 1) != 0) return true;
  return false;
}

std::optional<TelemetryRecord> decodeTelemetry(const plan::Plan& plan, std::span<const uint8_t> bytes) {
  sfc_report head{};
  if (bytes.size() < sizeof(head)) return std::nullopt;
  std::memcpy(&head, bytes.data(), sizeof(head));
  const auto data = bytes.subspan(sizeof(head));
  if (head.telemetry >= plan.telemetry.size() || head.length > data.size()) return std::nullopt;
  const plan::Telemetry& telemetry = plan.telemetry[head.telemetry];
  if (head.length < telemetry.size) return std::nullopt;
  TelemetryRecord record{head.telemetry,   telemetry.name, head.arrived, head.left, head.ingress_port,
                         head.egress_port, head.asked,     {},           {}};
  record.data.assign(data.begin(), data.begin() + telemetry.size);
  for (const plan::TelemetryItem& item : telemetry.items) {
    const bool inside = item.width_bits <= 64 && size_t{item.offset_bits} + item.width_bits <= record.data.size() * 8;
    if (!inside || !item.known || !asksFor(telemetry, head.asked, item)) continue;
    record.items.push_back({item.name, wire::getBits(record.data.data(), item.offset_bits, item.width_bits)});
  }
  return record;
}

// ---- reading -------------------------------------------------------------------------------------------------------

TelemetryReader::TelemetryReader(std::shared_ptr<Kernel> kernel, const Pins& pins, plan::Plan plan)
    : kernel_(std::move(kernel)),
      plan_(std::move(plan)),
      map_path_(pins.mapPath(SFC_MAP_REPORTS)),
      map_id_(kernel_->openMap(map_path_)->id()),
      lock_(kernel_->tryLock(pins.path())),
      ring_(lock_ ? kernel_->openRing(map_path_) : nullptr) {
  if (!lock_)
    throw Failure(ErrorKind::Conflict,
                  "somebody else reads the telemetry of this proxy: each record goes to one reader");
}
TelemetryReader::TelemetryReader(TelemetryReader&&) noexcept = default;
TelemetryReader& TelemetryReader::operator=(TelemetryReader&&) noexcept = default;
TelemetryReader::~TelemetryReader() = default;

Result<size_t> TelemetryReader::read(const std::function<void(const TelemetryRecord&)>& one) {
  return attempt([&] {
    size_t count = 0;
    for (const Bytes& bytes : ring_->take()) {
      const auto record = decodeTelemetry(plan_, bytes);
      if (!record) throw Failure(ErrorKind::Input, "a record of {} bytes is not what the plan describes", bytes.size());
      one(*record);
      ++count;
    }
    return count;
  });
}

Result<void> TelemetryReader::wait(std::chrono::milliseconds most) {
  return attempt([&] {
    if (ring_->wait(most)) return;
    if (!kernel_->exists(map_path_) || kernel_->openMap(map_path_)->id() != map_id_)
      throw Failure(ErrorKind::NotFound, "the proxy has been unloaded");
  });
}

// ---- residence -----------------------------------------------------------------------------------------------------

uint64_t Residence::packets() const {
  return std::accumulate(buckets.begin(), buckets.end(), uint64_t{0});
}

double Residence::percentile(double share) const {
  const double wanted = share * static_cast<double>(packets());
  double before = 0;
  for (size_t i = 0; i < buckets.size(); ++i) {
    const auto here = static_cast<double>(buckets[i]);
    const double from = std::ldexp(1.0, static_cast<int>(i));
    if (here > 0 && before + here >= wanted) return from + from * (wanted - before) / here;
    before += here;
  }
  return 0;
}

}  // namespace sfc
