// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The value of an expression: 64-bit two's complement integers that wrap around, compared as signed numbers, divided
// and shifted to the right as unsigned ones; `&&` and `||` look at the right side only if need be (docs/language.md).
#pragma once

#include "compiler/ir/declarations.h"

namespace sfc::sim {

/// The values that an expression refers to. Each place of evaluation implements those that can occur there; all others
/// are 0.
class Values {
public:
  virtual ~Values() = default;

  /// 0 if the header is not there.
  virtual uint64_t field(const ir::FieldRef& ref) const = 0;
  /// A decision made when the packet arrived.
  virtual uint64_t arrivalBit(unsigned /*bit*/) const { return 0; }
  /// Elements of a stack; 1 or 0 for a single header.
  virtual uint64_t size(unsigned instance) const = 0;
  virtual uint64_t variable(unsigned variable) const = 0;
  virtual uint64_t param(unsigned param) const = 0;
  /// 1 if a table has an entry for the packet, else 0.
  virtual uint64_t hit(unsigned /*table*/) const { return 0; }
  virtual uint64_t tableValue(const ir::TableValueRef& /*ref*/) const { return 0; }
  /// The next bits behind the cursor, which the caller knows to be there.
  virtual uint64_t lookahead(unsigned /*width_bits*/) const { return 0; }
  virtual uint64_t measured(ir::Measure /*measure*/) const { return 0; }
  virtual uint64_t telemetry(const ir::TelemetryRef& /*ref*/) const { return 0; }
  /// Is this packet sampled, one of `every`? Counts it.
  virtual uint64_t sampled(unsigned /*number*/, uint64_t /*every*/) const { return 0; }
  /// A field of the header whose length is being computed.
  virtual uint64_t ownField(unsigned /*field*/) const { return 0; }
};

uint64_t evaluate(const ir::Expr& expr, const Values& values);

/// Samples the first of so many packets, for each `sampled` of a program by itself.
class Sampler {
public:
  explicit Sampler(unsigned samples) : since_(samples) {}

  /// Never if `every` is 0.
  bool take(unsigned number, uint64_t every) {
    if (every == 0) return false;
    uint64_t& since = since_[number];
    const bool taken = since == 0 || since >= every;
    since = taken ? 1 : since + 1;
    return taken;
  }

private:
  std::vector<uint64_t> since_;  // packets since the last sample, that one included, or 0
};

/// The length in bits of the variable-length field of a header that starts at `base`.
uint64_t variableBits(const ir::Header& header, const uint8_t* base);

}  // namespace sfc::sim
