#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A real TCP connection through a domain with a service function in user space: under labels between the domain's ends,
# plain at both hosts.
source "$(dirname "$0")/../support/netns.sh"

ns_topology
ns_host_leaves_alone
ns_start vnf in_host sfc-vnf --in in --out out --delay 2
ns_load slow --vnf user
ns_domain
ns_entry 3 services ipv4.dst=10.2.0.22 tcp.dst_port=8080
ns_connection 2
ns_finish vnf
check "bytes of the connection" "$(ns_get server bytes)" = "$(ns_get client bytes)"
sent=$(ns_get client segments)
check "segments of the connection at the receiver" "$(ns_get server segments)" = "$sent"
check_counters begin tx_restored="$sent" tx_pass_miss=0
check_counters slow rx_stripped="$sent" tx_restored="$sent" tx_pass_miss=0
check_counters end rx_stripped="$sent" rx_ignored=0
ns_verdict
