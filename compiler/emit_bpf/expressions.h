// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Expressions and field accesses as C. All values are __u64; comparisons look at them as signed (64-bit two's
// complement arithmetic, as in compiler/sema/expressions.cpp).
#pragma once

#include <functional>
#include <string>

#include "compiler/ir/program.h"

namespace sfc::emit_bpf {

/// C for the value of a field of a header that starts at pointer `base`; all `header_size` bytes can be read.
std::string loadField(const std::string& base, const ir::Field& field, unsigned header_size);

/// C statement that sets a field of such a header to `value`, leaving the bits around it.
std::string storeField(const std::string& base, const ir::Field& field, unsigned header_size, const std::string& value);

/// How an expression gets at what it refers to.
struct Access {
  std::function<std::string(const ir::FieldRef&)> field;
  std::function<std::string(unsigned instance)> stack_size;  // 1 or 0 for a single header
  std::function<std::string(const ir::TelemetryRef&)> telemetry;
  std::function<std::string(unsigned instance)> end;  // of a header among the stripped bytes, or SFC_NOWHERE
  std::string own_base;                               // pointer to the header whose length is worked out
  const ir::Header* own_header = nullptr;
};

/// C for an expression.
std::string print(const ir::ExprPtr& expr, const Access& access);

/// All field references of an expression.
void visitFields(const ir::ExprPtr& expr, const std::function<void(const ir::FieldRef&)>& visit);

/// The smallest number of one bits, 1, 3, 7, ..., that is not less than `most`.
unsigned maskOver(unsigned most);

/// The C name of a variable.
std::string variableName(unsigned variable);

}  // namespace sfc::emit_bpf
