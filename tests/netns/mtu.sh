#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Frames as long as Linux lets them be: up to the MTU with an Ethernet header and a VLAN tag, in the frame or beside it.
# All pass, as they do without a proxy.
#   mtu.sh user      an SF in user space
#   mtu.sh kernel    a bridge in the host's kernel
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
frames=$sfc_root/tests/support/frames.py

# check_sizes PROGRAM [VLAN]: the frames come back as the interpreter has it, with a tag beside them if VLAN is given.
check_sizes() {
  local program=$1 beside=${2:+--beside $2} before=$ns_failures sent=$sfc_root/tests/netns/captures/$1.mtu.pcap
  sfcc sim "$sfc_root/programs/$program.sfc" --vnf "$mode" --in "$sent" --out "$ns_work/back.pcap" >/dev/null
  ns_program=$program
  ns_load "$program" --vnf "$mode"
  # shellcheck disable=SC2086
  ns_exchange "$frames" "$ns_work/back.pcap" $beside -- "$sent"
  check "$program: frames missing" "$(ns_get received missing)" = 0
  check "$program: other frames" "$(ns_get received others)" = 0
  check_counters "$program" rx_stripped="$(ns_get sent sent)" tx_restored="$(ns_get sent sent)" live=0
  ns_unload "$program"
  ns_conclude $before "$program: $(ns_get sent sent) frames up to the MTU, ${2:+in VLAN $2 beside the frame, }all back"
}

ns_topology
if [[ $mode == user ]]; then
  ns_host_leaves_alone
  ns_start vnf in_host sfc-vnf --in in --out out
else
  ns_host_bridges
  ns_sysctl in_host -e net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
fi
ns_mtu 1500
for program in qinq pppoe vxlan gtpu nsh; do check_sizes $program; done
ns_tags_beside tag_all
for program in qinq pppoe vxlan gtpu nsh; do check_sizes $program 100; done
ns_verdict
