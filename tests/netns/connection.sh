#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A real TCP connection through a service function in user space.
source "$(dirname "$0")/../support/netns.sh"

ns_topology
ns_host_leaves_alone
ns_start vnf in_host sfc-vnf --in in --out out --delay 2
ns_load slow --vnf user
ns_connection 2
ns_finish vnf
check "bytes of the connection" "$(ns_get server bytes)" = "$(ns_get client bytes)"
sent=$(ns_get push labelled)
check_counters slow rx_stripped="$sent" tx_restored="$sent" tx_pass_miss=0
ns_verdict
