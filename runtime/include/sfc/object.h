// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A compiled proxy: the bytes of an object that sfcc wrote, and the plan that it carries.
#pragma once

#include <string>
#include <string_view>

#include "lib/plan/plan.h"
#include "sfc/result.h"

namespace sfc {

class Object {
public:
  /// Reads an object file. NotFound if there is none, Input if it is not an object of this version of sfcc.
  static Result<Object> open(const std::string& path);
  /// The same for an object in memory; Messages call it `label`.
  static Result<Object> fromBytes(std::string_view bytes, const std::string& label);

  const plan::Plan& plan() const { return plan_; }
  const std::string& bytes() const { return bytes_; }
  const std::string& label() const { return label_; }

private:
  Object() = default;

  std::string bytes_;
  std::string label_;
  plan::Plan plan_;
};

}  // namespace sfc
