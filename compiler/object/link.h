// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// BPF objects to one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sfc {

/// Bytes in a section of their own, of which nothing else in the object knows.
struct Section {
  std::string name;
  std::string_view bytes;
};

/// The objects as one, with `sections` and without debug sections. On failure nothing, and why is in `log`. What is in
/// one of two objects is declared in the other.
std::optional<std::string> linkBpf(const std::vector<std::string_view>& objects, const std::vector<Section>& sections,
                                   std::string& log);

}  // namespace sfc
