#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An SF in user space takes packets out of the kernel, keeps them 5 ms, drops some and lets others overtake.
source "$(dirname "$0")/../support/netns.sh"

count=5000
ns_topology
ns_host_leaves_alone
ns_start vnf in_host sfc-vnf --in in --out out --delay 5 --drop 0.02 --reorder 0.05
ns_load slow --vnf user
ns_traffic $count --rate 20000 --traffic tcp4,udp4,tcp6,udp6
ns_finish vnf
dropped=$(ns_get vnf dropped)
check "packets that the SF took" "$(ns_get vnf received)" = $count
check "packets dropped by the SF" "$dropped" -gt 0
check_received "$dropped"
check_counters slow rx_stripped=$count inserted=$count claimed=$((count - dropped)) tx_restored=$((count - dropped)) \
  tx_pass_miss=0
ns_verdict
