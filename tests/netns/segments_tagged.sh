#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# TCP superframes with a VLAN tag through an SR-MPLS domain, with a bridge as the SF: the tag is beside the frame and
# outside of the headers, or it is part of the packet and the headers go behind it.
#   SFC_MEGABYTES=10000 segments_tagged.sh      so many in each of the two ways, for a soak; the first packets are captured
source "$(dirname "$0")/../support/netns.sh"

megabytes=${SFC_MEGABYTES:-10}
captured=100000
tagged=$((megabytes * 500 < captured / 2 ? megabytes * 500 : captured / 2))
transfer=$sfc_root/tests/support/transfer.py

# wire FILTER: how many frames there are of it.
wire() { tshark -n -r "$ns_work/wire.pcap" -o ip.check_checksum:TRUE -Y "$1" 2>/dev/null | wc -l; }

# connection WHAT: TCP; the tags are seen on the wire, and all segments come back.
connection() {
  ns_start capture in_host tcpdump -Z root -i out -Q out -s 120 -B 65536 -c $captured -w "$ns_work/wire.pcap"
  ns_start server in_receiver python3 "$transfer" receive 10.2.0.22
  in_sender python3 "$transfer" send 10.2.0.22 "$megabytes" >"$ns_work/client.json" || check "$1" "wrong data" = "right"
  ns_wait server
  sleep 0.3
  ns_finish capture
  check "$1: bytes" "$(ns_get server bytes)" = $((megabytes << 20))
  check_counters whole tx_restored="$(ns_segments in_sender)" tx_drop_gso=0 tx_drop_mtu=0 tx_pass_miss=0
  check "$1: superframes dropped by the classifier" \
    "$(in_sender sfcctl stats "$(ns_proxy begin)" | awk '$1 == "tx_drop_gso" { print $2 }')" = 0
  check "$1: frames with the tag and labels behind it" "$(wire 'vlan.id == 100 && mpls')" -gt $tagged
  check "$1: labels without the tag" "$(wire 'mpls && !vlan')" = 0
  check "$1: wrong checksums of IP" "$(wire 'mpls && ip.checksum.status == 0')" = 0
  check "$1: longest frame" "$(tshark -n -r "$ns_work/wire.pcap" -T fields -e frame.len 2>/dev/null | sort -n | tail -n 1)" -le 1500
}

# arrived: how many packets and superframes the bridge has got.
arrived() { in_host nft list counter netdev seen arrived | awk '/packets/ { print $2 }'; }

ns_topology
ns_host_bridges
ns_sysctl in_host -e net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
in_host ethtool -K in gro on >/dev/null
in_host ethtool -K out tx off >/dev/null
ns_load whole --vnf kernel
ns_domain
ns_entry 0 services ipv4.dst=10.2.0.22 tcp.dst_port=8080
ns_tag_program in_receiver eth0 ingress take_tag
in_host nft -f - <<'NFT'
table netdev seen {
  counter arrived { }
  chain in { type filter hook ingress device "in" priority 0; counter name arrived; }
}
NFT

# Behind the classifier: the host's ingress does not see the tag.
ns_tags_beside tag_all
connection "a tag outside of the headers"
check "packets and superframes to the bridge" "$(arrived)" -lt $(($(ns_segments in_sender) / 2))

# Before the classifier, on a bridge: it puts the labels behind the tag, and the host's ingress sees that.
in_sender tc qdisc del dev eth0 clsact
ip -n "$ns_prefix-sender" link add br0 address $mac_sender type bridge mcast_snooping 0
ip -n "$ns_prefix-sender" link set br0 addrgenmode none up
ip -n "$ns_prefix-sender" addr flush dev eth0
ip -n "$ns_prefix-sender" link set eth0 master br0
ip -n "$ns_prefix-sender" addr add 10.1.0.11/24 dev br0
ip -n "$ns_prefix-sender" route add 10.2.0.22 dev br0 src 10.1.0.11 mtu 1400
ip -n "$ns_prefix-sender" neigh replace 10.2.0.22 lladdr "$ns_destination_mac" dev br0 nud permanent
ns_tag_program in_sender br0 egress tag_all
connection "a tag in front of the headers"
ns_verdict
