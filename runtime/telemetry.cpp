// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sfc/telemetry.h"

#include <cmath>
#include <numeric>

#include "runtime/abi.h"
#include "runtime/failure.h"
#include "runtime/pins.h"

namespace sfc {

// ---- reading -------------------------------------------------------------------------------------------------------

TelemetryReader::TelemetryReader(std::shared_ptr<Kernel> kernel, const Pins& pins, plan::Plan plan)
    : kernel_(std::move(kernel)),
      plan_(std::move(plan)),
      map_path_(pins.mapPath(SFC_MAP_REPORTS)),
      map_id_(kernel_->openMap(map_path_)->id()),
      lock_(kernel_->tryLock(pins.path())),
      ring_(lock_ ? kernel_->openRing(*kernel_->openMap(map_path_)) : nullptr) {
  if (!lock_)
    throw Failure(ErrorKind::Conflict, "{} reads the telemetry of this proxy already: each report goes to one reader",
                  kernel_->lockHolder(pins.path()));
}
TelemetryReader::TelemetryReader(TelemetryReader&&) noexcept = default;
TelemetryReader& TelemetryReader::operator=(TelemetryReader&&) noexcept = default;
TelemetryReader::~TelemetryReader() = default;

Result<size_t> TelemetryReader::read(const std::function<void(const TelemetryRecord&)>& one) {
  return attempt([&] {
    size_t count = 0;
    for (const Bytes& bytes : ring_->take()) {
      const auto record = decodeTelemetry(plan_, bytes);
      if (!record) throw Failure(ErrorKind::Input, "a report of {} bytes does not match the plan", bytes.size());
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
