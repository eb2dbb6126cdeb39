#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A classifier whose headers cannot go onto superframes: those of the sender's own TCP are segmented first, in a pair of
# devices that load makes and unload removes.
#   SFC_MEGABYTES=10000 segmenter.sh      so many in each connection, for a soak; the first packets are captured
source "$(dirname "$0")/../support/netns.sh"

megabytes=${SFC_MEGABYTES:-20}
captured=10000
transfer=$sfc_root/tests/support/transfer.py

# compile NAME PROXY...: a program with the parser of behind-ip.sfc.
compile() {
  sed '/^classifier/,$d' "$sfc_root/tests/packets/tables/behind-ip.sfc" >"$ns_work/$1.sfc"
  echo "${*:2}" >>"$ns_work/$1.sfc"
  sfcc "$ns_work/$1.sfc" -o "$ns_work" >&2 || ns_stop "cannot compile $1"
}

# load WHERE NAME DEVICE
load() {
  ns_proxies[$2]=$1
  "in_$1" sfcctl load "$(ns_proxy "$2")" "$ns_work/$2.bpf.o" --ingress "$3" --egress "$3" >"$ns_work/load.out" 2>&1 ||
    ns_stop "cannot load $2: $(<"$ns_work/load.out")"
}

# first: the device of the pair that superframes are sent to.
first() { ip -n "$ns_prefix-sender" -o link | awk -F '[ :@]+' '$2 ~ /^sfc[0-9]+$/ { print $2 }'; }
made() { in_sender awk -v device="$(first):" '$1 == device { print $11 }' /proc/net/dev; }
devices() { ip -n "$ns_prefix-sender" -o link | grep -c ': sfc' || true; }

# connection WHAT: TCP, with all that has to hold afterwards.
connection() {
  local sent
  ns_start segments in_sender tcpdump -Z root -i eth0 -Q out -B 65536 -c $captured -w "$ns_work/wire.pcap" greater 1000
  ns_start server in_host python3 "$transfer" receive 10.1.0.254
  in_sender python3 "$transfer" send 10.1.0.254 "$megabytes" >"$ns_work/client.json" || check "$1" "wrong data" = "right"
  ns_wait server
  sleep 0.3
  ns_finish segments
  sent=$(ns_get client segments)
  check "$1: bytes" "$(ns_get server bytes)" = $((megabytes << 20))
  check "$1: segments that the pair has made" "$(made)" -gt $((megabytes * 500))
  in_sender sfcctl stats "$(ns_proxy behind-ip)" --audit --json >"$ns_work/stats.json" || check "the books" wrong = right
  check "$1: segments with headers" "$(ns_get stats counters.tx_restored)" = "$(ns_segments in_sender)"
  look() { tshark -n -r "$ns_work/wire.pcap" -o ip.check_checksum:TRUE "$@" 2>/dev/null; }
  check "$1: segments on the wire" "$(look -Y 'ip.proto == 253' | wc -l)" -ge $((sent < captured ? sent / 2 : captured / 2))
  check "$1: segments without headers" "$(look -Y 'ip.proto == 6' | wc -l)" = 0
  check "$1: longest frame" "$(look -T fields -e frame.len | sort -n | tail -n 1)" -le $((14 + 4 + 1400 + 4))
  check "$1: wrong checksums or lengths" "$(look -Y '_ws.malformed || ip.checksum.status == 0 || ip.len_incorrect' | wc -l)" = 0
}

ns_topology
ip -n "$ns_prefix-sender" link add br0 address $mac_sender type bridge
ip -n "$ns_prefix-sender" link set br0 addrgenmode none up
ip -n "$ns_prefix-sender" link set eth0 master br0
ip -n "$ns_prefix-sender" addr flush dev eth0
ip -n "$ns_prefix-sender" addr add 10.1.0.11/24 dev br0
ip -n "$ns_prefix-sender" route replace 10.1.0.254 dev br0 src 10.1.0.11 mtu 1400
ip -n "$ns_prefix-sender" neigh replace 10.1.0.254 lladdr $mac_in dev br0 nud permanent
compile egress 'egress Paths { parse BehindIp; strip path; }'
sfcc "$sfc_root/tests/packets/tables/behind-ip.sfc" -o "$ns_work"
load host egress in
load sender behind-ip eth0
check "what load says" "$(grep -c 'superframes are segmented before they get headers' "$ns_work/load.out")" = 1
check "what show says" "$(in_sender sfcctl show "$(ns_proxy behind-ip)" | grep -c 'superframes are segmented before')" = 1
check "devices" "$(devices)" = 2
in_sender sfcctl table add "$(ns_proxy behind-ip)" prefixes ipv4.dst=10.0.0.0/8 -- path.number=7

in_sender nft -f - <<'NFT'
table ip own {
  chain output {
    type filter hook output priority 0
    meta mark set 77
    meta priority set 0:5
  }
}
NFT
# Segments have the mark and the priority that their superframe had.
ns_tag_program in_sender eth0 egress marked
connection "TCP"

# A VLAN tag beside superframes stays there.
ns_tag_program in_sender br0 egress tag_all
ns_tag_program in_host in ingress take_tag
ns_start capture in_host tcpdump -Z root -i in -c 1 -w "$ns_work/tagged.pcap" 'vlan 100 and greater 1400'
connection "TCP in a VLAN"
ns_wait capture
check "superframes dropped" "$(ns_get stats --default 0 counters.tx_drop_gso)" = 0

# show misses the pair, and unload removes it, even one that a load has left.
ip -n "$ns_prefix-sender" link del "$(first)"
check "what show says of no pair" "$(in_sender sfcctl show "$(ns_proxy behind-ip)" 2>&1 | grep -c 'pair of devices .* has been deleted')" -ge 1
ns_unload behind-ip
load sender behind-ip eth0
check "devices of the next load" "$(devices)" = 2
ns_unload behind-ip
check "devices after unload" "$(devices)" = 0
ns_verdict
