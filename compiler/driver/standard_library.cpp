// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/driver/standard_library.h"

#include <map>

extern const std::string_view std_ethernet, std_frame, std_gre, std_int, std_int_tcp, std_int_udp, std_ioam, std_ip,
    std_mpls, std_nsh, std_srv6, std_transport, std_vxlan;

namespace sfc {

std::optional<std::string_view> standardLibraryFile(const std::string& path) {
  static const std::map<std::string, std::string_view> files = {
      {"std/ethernet.sfc", std_ethernet}, {"std/frame.sfc", std_frame},     {"std/gre.sfc", std_gre},
      {"std/int.sfc", std_int},           {"std/int_tcp.sfc", std_int_tcp}, {"std/int_udp.sfc", std_int_udp},
      {"std/ioam.sfc", std_ioam},         {"std/ip.sfc", std_ip},           {"std/mpls.sfc", std_mpls},
      {"std/nsh.sfc", std_nsh},           {"std/srv6.sfc", std_srv6},       {"std/transport.sfc", std_transport},
      {"std/vxlan.sfc", std_vxlan}};
  auto it = files.find(path);
  if (it == files.end()) return std::nullopt;
  return it->second;
}

}  // namespace sfc
