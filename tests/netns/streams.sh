#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# RTP with several packets per time stamp, and ESP, through an SF that drops a share of them: no packet gets the label of
# another. Each has its own, which a classifier pushes by its sequence number.
#   streams.sh user      an SF in user space, which also changes the order
#   streams.sh kernel    the host's kernel forwards
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
count=2000 # of each of two streams
streams=$sfc_root/tests/support/streams.py

ns_topology
case $mode in
  user) ns_host_leaves_alone ;;
  kernel)
    ns_host_routes
    ns_firewall 10
    ;;
esac
ns_load sf --vnf "$mode"
sfcc "$sfc_root/tests/support/streams.sfc" -o "$ns_work" >&2 || ns_stop "cannot compile streams.sfc"
ns_proxies[begin]=sender
in_sender sfcctl load "$(ns_proxy begin)" "$ns_work/streams.bpf.o" --ingress eth0 --egress eth0 >"$ns_work/load.out" 2>&1 || {
  cat "$ns_work/load.out" >&2
  ns_stop "cannot load streams.sfc"
}
python3 "$streams" entries $count >"$ns_work/entries"
in_sender sfcctl table load "$(ns_proxy begin)" "$ns_work/entries" >/dev/null
in_sender ethtool -K eth0 tx off >/dev/null 2>&1 # checksums are finished in front of the cable
ip -n "$ns_prefix-sender" addr add fd00:1::11/64 dev eth0 nodad
for address in 10.2.0.2 fd00:2::2; do
  ip -n "$ns_prefix-sender" route add "$address" dev eth0
  ip -n "$ns_prefix-sender" neigh replace "$address" lladdr "$ns_destination_mac" dev eth0 nud permanent
done

sent=0 dropped=0
for kind in rtp esp; do
  [[ $mode == kernel ]] || ns_start vnf in_host sfc-vnf --in in --out out --delay 2 --drop 0.1 --reorder 0.2
  ns_start received in_receiver python3 "$streams" receive $kind $count --device eth0
  in_sender python3 "$streams" send $kind $count >"$ns_work/sent.json"
  ns_wait received
  case $mode in
    user)
      ns_finish vnf
      lost=$(ns_get vnf dropped)
      ;;
    kernel) lost=$(($(ns_firewall_dropped) - dropped)) ;;
  esac
  dropped=$((dropped + lost)) sent=$((sent + 2 * count))
  check "$kind: packets that the SF dropped" "$lost" -gt 0
  check "$kind: packets under their own labels" "$(ns_get received right)" = $((2 * count - lost))
  for fault in wrong_label unlabelled damaged duplicates; do
    check "$kind: $fault" "$(ns_get received $fault)" = 0
  done
done
check_counters sf rx_stripped=$sent tx_restored=$((sent - dropped)) tx_pass_miss=0
ns_verdict
