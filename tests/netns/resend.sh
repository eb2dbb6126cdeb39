#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The function drops everything. When the same packets come again later, under other labels, nothing of the first ones
# is left in their way: not their labels, not their room in the cache.
source "$(dirname "$0")/../support/netns.sh"

count=1600
ns_topology
ns_host_leaves_alone
ns_load slow --vnf user

ns_start vnf in_host sfc-vnf --in in --out out --drop 1
ns_traffic $count --rate 20000 --identical 4 --traffic tcp4,udp6 --labels 3 -- --patience 1
ns_finish vnf
check "packets that came through" "$(ns_get received received)" = 0
check_counters slow rx_stripped=$count tx_restored=0

sleep 1.2 # the lifetime that sr-mpls.sfc gives its entries is 1 s
ns_start vnf in_host sfc-vnf --in in --out out
ns_traffic $count --rate 20000 --identical 4 --traffic tcp4,udp6 --labels 5 -- --identical 4 --labels 5
ns_finish vnf
check_received 0
check_counters slow rx_stripped=$((2 * count)) tx_restored=$count tx_pass_miss=0
ns_verdict
