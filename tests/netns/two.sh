#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Two proxies on one host, one for each direction of the same two devices.
source "$(dirname "$0")/../support/netns.sh"

count=3000
ns_topology
ns_host_routes
ns_load there --vnf kernel
ns_try_load back --ingress out --egress in --vnf kernel || {
  cat "$ns_work/load.out" >&2
  ns_stop "cannot load the second proxy"
}

ns_traffic $count --rate 50000
check_received 0

back=(--source 10.2.0.2,fd00:2::2 --destination 10.1.0.1,fd00:1::1)
ns_start received in_sender sfc-receive --device eth0 --expect $count "${back[@]}"
in_receiver sfc-send --device eth0 --count $count --rate 50000 "${back[@]}" --source-mac $mac_receiver \
  --destination-mac $mac_out >"$ns_work/sent.json"
ns_wait received
check_received 0

check_counters there rx_stripped=$count tx_restored=$count tx_pass_miss=0
check_counters back rx_stripped=$count tx_restored=$count tx_pass_miss=0
ns_unload there
ns_traffic 1000 --labels 1 -- --patience 1
check "labelled packets let through once the proxy is gone" "$(ns_get received received)" = 0
ns_verdict
