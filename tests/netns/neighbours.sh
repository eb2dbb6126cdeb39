#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The kernel's own tunnels at both ends, and a service function between them that sees what is inside, both ways:
#   neighbours.sh vxlan|gre|ipip bridge    a bridge in the host's kernel
#   neighbours.sh vxlan copy               an intrusion prevention that copies frames between two packet sockets, as
#                                          Suricata does with `copy-mode: ips`
#   neighbours.sh seg6 route               IPv6 forwarding in the host's kernel
#   neighbours.sh seg6 queue               the same, and an intrusion prevention that it asks about each packet (NFQUEUE)
# What follows are options of `ip link add` for the tunnels.
# Ping and a TCP connection go through the tunnel. What the prevention forbids is dropped, all else passes.
source "$(dirname "$0")/../support/netns.sh"

tunnel=${1:?vxlan, gre, ipip or seg6}
function=${2:?bridge, copy, route or queue}

in_end() { ip -n "$ns_prefix-$1" "${@:2}"; }

skip() {
  echo "skipped: this kernel has no $1"
  exit 77
}

# A tunnel between two hosts on one wire: tunnel_on_wire OPTION...
tunnel_on_wire() {
  inside=10.77.0.2
  local end here=1
  for end in sender receiver; do
    in_end $end addr add 10.9.0.$here/24 dev eth0
    in_end $end link add tunnel type "$tunnel" local 10.9.0.$here remote 10.9.0.$((3 - here)) "$@" ||
      skip "devices of type $tunnel"
    in_end $end addr add 10.77.0.$here/24 dev tunnel
    in_end $end link set tunnel mtu 1500 up
    here=$((here + 1))
  done
}

# segments_from END MAC OF-THE-HOST NETWORK OTHER-NETWORK: one end of a tunnel whose packets visit the host first, which
# is the next hop to everywhere.
segments_from() {
  local here=fd00:$3 there=fd00:$4
  ns_sysctl "in_$1" net.ipv6.conf.all.seg6_enabled=1 net.ipv6.conf.eth0.seg6_enabled=1
  in_end "$1" addr add "$here::$3" dev eth0 nodad
  in_end "$1" addr add "fd77:$3::$3/128" dev eth0 nodad
  in_end "$1" route add fd00::/16 via "$here::fe" dev eth0 onlink
  in_end "$1" neigh replace "$here::fe" lladdr "$2" dev eth0 nud permanent
  in_end "$1" sr tunsrc set "$here::$3"
  in_end "$1" -6 route add "$here::d6" encap seg6local action End.DT6 table local dev eth0 &&
    in_end "$1" -6 route add "fd77:$4::/64" via "$here::fe" dev eth0 onlink src "fd77:$3::$3" mtu 1500 \
      encap seg6 mode encap segs "fd00:5f::$3,$there::d6" || skip "segment routing"
}

tunnel_of_segments() {
  inside=fd77:2::2
  in_sender nft delete table ip6 quiet # pings are ICMPv6, too
  in_receiver nft delete table ip6 quiet
  segments_from sender $mac_in 1 2
  segments_from receiver $mac_out 2 1
  in_end host route add fd77:1::/64 via fd00:1::1
  in_end host route add fd77:2::/64 via fd00:2::2
}

function_bridge() { ns_host_bridges; }
function_route() { ns_host_routes; }

function_queue() {
  ns_host_routes
  in_host ip6tables -A FORWARD -j NFQUEUE --queue-num 7 2>/dev/null || skip "target NFQUEUE"
  ns_start prevention in_host sfc-queue --queue 7 --forbid forbidden
}

function_copy() {
  in_host nft -f - <<'NFT'
table netdev alone {
  chain from_in { type filter hook ingress device "in" priority 0; policy drop; }
  chain from_out { type filter hook ingress device "out" priority 0; policy drop; }
}
NFT
  ns_start prevention in_host sfc-vnf --in in --out out --forbid forbidden
  ns_start back in_host sfc-vnf --in out --out in
}

# Datagrams with texts through the tunnel; how many of each came is ns_get texts TEXT.
send_texts() {
  ns_start texts in_receiver python3 "$sfc_root/tests/support/messages.py" receive $inside
  in_sender python3 "$sfc_root/tests/support/messages.py" send $inside 20 "$@"
  sleep 0.3
  ns_finish texts
}

# A checksum that has only been started is not the SF's to finish: what it copies is wrong. So with any program
# that copies frames, the hosts next to it must finish theirs.
finish_checksums() {
  send_texts started
  check "datagrams with unfinished checksums, without a proxy" "$(ns_get texts --default 0 started)" = 0
  in_sender ethtool -K eth0 tx off >/dev/null 2>&1
  in_receiver ethtool -K eth0 tx off >/dev/null 2>&1
}

# The first ones wait for address resolution.
check_ping() {
  local try
  for ((try = 0; try < 20; try++)); do
    ! in_sender ping -c 1 -W 1 $inside >/dev/null || break
  done
  check "pings that came back" "$(in_sender ping -c 5 -i 0.05 -W 2 $inside | grep -c 'bytes from')" = 5
}

check_transfer() {
  ns_start server in_receiver python3 "$sfc_root/tests/support/transfer.py" receive $inside
  in_sender python3 "$sfc_root/tests/support/transfer.py" send $inside 2 >"$ns_work/client.json"
  ns_wait server
  check "bytes of the connection" "$(ns_get server bytes)" = "$(ns_get client bytes)"
}

check_prevention() {
  send_texts allowed forbidden
  check "allowed datagrams" "$(ns_get texts --default 0 allowed)" = 20
  check "forbidden datagrams" "$(ns_get texts --default 0 forbidden)" = 0
}

# What was stripped came back with its headers, but for what the SF has dropped.
check_headers() {
  ns_stats between
  local stripped
  stripped=$(ns_get stats counters.rx_stripped)
  check "packets stripped" "$stripped" -ge 1400
  check_counters between tx_restored=$((stripped - $1)) rx_drop_malformed=0 tx_drop_gso=0
}

ns_topology
case $tunnel in
  vxlan) tunnel_on_wire id 7 dstport 4789 "${@:3}" ;;
  seg6) tunnel_of_segments ;;
  *) tunnel_on_wire "${@:3}" ;;
esac
"function_$function"
[[ $function != copy ]] || finish_checksums
mode=kernel dropped=0
[[ $function != copy ]] || mode=user
ns_program=$tunnel
[[ $tunnel != seg6 ]] || ns_program=srv6
ns_try_load between --ingress in,out --egress in,out --vnf $mode || ns_stop "$(cat "$ns_work/load.out")"
check_ping
check_transfer
if [[ -n ${ns_jobs[prevention]:-} ]]; then
  check_prevention
  dropped=20
  ns_finish prevention
  check "packets that the prevention dropped" "$(ns_get prevention --default 0 forbidden)$(ns_get prevention dropped)" = \
    "$([[ $function == copy ]] && echo 200 || echo 020)"
fi
check_headers $dropped
ns_verdict
