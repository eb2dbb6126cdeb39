// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Names of a spec as names in C++.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

namespace sfc::emit_cpp {

/// A name of the spec and what it is called in C++.
struct Named {
  std::string name;
  std::string identifier;
};

/// The names of one C++ scope. Each is given out once.
class Names {
public:
  /// A scope in which `taken` are names already.
  Names(std::initializer_list<std::string_view> taken) : taken_(taken.begin(), taken.end()) {}

  /// A C++ identifier for a name of the spec: "ipv4.src" is ipv4_src, "tags[0].vid" is tags_0_vid. Underscores are
  /// added to what is a word of C++, may be a macro, or is taken.
  std::string add(std::string_view name);

private:
  std::set<std::string, std::less<>> taken_;
};

/// The namespace of a spec, after the name of its file.
std::string namespaceOf(std::string_view spec);

}  // namespace sfc::emit_cpp
