// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// std::visit by the type of what a variant holds.
#pragma once

namespace sfc {

/// std::visit(Overloaded{[](const A&) { ... }, [](const B&) { ... }}, variant): does not compile until each
/// alternative has a function, unless one takes `const auto&`.
template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace sfc
