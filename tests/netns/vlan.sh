#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# VLAN tags outside the labels stay on the packet, one tag or two, on its way through
#   vlan.sh user      an SF in user space
#   vlan.sh kernel    a bridge in the host's kernel
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
count=3000
ns_topology
if [[ $mode == user ]]; then
  ns_host_leaves_alone
  ns_start vnf in_host sfc-vnf --in in --out out --delay 1
else
  ns_host_bridges
fi
ns_load tagged --vnf "$mode"
for tags in 8100:100 88a8:10,8100:20; do
  ns_traffic $count --rate 20000 --vlan $tags --traffic tcp4,udp4,udp6 -- --vlan $tags
  check_received 0
done
check_counters tagged rx_stripped=$((2 * count)) tx_restored=$((2 * count)) tx_pass_miss=0
ns_verdict
