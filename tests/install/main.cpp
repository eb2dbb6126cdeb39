// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// A program on two generated headers and an installed libsfc. What it does needs no privilege: it prints the counters'
// names, takes the object in the header apart, and asks for a proxy that is not loaded.
#include <cstdio>
#include <string_view>

#include "gateway.sfc.hpp"
#include "vxlan.sfc.hpp"

namespace {

template <typename Stats>
void printCounters(const char* program) {
  Stats{}.forEach([&](const char* name, uint64_t) { std::printf("%s %s\n", program, name); });
}

template <typename Proxy>
int printProxy(const char* program, std::string_view bytes) {
  const auto object = sfc::Object::fromBytes(bytes, program);
  if (!object) {
    std::fprintf(stderr, "%s: %s\n", program, object.error().text.c_str());
    return 1;
  }
  const auto proxy = Proxy::open("not-loaded");
  std::printf("%s: made by %s, %s\n", program, object->plan().compiler.c_str(), proxy ? "loaded" : "not loaded");
  return 0;
}

}  // namespace

int main() {
  printCounters<gateway::Stats>("gateway");
  printCounters<vxlan::Stats>("vxlan");
  return printProxy<gateway::Proxy>("gateway", gateway::objectBytes()) +
         printProxy<vxlan::Proxy>("vxlan", vxlan::objectBytes());
}
