#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Packets that cannot be told apart come back oldest first, with the labels that arrived in that order: bursts of 16
# equal acknowledgements and of 16 equal IPv6/UDP datagrams, all of a burst in the function at once.
source "$(dirname "$0")/../support/netns.sh"

count=3200
ns_topology
ns_host_leaves_alone
ns_start vnf in_host sfc-vnf --in in --out out --delay 5
ns_load slow --vnf user
ns_traffic $count --rate 20000 --identical 16 --traffic tcp4,udp6 -- --identical 16
ns_finish vnf
check_received 0
check_counters slow rx_stripped=$count tx_restored=$count tx_pass_miss=0
ns_verdict
