// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// std::visit by the type of what a variant holds.
#pragma once

#include <concepts>

namespace sfc {

/// std::visit(Overloaded{[](const A&) { ... }, [](const B&) { ... }}, variant): does not compile until each
/// alternative has a function, unless one takes `const auto&`.
template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

/// Several alternatives with one function: [](const OneOf<A, B> auto&) { ... }
template <typename T, typename... Types>
concept OneOf = (std::same_as<T, Types> || ...);

}  // namespace sfc
