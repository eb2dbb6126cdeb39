#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An XDP program of somebody else is never replaced, and not taken away by unload.
source "$(dirname "$0")/../support/netns.sh"

xdp_program() { ip -n "$ns_prefix-host" -d link show in | grep -o 'prog/xdp id [0-9]*'; }

echo '__attribute__((section("xdp"), used)) int pass(void *ctx) { return 2; }
      char _license[] __attribute__((section("license"), used)) = "GPL";' |
  clang-19 -O2 -target bpf -x c -c -o "$ns_work/pass.o" -

ns_topology
ns_host_routes
ip -n "$ns_prefix-host" link set in xdp obj "$ns_work/pass.o" sec xdp
before=$(xdp_program)

code=0
ns_try_load fw --ingress in --egress out || code=$?
check "exit code for a device with another XDP program" $code = 5
check "lines of the message" "$(wc -l <"$ns_work/load.out")" = 1
check "XDP program on the device" "$(xdp_program)" = "$before"

ip -n "$ns_prefix-host" link set in xdp off
ns_load fw --vnf kernel
ns_unload fw
check "XDP program on the device after unload" "$(xdp_program || echo none)" = none
ns_verdict
