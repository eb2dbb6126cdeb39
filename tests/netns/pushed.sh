#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A tunnel that one of our classifiers begins, with a real TCP connection in it. Superframes of the sender's TCP are
# segmented before they get headers.
#   pushed.sh srv6       Linux ends it (End.DX4 of RFC 8986)
#   pushed.sh PROGRAM    PROGRAM-egress.sfc ends it
source "$(dirname "$0")/../support/netns.sh"

program=${1:?a program}
source_address=10.1.0.11 target=10.1.0.22 megabytes=8
transfer=$sfc_root/tests/support/transfer.py
outer=(ipv4.src=192.0.2.1 ipv4.dst=192.0.2.2)
case $program in
  srv6) headers=(ipv6.src=fd00:9::1 ipv6.dst=fd00:9::2 segments[0].sid=fd00:9::2) sums=() ;;
  gtpu) headers=("${outer[@]}" gtpu.teid=7) sums=(ip.checksum.status) ;;
  nsh-vxlan-gpe) headers=("${outer[@]}" nsh.spi=42) sums=(ip.checksum.status) ;;
  geneve) headers=("${outer[@]}" mac.dst=$mac_receiver mac.src=$mac_sender geneve.vni=7) sums=(ip.checksum.status) ;;
  *) ns_stop "no program $program" ;;
esac

ns_topology
ns_host_bridges
ip -n "$ns_prefix-receiver" addr add $target/24 dev eth0
ip -n "$ns_prefix-sender" neigh replace $target lladdr $mac_receiver dev eth0 nud permanent
ip -n "$ns_prefix-receiver" neigh replace $source_address lladdr $mac_sender dev eth0 nud permanent
ip -n "$ns_prefix-sender" route change 10.1.0.0/24 dev eth0 src $source_address mtu 1400
for device in in out; do ip netns exec "$ns_prefix-host" tc qdisc replace dev $device root pfifo limit 10000; done
ip netns exec "$ns_prefix-sender" tc qdisc replace dev eth0 root pfifo limit 10000
in_sender ethtool -K eth0 tx off >/dev/null 2>&1
ns_load_end sender begin "$program-classifier"
if [[ $program == srv6 ]]; then
  ns_sysctl in_receiver net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.eth0.disable_ipv6=0 \
    net.ipv6.conf.all.seg6_enabled=1 net.ipv6.conf.eth0.seg6_enabled=1
  ip -n "$ns_prefix-receiver" route add fd00:9::2/128 dev eth0 encap seg6local action End.DX4 nh4 $target
else
  ns_load_end receiver end "$program-egress"
fi
in_sender sfcctl table add "$(ns_proxy begin)" ipv4_prefixes ipv4.dst=$target -- "${headers[@]}"
check "what show says" "$(in_sender sfcctl show "$(ns_proxy begin)" | grep -c 'superframes are segmented before')" = 1

ns_start capture in_host tcpdump -Z root -i in -Q in -c 200 -s 256 -w "$ns_work/way.pcap" not arp
ns_start server in_receiver python3 "$transfer" receive $target
in_sender python3 "$transfer" send $target $megabytes >"$ns_work/client.json" || check "the connection" broken = whole
ns_wait server
ns_wait capture
check "bytes" "$(ns_get server bytes)" = $((megabytes << 20))

ns_audit() { ns_in "$1" sfcctl stats "$(ns_proxy "$2")" --audit --json >"$ns_work/stats.json" || check "books of $2" wrong = right; }
ns_audit sender begin
check "segments with headers" "$(ns_get stats counters.tx_restored)" = "$(ns_segments in_sender)"
if [[ $program != srv6 ]]; then
  sent=$(ns_get stats counters.tx_restored)
  ns_audit receiver end
  check "segments without them" "$(ns_get stats counters.rx_stripped)" = "$sent"
fi

# What a decoder of others says of it.
fields() { tshark -r "$ns_work/way.pcap" -o ip.check_checksum:TRUE "$@" 2>/dev/null; }
check "frames that are malformed" "$(fields -Y '_ws.malformed || _ws.expert.severity == error' | wc -l)" = 0
check "frames that carry TCP" "$(fields -Y tcp | wc -l)" = 200
for sum in "${sums[@]}"; do
  check "$sum of outer and inner headers" "$(fields -T fields -E occurrence=a -e "$sum" | sort -u)" = "1,1"
done
ns_verdict
