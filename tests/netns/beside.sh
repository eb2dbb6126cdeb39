#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# VLAN tags beside the frame, which XDP does not see, on every second packet: the frame comes back as it was under the
# same tag, whatever tags are in it, and all headers are those of its packet.
#   beside.sh user      an SF in user space, which puts the tag into the frame
#   beside.sh kernel    a bridge in the host's kernel
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
count=${COUNT:-2000}
rate=${RATE:-5000}
replay=$sfc_root/tests/support/replay.py
# check_beside PROGRAM TPID
check_beside() {
  local program=$1 fault before=$ns_failures
  ns_program=$program
  ns_load "$program" --vnf "$mode"
  ns_exchange "$replay" "$program" --count $count --beside "$2" -- "$program" --count $count --rate $rate
  check "$program: packets received" "$(ns_get received received)" = $count
  for fault in missing wrong duplicates socket_lost; do
    check "$program: $fault" "$(ns_get received $fault)" = 0
  done
  check_counters "$program" rx=$count rx_stripped=$count tx=$count tx_restored=$count live=0
  ns_unload "$program"
  ns_conclude $before "$program: $count packets, every second one in a VLAN (type $2) beside the frame"
}

ns_topology
if [[ $mode == user ]]; then
  ns_host_leaves_alone
  ns_start vnf in_host sfc-vnf --in in --out out
else
  ns_host_bridges
  ns_sysctl in_host -e net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
fi
ns_tags_beside tag_some
for program in sr-mpls nsh vxlan mpls-pw pppoe gtpu qinq srv6 srv6-am int-md-udp; do check_beside $program 8100; done
ns_tags_beside tag_service
for program in sr-mpls vxlan qinq; do check_beside $program 88a8; done
ns_verdict
