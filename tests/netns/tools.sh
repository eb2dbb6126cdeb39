#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The traffic tools without a proxy between them: what is sent arrives as it was sent, and the receiver would notice if
# it did not; plain packets and a real connection get through a domain.
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

# Judged on the way under the labels of the tables, and plain behind the domain. Packets that no table has are a fault.
ns_domain
ns_entry 0 services ipv4.dst=10.3.0.7 tcp.dst_port=443
ns_entry 1 ipv6_prefixes ipv6.dst=fd00:3::/64
traffic=tcp4@10.3.0.7,udp6@fd00:3::7,udp4@10.3.0.7
plain=(--destination 10.3.0.7,fd00:3::7 --pops 0)
ns_plain_traffic 3000 --traffic $traffic -- "${plain[@]}"
check "packets that the witness saw under their labels" "$(ns_get witness ok)" = 2000
check "packets that the witness saw without" "$(ns_get witness unlabelled)" = 1000
check "plain packets received" "$(ns_get received ok)" = 3000
check_counters begin tx_restored=2000 tx_pass_miss=1000
check_counters end rx_stripped=2000 rx_ignored=1000

ns_entry 3 services ipv4.dst=10.2.0.22 tcp.dst_port=8080
ns_connection 2
check "bytes of the connection" "$(ns_get server bytes)" = "$(ns_get client bytes)"
ns_finish vnf
check "frames that the SF took" "$(ns_get vnf received)" -ge 21000
ns_verdict
