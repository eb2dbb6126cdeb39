#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The packets of tests/vectors through the proxies for their encapsulations, thousands of each and no two the same,
# with a bridge as the SF: every one comes back under the very headers that the vectors say, or without, at the end of a
# domain, and the books balance.
#   encapsulations.sh user|kernel|tc [PROGRAM...]     all programs if none is named; tc: kernel mode, with ingress at TC
# A program that is not there is a failure, unless SFC_WITHOUT names it: SFC_WITHOUT="qinq pppoe" encapsulations.sh user
source "$(dirname "$0")/../support/netns.sh"

programs=(sr-mpls sr-mpls-paper nsh nsh-vxlan-gpe nsh-gre srv6 srv6-am vxlan geneve gtpu ipip pppoe gre mpls-udp mpls-pw
  qinq erspan l2tpv3 gue lisp pbb rtag sgt bier int-md-udp int-md-tcp int-md-vxlan-gpe int-md-geneve ioam6 nsh-ioam sr-mpls-int
  sr-mpls-egress nsh-egress nsh-vxlan-gpe-egress srv6-egress geneve-egress gtpu-egress)
without=" ${SFC_WITHOUT:-} "

mode=${1:?user, kernel or tc}
shift
(($# == 0)) || programs=("$@")
count=4000
rate=10000
replay=$sfc_root/tests/support/replay.py
options=(--vnf "$mode")
[[ $mode != tc ]] || options=(--vnf kernel --ingress-hook tc)

# Many packets through one program's proxy.
check_program() {
  local program=$1 before=$ns_failures restored=$count fault
  ns_program=$program
  ns_load "$program" "${options[@]}"
  ns_exchange "$replay" "$program" --count $count -- "$program" --count $count --rate $rate
  check "$program: packets sent" "$(ns_get sent sent)" = $count
  check "$program: packets received" "$(ns_get received received)" = $count
  for fault in missing wrong duplicates socket_lost; do
    check "$program: $fault" "$(ns_get received $fault)" = 0
  done
  # Where nothing is taken off the packet, these count the packets that were changed at either hook.
  [[ $program != *-egress ]] || restored=0 # for good
  check_counters "$program" rx=$count rx_stripped=$count tx=$count tx_restored=$restored live=0
  ns_unload "$program"
  ns_conclude $before "$program: $count packets of $(ns_get received kinds) kinds, all of them right"
}

ns_topology
ns_host_bridges
# Else netfilter, where it looks into bridges, cuts off what is behind an IP packet.
ns_sysctl in_host -e net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
for program in "${programs[@]}"; do
  if [[ -e $sfc_root/programs/$program.sfc ]]; then
    check_program "$program"
  elif [[ $without == *" $program "* ]]; then
    echo "$program: left out, there is no programs/$program.sfc"
  else
    echo "wrong: there is no programs/$program.sfc" >&2
    ns_failures=$((ns_failures + 1))
  fi
done
ns_verdict
