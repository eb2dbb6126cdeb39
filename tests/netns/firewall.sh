#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A firewall in the host's kernel drops packets at random; all others come back under the right labels.
source "$(dirname "$0")/../support/netns.sh"

count=5000
ns_topology
ns_host_routes
ns_firewall 10
ns_load fw --vnf kernel
ns_traffic $count --rate 50000 --traffic tcp4,udp4,tcp6,udp6
dropped=$(ns_firewall_dropped)
check "packets dropped by the firewall" "$dropped" -gt 0
check_received "$dropped"
check_counters fw rx_stripped=$count tx_restored=$((count - dropped)) tx_pass_miss=0
ns_verdict
