#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# TCP superframes through an SR-MPLS domain with the SF in the host's kernel. The sender's TCP makes superframes, and the
# classifier labels them whole; the host's GRO merges the packets of a flow, and the proxy labels those whole. On the
# wire are segments only, each under the labels of its flow. Counters count segments. Then what can go wrong meanwhile.
#   SFC_MEGABYTES=10000 segments.sh      so many in all, for a soak; and SFC_FLOWS, 64 if not set
source "$(dirname "$0")/../support/netns.sh"

flows=${SFC_FLOWS:-64}
megabytes=$((${SFC_MEGABYTES:-128} / flows))
# Of one connection, when something goes wrong meanwhile.
some=$((megabytes * flows < 60 ? megabytes * flows : 60))
transfer=$sfc_root/tests/support/transfer.py
target=10.2.0.22

feature() { "in_$1" ethtool -k "$2" | awk -v name="$3:" '$1 == name { print $2 }'; }

# forwarded: how many packets and superframes to the receiver the host's kernel has forwarded.
forwarded() { in_host nft list counter ip seen data | awk '/packets [0-9]/ { print $2 }'; }

# The labels of a seed, as tshark prints them, less the top one: "16001,16002"
labels_of() { sfc-stack "$1" | awk -F= '/label=/ { print $2 }' | tail -n +2 | paste -sd,; }

# connections WHAT FLOWS MEGABYTES [COMMAND...]: so many connections, while the command runs again and again.
connections() {
  local what=$1 count=$2 size=$3 meanwhile=
  shift 3
  ns_start server in_receiver python3 "$transfer" receive "$target" --flows "$count"
  if (($#)); then
    while :; do "$@"; done &
    meanwhile=$!
  fi
  in_sender python3 "$transfer" send "$target" "$size" --flows "$count" >"$ns_work/client.json" ||
    check "$what" "wrong data" = "right"
  [[ -z $meanwhile ]] || { kill "$meanwhile" && wait "$meanwhile"; } 2>/dev/null || true
  ns_wait server
  check "$what: bytes" "$(ns_get server bytes)" = $((count * size << 20))
}

ns_topology
ns_host_routes
check "TSO before" "$(feature host out tcp-segmentation-offload)" = on
ns_load first --vnf kernel
check "what load says of GRO" "$(grep -c 'in: GRO is off.*ethtool -K in gro on' "$ns_work/load.out")" = 1
check "TSO while the proxy is loaded" "$(feature host out tcp-segmentation-offload)" = off
ns_unload first
check "TSO after unload" "$(feature host out tcp-segmentation-offload)" = on
in_host ethtool -K in gro on >/dev/null
# Checksums are finished when the kernel cuts, so that the capture has them.
in_host ethtool -K out tx off >/dev/null
ns_load whole --vnf kernel
in_host sfcctl show "$(ns_proxy whole)" >"$ns_work/show.out"
check "what show says" "$(grep -c 'superframes are re-encapsulated whole' "$ns_work/show.out")" = 1
# merged WHAT COUNT OPERATOR MOST: that GRO has merged packets under several labels, if metadata has room for these
# (before Linux 6.3, it has 32 bytes).
merged() { grep -q 'metadata has no room for more' "$ns_work/show.out" || check "$@"; }
ns_domain
in_host nft "add table ip seen; add counter ip seen data; add chain ip seen forward { type filter hook forward priority 0; };
  add rule ip seen forward ip daddr 10.2.0.22 counter name data"

# Each flow has a stack of its own, of two labels or more.
for ((seed = 0, flow = 0; flow < flows; ++seed)); do
  [[ -n $(labels_of $seed) ]] || continue
  port=$((8080 + flow++))
  echo "$port $(labels_of $seed)" >>"$ns_work/expected"
  echo "services ipv4.dst=10.2.0.22 tcp.dst_port=$port -- $(sfc-stack $seed | paste -sd' ')" >>"$ns_work/entries"
done
in_sender sfcctl table load "$(ns_proxy begin)" "$ns_work/entries" >/dev/null

ns_start capture in_host tcpdump -Z root -i out -Q out -s 120 -B 65536 -c 300000 -w "$ns_work/wire.pcap"
connections "$flows flows under $flows stacks" $flows $megabytes
sleep 0.5
ns_finish capture

check_counters begin tx_drop_gso=0 tx_drop_mtu=0
sent=$(ns_segments in_sender)
check "segments with labels" "$(ns_get stats counters.tx_restored)" = "$sent"
check_counters whole rx_stripped="$sent" tx_restored="$sent" tx_pass_miss=0
check_counters end rx_stripped="$sent" rx_ignored=0
merged "packets and superframes that the host has forwarded" "$(forwarded)" -lt $((sent / 2))

wire() { tshark -n -r "$ns_work/wire.pcap" "$@" 2>/dev/null; }
wire -Y mpls -T fields -e tcp.dstport -e mpls.label | sort -u | tr '\t' ' ' >"$ns_work/seen"
check "stacks on the wire" "$(diff "$ns_work/seen" <(sort "$ns_work/expected") | head -n 3)" = ""
check "longest frame" "$(wire -T fields -e frame.len | sort -n | tail -n 1)" -le $((14 + 16 * 4 + 1400))
check "wrong checksums of IP" "$(wire -o ip.check_checksum:TRUE -Y 'mpls && ip.checksum.status == 0' | wc -l)" = 0

# A flow under as many labels as the spec has room for. GRO compares metadata to its end, so nothing there is by chance.
service=(services ipv4.dst=10.2.0.22 tcp.dst_port=8080)
deepest=0
while (($(sfc-stack $deepest | grep -c label=) < 16)); do deepest=$((deepest + 1)); done
in_sender sfcctl table del "$(ns_proxy begin)" "${service[@]}"
ns_entry $deepest "${service[@]}"
ns_tag_program in_host in ingress padded
before=$(forwarded)
connections "16 labels" 1 $((some / 2))
merged "16 labels: packets and superframes that the host has forwarded" \
  $(($(forwarded) - before)) -lt $(($(ns_get client segments) / 4))
in_host tc filter del dev in ingress prio 49152

# Under one label, of which nothing is left: the shortest metadata has room for that.
shortest=0
while (($(sfc-stack $shortest | grep -c label=) > 1)); do shortest=$((shortest + 1)); done
in_sender sfcctl table del "$(ns_proxy begin)" "${service[@]}"
ns_entry $shortest "${service[@]}"
before=$(forwarded)
connections "1 label" 1 $((some / 2))
check "1 label: packets and superframes that the host has forwarded" \
  $(($(forwarded) - before)) -lt $(($(ns_get client segments) / 4))

# Packets of one flow alternate between two stacks: the prefix has another one, which is hidden now and then.
first=0 other=2
ns_entry $other ipv4_prefixes ipv4.dst=10.2.0.0/16
alternate() {
  in_sender sfcctl table del "$(ns_proxy begin)" "${service[@]}" && sleep 0.02
  ns_entry $first "${service[@]}"
}
in_sender sfcctl table del "$(ns_proxy begin)" "${service[@]}"
ns_entry $first "${service[@]}"
ns_start capture in_host tcpdump -Z root -i out -Q out -s 120 -B 65536 -c 300000 -w "$ns_work/wire.pcap"
connections "alternating stacks" 1 $some alternate
sleep 0.5
ns_finish capture
wire -Y mpls -T fields -e mpls.label | sort -u >"$ns_work/seen"
check "both stacks on the wire" "$(diff "$ns_work/seen" <({ labels_of $first; labels_of $other; } | sort))" = ""

toggle() {
  in_host ethtool -K in gro off && sleep 0.05
  in_host ethtool -K in gro on && sleep 0.05
}
connections "GRO toggled" 1 $some toggle
in_host ethtool -K in gro on >/dev/null

# IPv6.
target=fd00:3::22
ip -n "$ns_prefix-receiver" addr add $target/128 dev eth0 nodad
ip -n "$ns_prefix-sender" addr add fd00:1::11/64 dev eth0 nodad
ip -n "$ns_prefix-sender" route add $target dev eth0 src fd00:1::11 mtu 1400
ip -n "$ns_prefix-sender" neigh replace $target lladdr "$ns_destination_mac" dev eth0 nud permanent
ip -n "$ns_prefix-receiver" route add fd00:1::11 dev eth0
ip -n "$ns_prefix-receiver" neigh replace fd00:1::11 lladdr "$ns_return_mac" dev eth0 nud permanent
ip -n "$ns_prefix-host" neigh replace fd00:1::11 lladdr $mac_sender dev in nud permanent
ns_entry $other ipv6_prefixes ipv6.dst=fd00:3::/32
in_host nft "add table ip6 seen; add counter ip6 seen data; add chain ip6 seen forward { type filter hook forward priority 0; };
  add rule ip6 seen forward ip6 daddr $target counter name data"
connections "IPv6" 1 $((some / 2))
merged "IPv6: packets and superframes that the host has forwarded" \
  "$(in_host nft list counter ip6 seen data | awk '/packets [0-9]/ { print $2 }')" -lt $(($(ns_get client segments) / 4))
target=10.2.0.22

# UDP: the sender gives its kernel many datagrams at a time, and GRO merges them if told to, in either of two ways.
datagrams() {
  local before
  before=$(forwarded)
  ns_start datagrams in_receiver python3 "$sfc_root/tests/support/datagrams.py" receive 10.2.0.22 segmented
  in_sender python3 "$sfc_root/tests/support/datagrams.py" send 10.2.0.22 segmented >"$ns_work/datagrams_sent.json"
  ns_wait datagrams
  check "$1: datagrams that are right" "$(ns_get datagrams right)" = "$(ns_get datagrams_sent sent)"
  merged "$1: forwarded" "$(($(forwarded) - before))" "$2" $(($(ns_get datagrams_sent sent) / 4))
}
in_sender ethtool -K eth0 tx on >/dev/null # else the kernel drops what UDP_SEGMENT makes, once headers are on it
datagrams "UDP" -gt
in_host ethtool -K in rx-udp-gro-forwarding on >/dev/null
datagrams "UDP that is merged" -lt
in_host ethtool -K in rx-udp-gro-forwarding off rx-gro-list on >/dev/null
datagrams "UDP that is chained" -lt
connections "TCP that is chained" 1 $((some / 2))
in_host ethtool -K in rx-gro-list off >/dev/null
in_sender ethtool -K eth0 tx off >/dev/null
check_counters begin tx_drop_gso=0
check_counters whole tx_drop_gso=0

# A firewall that drops superframes.
ns_stats whole
before=$(ns_get stats counters.tx_restored)
in_host nft -f - <<'NFT'
table ip function {
  counter dropped { }
  chain forward { type filter hook forward priority 0; meta length > 4000 numgen inc mod 50 == 49 counter name dropped drop; }
}
NFT
connections "superframes dropped" 1 $some
check "superframes that the firewall has dropped" "$(in_host nft list counter ip function dropped | awk '/packets/ { print $2 }')" -gt 0
in_host nft delete table ip function
ns_stats whole
sent=$(($(ns_get stats counters.tx_restored) - before))
check "segments that came back" "$sent" -lt "$(ns_get client segments)"
check_counters whole tx_drop_gso=0 tx_drop_mtu=0

# A segment with its labels that is too long for the device is counted as such, with all others of its superframe.
ip -n "$ns_prefix-host" link set out mtu 1404
ns_start late in_receiver python3 "$transfer" receive 10.2.0.22
in_sender timeout 2 python3 "$transfer" send 10.2.0.22 1 >/dev/null 2>&1 || true
ns_stats whole
check "segments that are too long" "$(ns_get stats counters.tx_drop_mtu)" -gt 0
check_counters whole tx_drop_gso=0
kill "${ns_jobs[late]}" 2>/dev/null || true

# Segmentation is given back to the device by hand; before, XDP at the other end is against it.
ns_unload end
check "hints" "$(in_host sfcctl stats "$(ns_proxy whole)" 2>&1 | grep -c tx-tcp-segmentation)" = 0
in_host ethtool -K out tx on tso on >/dev/null
check "the hint" "$(in_host sfcctl stats "$(ns_proxy whole)" 2>&1 | grep -c 'hint: out: .*tx-tcp-segmentation.* ethtool -K out')" = 1
ns_unload whole
ns_verdict
