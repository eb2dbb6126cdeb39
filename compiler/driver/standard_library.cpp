// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "compiler/driver/standard_library.h"

#include <map>

extern const std::string_view std_ethernet, std_frame, std_gre, std_int, std_int_geneve, std_int_mpls, std_int_source,
    std_int_tcp, std_int_udp, std_int_vxlan, std_ioam, std_ioam_ipv6, std_ioam_nsh, std_ioam_source, std_ip, std_mpls,
    std_nsh, std_srv6, std_transport, std_vxlan;

namespace sfc {

std::optional<std::string_view> standardLibraryFile(const std::string& path) {
  static const std::map<std::string, std::string_view> files = {{"std/ethernet.sfc", std_ethernet},
                                                                {"std/frame.sfc", std_frame},
                                                                {"std/gre.sfc", std_gre},
                                                                {"std/int.sfc", std_int},
                                                                {"std/int_geneve.sfc", std_int_geneve},
                                                                {"std/int_mpls.sfc", std_int_mpls},
                                                                {"std/int_source.sfc", std_int_source},
                                                                {"std/int_tcp.sfc", std_int_tcp},
                                                                {"std/int_udp.sfc", std_int_udp},
                                                                {"std/int_vxlan.sfc", std_int_vxlan},
                                                                {"std/ioam.sfc", std_ioam},
                                                                {"std/ioam_ipv6.sfc", std_ioam_ipv6},
                                                                {"std/ioam_nsh.sfc", std_ioam_nsh},
                                                                {"std/ioam_source.sfc", std_ioam_source},
                                                                {"std/ip.sfc", std_ip},
                                                                {"std/mpls.sfc", std_mpls},
                                                                {"std/nsh.sfc", std_nsh},
                                                                {"std/srv6.sfc", std_srv6},
                                                                {"std/transport.sfc", std_transport},
                                                                {"std/vxlan.sfc", std_vxlan}};
  auto it = files.find(path);
  if (it == files.end()) return std::nullopt;
  return it->second;
}

}  // namespace sfc
