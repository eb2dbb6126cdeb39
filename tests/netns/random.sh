#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Random frames through devices: fragments of outer and inner packets, frames up to the MTU, tags in the frame, and on
# every second one a VLAN tag beside it besides. What comes back is what the interpreter makes of the frame without the
# tag beside it, under that tag; and the counters are the interpreter's. (Of packets that ingress has passed, tx_ignored
# and tx_pass_miss are not told apart: with the tag, there may be more tags than a program reads.) In kernel mode, headers
# go onto superframes, so the identification of an atomic datagram among them is not that of the interpreter.
#   random.sh user|kernel [PROGRAM...]     the SF is a process, or in the host's kernel
#   SEED=7 random.sh user vxlan
#   ROOM=4 random.sh user                  for Linux up to 6.12, where a tag beside a frame that has one is put into it on
#                                          the way: the devices take four bytes more than the longest frame, and qinq,
#                                          which counts tags, is left out
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
shift
programs=("$@")
((${#programs[@]})) || programs=(sr-mpls nsh vxlan geneve gtpu gre ipip pppoe mpls-pw srv6)
[[ -n "${ROOM:-}" ]] || programs+=(qinq)
seed=${SEED:-1}
count=${COUNT:-1500}
rate=${RATE:-3000}
[[ $mode == kernel ]] && atomic=--atomic || atomic=
mtu=$((1500 + ${ROOM:-0}))
frames=$sfc_root/tests/support/frames.py
counted=(rx rx_ignored rx_stripped tx tx_restored)

# check_random PROGRAM
check_random() {
  local program=$1 before=$ns_failures expected=() value i
  python3 "$sfc_root/tests/packets/write_frames.py" random "$program" "$ns_work/sent.pcap" --count $count --seed "$seed"
  sfcc sim "$sfc_root/programs/$program.sfc" --vnf "$mode" --in "$ns_work/sent.pcap" --out "$ns_work/back.pcap" \
    --stats "$ns_work/sim.json" >/dev/null
  ns_program=$program
  ns_load "$program" --vnf "$mode"
  # shellcheck disable=SC2086
  ns_exchange "$frames" "$ns_work/back.pcap" --beside 100 --some $atomic -- "$ns_work/sent.pcap" --rate $rate
  check "$program: frames missing" "$(ns_get received missing)" = 0
  check "$program: other frames" "$(ns_get received others)" = 0
  mapfile -t expected < <(ns_get sim --default 0 "${counted[@]}")
  for i in "${!counted[@]}"; do expected[i]=${counted[i]}=${expected[i]}; done
  check_counters "$program" "${expected[@]}"
  ns_unload "$program"
  ns_conclude $before "$program: $count random frames of seed $seed, ${expected[2]} ${expected[4]}"
}

ns_topology
if [[ $mode == user ]]; then
  ns_mtu $mtu $((mtu + 4)) # the SF puts the tag into the frame
  ns_host_leaves_alone
  ns_start vnf in_host sfc-vnf --in in --out out
else
  ns_mtu $mtu
  ns_host_forwards
fi
ns_tags_beside tag_some
for program in "${programs[@]}"; do check_random "$program"; done
ns_verdict
