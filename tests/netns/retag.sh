#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A function in the host's kernel that adds a VLAN tag to each frame or takes the outermost one off, where the frame has one,
# beside it or in it, or none. Headers go back onto what the SF has made of the frame that it was given; a tag that
# was beside the frame at ingress is outside of them.
#   retag.sh [PROGRAM...]
source "$(dirname "$0")/../support/netns.sh"

programs=("$@")
((${#programs[@]})) || programs=(sr-mpls pppoe vxlan gtpu)
frames=$sfc_root/tests/support/frames.py
given=100 # the tag that frames come with: tag_all there
added=200 # the tag that the SF adds: add_tag in support/tag_beside.bpf.c

retag() { python3 "$sfc_root/tests/support/retag.py" "$@"; }

# The interpreter's frames: those that the SF is given, and what leaves if it returns others.
interpret() { sfcc sim "$sfc_root/programs/$program.sfc" --vnf kernel --in "$sent" "$@" >/dev/null; }

# function_is adds|takes: a bridge, and what it does with tags.
function_is() {
  ns_topology
  ns_host_bridges
  ns_sysctl in_host -e net.bridge.bridge-nf-call-iptables=0 net.bridge.bridge-nf-call-ip6tables=0
  ns_tag_program in_host in ingress "${1%s}_tag"
}

# check_frames WHAT: those of $expected come for those of $sent.
check_frames() {
  local what=$1 before=$ns_failures
  ns_load "$program" --vnf kernel
  ns_exchange "$frames" "$expected" -- "$sent"
  check "$program, $what: frames missing" "$(ns_get received missing)" = 0
  check "$program, $what: other frames" "$(ns_get received others)" = 0
  check_counters "$program" rx_stripped="$(ns_get sent sent)" tx_restored="$(ns_get sent sent)"
  ns_unload "$program"
  ns_conclude $before "$program: $(ns_get sent sent) frames, $what"
}

# host_is_sound TAGGED: does the host itself, without a proxy, keep all bytes of $sent where the SF adds a tag to one
# in the frame, or beside it? Linux 6.1 does not: its bridge cuts the first four off.
host_is_sound() {
  if (($1)); then cp "$sent" "$ns_work/beside.pcap"; else retag push $given "$sent" "$ns_work/beside.pcap"; fi
  retag push $added "$ns_work/beside.pcap" "$expected"
  ns_exchange "$frames" "$expected" --patience 2 -- "$sent" 2>/dev/null
  (($(ns_get received missing) == 0))
}

leave_out() { echo "$program: left out, as this kernel loses bytes without a proxy: $1"; }

# take_frames TAGGED: lets $sent be packets of the program that are stripped, under a tag if TAGGED is 1.
take_frames() {
  sent=$ns_work/sent.pcap
  python3 "$sfc_root/tests/packets/write_frames.py" own "$program" "$ns_work/plain.pcap" --count 40
  if (($1)); then retag push $given "$ns_work/plain.pcap" "$sent"; else cp "$ns_work/plain.pcap" "$sent"; fi
  interpret --sf "$ns_work/up.pcap" --out "$ns_work/out.pcap"
}

expected=$ns_work/expected.pcap
for program in "${programs[@]}"; do
  ns_program=$program
  function_is adds
  for tagged in 0 1; do
    take_frames $tagged
    ((!tagged)) || host_is_sound 1 || { leave_out "the SF adds a tag, 1 in the frame"; continue; }
    retag push $added "$ns_work/up.pcap" "$ns_work/back.pcap"
    interpret --back "$ns_work/back.pcap" --out "$expected"
    check_frames "the SF adds a tag, $tagged in the frame"
  done
  take_frames 0
  ns_tags_beside tag_all
  if host_is_sound 0; then
    retag push $given "$ns_work/out.pcap" "$ns_work/beside.pcap"
    retag push $added "$ns_work/beside.pcap" "$expected"
    check_frames "the SF adds a tag, one beside the frame"
  else
    leave_out "the SF adds a tag, one beside the frame"
  fi

  function_is takes
  if [[ $program != vxlan ]]; then # which strips the tag in the outer frame
    take_frames 1
    retag pop "$ns_work/up.pcap" "$ns_work/back.pcap"
    interpret --back "$ns_work/back.pcap" --out "$expected"
    check_frames "the SF takes the tag in the frame"
  fi
  take_frames 0
  ns_tags_beside tag_all
  cp "$ns_work/out.pcap" "$expected"
  check_frames "the SF takes the tag beside the frame"
done
ns_verdict
