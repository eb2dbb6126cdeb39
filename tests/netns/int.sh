#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# In-band telemetry over two hosts in a row, each of which pushes what it has measured. The receiver reads the INT stack
# out of every packet and knows each byte of it but the times.
#   int.sh MODE MODE      the hosts' functions: one user (keeps packets 5 ms), one kernel (a firewall)
source "$(dirname "$0")/../support/netns.sh"

modes=("${1:?user or kernel}" "${2:?user or kernel}")
hosts=(host second)
count=600
let_through=$((count - count / 10))
hop=28 # bytes of node, ports, latency and times
runs=0

# telemetry WHAT NODE_1 NODE_2 EXCEEDED MTU_EXCEEDED [OPTION...]: packets through both hosts. All that the firewall lets
# through are right; so many have data of the first node, of the second, the flag for no hops left, for no room left.
telemetry() {
  local what=$1 before=$ns_failures values i
  ns_telemetry $count "${modes[@]}" "${@:6}"
  runs=$((runs + 1))
  mapfile -t values < <(ns_get received right received missing duplicates socket_lost exceeded mtu_exceeded \
    nodes.1.packets nodes.2.packets)
  local names=(right received missing duplicated "lost by the judge" exceeded mtu_exceeded "of node 1" "of node 2")
  local expected=("$let_through" "$let_through" 0 0 0 "$4" "$5" "$2" "$3")
  for i in "${!names[@]}"; do check "$what: packets ${names[i]}" "${values[i]:-unknown}" = "${expected[i]}"; done
  ((ns_failures == before)) || ns_output received >&2
}

ns_program=int-md-udp
ns_topology
ns_second_host
for i in 0 1; do
  ns_host=${hosts[i]}
  if [[ ${modes[i]} == user ]]; then
    ns_host_leaves_alone
    ns_start vnf in_host sfc-vnf --in in --out out --delay 5
  else
    ns_host_routes
    ns_firewall_port 4444
    firewall=$i
  fi
  ns_load "node$i" --vnf "${modes[i]}" -P node_id=$((i + 1))
done

telemetry "two hops" $let_through $let_through 0 0
for i in 0 1; do
  if [[ ${modes[i]} == user ]]; then
    check "shortest latency of node $((i + 1)), ns" "$(ns_get received nodes.$((i + 1)).min)" -ge 5000000
    check "median latency of node $((i + 1)), ns" "$(ns_get received nodes.$((i + 1)).median)" -lt 50000000
  else
    check "median latency of node $((i + 1)), ns" "$(ns_get received nodes.$((i + 1)).median)" -lt 1000000
  fi
done
check "median of what latency and time stamps differ by, ns" "$(ns_get received clock_fault)" -lt 100000

telemetry "all instructions" $let_through $let_through 0 0 --instructions 0xffff
telemetry "one hop left" $let_through 0 $let_through 0 --remaining 1
telemetry "no hops left" 0 0 $let_through 0 --remaining 0

# Packets of one size but for the IP header: the longer ones just fit with both hops; then the shorter ones do not; then
# they do not even with one, at the first host and at both. (IPv6 is for devices of 1280 bytes at least.)
ipv6=$((40 + 8 + 16 + 1300))
ipv4=$((ipv6 - 20))
mtu() { ip -n "$ns_prefix-$1" link set out mtu "$2"; }
mtu second $((ipv6 + 2 * hop))
telemetry "room for two" $let_through $let_through 0 0 --sizes 1300
mtu second $((ipv4 + 2 * hop - 1))
telemetry "room for one" $let_through 0 0 $let_through --sizes 1300
mtu host $((ipv4 + hop - 1))
telemetry "no room at the first host" 0 $let_through 0 $let_through --sizes 1300
mtu second $((ipv4 + hop - 1))
telemetry "no room at either host" 0 0 0 $let_through --sizes 1300

for i in 0 1; do
  ns_host=${hosts[i]}
  came=$((runs * count)) dropped=0
  ((i <= firewall)) || came=$((runs * let_through))
  ((i != firewall)) || dropped=$(ns_firewall_dropped)
  check_counters "node$i" rx_stripped=$came tx_restored=$((came - dropped)) tx_pass_miss=0
  ((i != firewall)) || check "packets dropped by the firewall" "$dropped" = $((runs * count / 10))
done
ns_verdict
