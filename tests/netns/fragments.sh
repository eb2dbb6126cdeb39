#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Fragments of the packets under labels, routed by a host whose firewall knows connections: the kernel puts them together
# and takes them apart again between the hooks, and all come back under their own labels. With IPv6 it moves the first one's
# Ethernet header in front of the metadata.
#   fragments.sh carry|slots       how the headers wait in kernel mode
source "$(dirname "$0")/../support/netns.sh"

store=${1:?carry or slots}
frames=$sfc_root/tests/support/frames.py

ns_topology
ns_host_routes
# The addresses of the captures.
ip -n "$ns_prefix-host" addr add 192.0.2.254/24 dev in
ip -n "$ns_prefix-host" addr add 198.51.100.254/24 dev out
ip -n "$ns_prefix-host" addr add 2001:db8:1::fe/64 dev in nodad
ip -n "$ns_prefix-host" addr add 2001:db8:2::fe/64 dev out nodad
for address in 198.51.100.1 2001:db8:2::2; do
  ip -n "$ns_prefix-host" neigh replace "$address" lladdr $mac_receiver dev out nud permanent
done
in_host nft "add table inet function; add chain inet function forward { type filter hook forward priority 0; };
  add rule inet function forward ct state new,established accept"

# check_fragments CAPTURE: what comes back is what the interpreter says, but for what routing changes.
check_fragments() {
  local capture=$sfc_root/tests/netns/captures/$1.pcap count before=$ns_failures
  sfcc sim "$sfc_root/programs/sr-mpls.sfc" --vnf kernel --in "$capture" --out "$ns_work/back.pcap" >/dev/null
  ns_load "$1" --vnf kernel --store "$store"
  ns_exchange "$frames" "$ns_work/back.pcap" --routed -- "$capture"
  count=$(ns_get sent sent)
  check "$1: fragments missing" "$(ns_get received missing)" = 0
  check "$1: other frames" "$(ns_get received others)" = 0
  check_counters "$1" rx_stripped="$count" tx_restored="$count" tx_pass_miss=0
  ns_unload "$1"
  ns_conclude $before "$1: $count fragments, back under their labels"
}

check_fragments fragments4
check_fragments fragments6
ns_verdict
