#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The traffic tools without a proxy between them: what is sent arrives as it was sent, and the receiver would notice if
# it did not; a real connection gets through the tunnel.
source "$(dirname "$0")/../support/netns.sh"

ns_topology
ns_host_bridges
ns_traffic 20000 --traffic tcp4,udp4,tcp6,udp6 -- --pops 0
check_received 0
ns_traffic 3200 --identical 16 --traffic tcp4,udp6 -- --pops 0 --identical 16
check_received 0
ns_traffic 2000 --vlan 88a8:10,8100:20 -- --pops 0 --vlan 88a8:10,8100:20
check_received 0

# A label popped that should not be is a wrong pair or, if it was the only one, no label.
ns_traffic 2000 -- --pops 1
check "wrong pairs seen" "$(ns_get received wrong_pair)" = 2000

ns_topology
ns_host_leaves_alone
ns_start vnf in_host sfc-vnf --in in --out out --delay 5
ns_traffic 20000 --rate 50000 -- --pops 0
check_received 0
ns_connection 2
check "bytes of the connection" "$(ns_get server bytes)" = "$(ns_get client bytes)"
ns_finish vnf
check "frames that the function took" "$(ns_get vnf received)" -ge 21000
ns_verdict
