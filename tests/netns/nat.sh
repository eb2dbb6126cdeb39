#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Source address translation in the host's kernel: packets come back changed, under the right labels.
source "$(dirname "$0")/../support/netns.sh"

count=5000
ns_topology
ns_host_routes
ns_nat
ns_load nat --vnf kernel
ns_traffic $count --rate 50000 --traffic tcp4,udp4,tcp6,udp6 -- --source "$ns_nat_sources"
check_received 0
check_counters nat rx_stripped=$count tx_restored=$count tx_pass_miss=0

ns_domain
ns_entry 3 services ipv4.dst=10.2.0.22 tcp.dst_port=8080
ns_connection 1
check "bytes of the connection" "$(ns_get server bytes)" = "$(ns_get client bytes)"
ns_verdict
