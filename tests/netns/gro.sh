#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Packets that GRO would love to merge, long TCP segments of few flows under equal labels, on a device with GRO on:
# none is lost. After unload the device has the GRO setting that it had before, on or off.
#   gro.sh user|kernel
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
count=5000

gro() { in_host ethtool -k in | awk '/^generic-receive-offload:/ { print $2 }'; }

ns_topology
if [[ $mode == user ]]; then
  ns_host_leaves_alone
  ns_start vnf in_host sfc-vnf --in in --out out --delay 1
else
  ns_host_routes
fi
for setting in on off; do
  in_host ethtool -K in gro $setting
  ns_load merged --vnf "$mode"
  ns_traffic $count --rate 30000 --traffic tcp4 --size 1200 --stack-per-flow
  check_received 0
  check_counters merged rx_stripped=$count tx_restored=$count tx_pass_miss=0 tx_drop_gso=0
  ns_unload merged
  check "GRO after unload" "$(gro)" = $setting
done
ns_verdict
