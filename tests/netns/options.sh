#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The choices that can be made when a proxy is loaded: options.sh user|kernel OPTION... (for sfcctl load)
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
shift
count=5000
ns_topology
if [[ $mode == user ]]; then
  ns_host_leaves_alone
  ns_start vnf in_host sfc-vnf --in in --out out --delay 2
else
  ns_host_routes
fi
ns_load chosen --vnf "$mode" "$@"
ns_traffic $count --rate 20000 --traffic tcp4,udp4,tcp6,udp6
check_received 0
check_counters chosen rx_stripped=$count tx_restored=$count tx_pass_miss=0
ns_verdict
