#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# One proxy for both directions: each device is its ingress and its egress.
source "$(dirname "$0")/../support/netns.sh"

count=3000
ns_topology
ns_host_routes
ns_try_load both --ingress in,out --egress in,out --vnf kernel || {
  cat "$ns_work/load.out" >&2
  ns_stop "cannot load the proxy"
}

ns_traffic $count --rate 50000
check_received 0
back=(--source 10.2.0.2,fd00:2::2 --destination 10.1.0.1,fd00:1::1)
ns_start received in_sender sfc-receive --device eth0 --expect $count "${back[@]}"
in_receiver sfc-send --device eth0 --count $count --rate 50000 "${back[@]}" --source-mac $mac_receiver \
  --destination-mac $mac_out >"$ns_work/sent.json"
ns_wait received
check_received 0
check_counters both rx_stripped=$((2 * count)) tx_restored=$((2 * count)) tx_pass_miss=0
ns_verdict
