#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# TCP superframes below tunnel headers, which say how long a packet is: VXLAN, Geneve, GRE, IP in IP, SRv6. The tunnel begins and ends in the
# kernels of sender and receiver, and the host's bridge is the SF. Its GRO merges what the proxy has decapsulated, and
# the kernel cuts below the headers. On the wire are segments with their own lengths and checksums.
#   tunnels.sh [vxlan|geneve|gre|gretap|ipip|srv6]...      all if none is named; skipped if the kernel lacks them
#   SFC_MEGABYTES=10000 tunnels.sh      so many, for a soak; the first packets are captured
source "$(dirname "$0")/../support/netns.sh"

megabytes=${SFC_MEGABYTES:-30}
captured=10000
transfer=$sfc_root/tests/support/transfer.py

# tunnel PROGRAM FILTER TYPE OPTION...: a connection through a tunnel between devices of a type. The receiver's address
# within it is 10.9.0.2. A kernel without such devices leaves it out.
left_out=0
tunnel() {
  local program=$1 filter=$2 own=1 other=2 side
  shift 2
  for side in sender receiver; do
    if ! ip -n "$ns_prefix-$side" link add t0 type "${@//REMOTE/10.1.0.$other}" 2>"$ns_work/error"; then
      echo "$program: left out, the kernel has no such devices: $(cat "$ns_work/error")"
      left_out=$((left_out + 1))
      return
    fi
    ip -n "$ns_prefix-$side" addr replace "10.1.0.$own/24" dev eth0
    ip -n "$ns_prefix-$side" addr add "10.9.0.$own/24" dev t0
    ip -n "$ns_prefix-$side" link set t0 mtu 1400 up
    own=2 other=1
  done
  through "$program" "$filter"
  for side in sender receiver; do ip -n "$ns_prefix-$side" link del t0; done
}

# The same with SRv6, whose ends are routes.
srv6() {
  # The first segment is the host, the second one the receiver. Acknowledgements come back without headers.
  ip -n "$ns_prefix-sender" addr add fd00:1::1/64 dev eth0 nodad
  ip -n "$ns_prefix-sender" addr add 10.9.0.1/24 dev eth0
  ip -n "$ns_prefix-sender" route add 10.9.0.2/32 dev eth0 mtu 1400 encap seg6 mode encap segs fd00:1::fe,fd00:1::2
  ip -n "$ns_prefix-sender" neigh replace fd00:1::fe lladdr $mac_receiver dev eth0 nud permanent
  ip -n "$ns_prefix-receiver" addr add 10.9.0.2/24 dev eth0
  ip -n "$ns_prefix-receiver" route add fd00:1::2/128 dev eth0 encap seg6local action End.DX4 nh4 10.9.0.2
  for device in all eth0; do ns_sysctl in_receiver "net.ipv6.conf.$device.seg6_enabled=1"; done
}

# forwarded: packets and superframes of the connection that the bridge has forwarded.
forwarded() { in_host nft list counter bridge seen data | awk '/packets [0-9]/ { print $2 }'; }

# through PROGRAM FILTER: a connection, and what tshark says of the packets that leave the host.
through() {
  local program=$1 filter=$2 sent
  ns_program=$program
  ns_load "$program" --vnf kernel
  in_host sfcctl show "$(ns_proxy "$program")" >"$ns_work/show.out"
  check "$program: what show says" \
    "$(grep -c 'superframes are re-encapsulated whole if at most\|superframes are dropped: .* have no room' "$ns_work/show.out")" = 1
  in_host nft -f - <<'NFT'
table bridge seen
delete table bridge seen
table bridge seen {
  counter data { }
  chain forward { type filter hook forward priority 0; ip daddr 10.9.0.2 tcp dport 8080 counter name data; }
}
NFT
  ns_start capture in_host tcpdump -Z root -i out -Q out -s 200 -B 65536 -c $captured -w "$ns_work/wire.pcap"
  ns_start server in_receiver python3 "$transfer" receive 10.9.0.2
  in_sender python3 "$transfer" send 10.9.0.2 $megabytes >"$ns_work/client.json"
  ns_wait server
  sleep 0.5
  ns_finish capture
  check "$program: bytes" "$(ns_get server bytes)" = $((megabytes << 20))
  sent=$(ns_get client segments)
  check "$program: segments" "$sent" -gt $((megabytes * 700))
  # Before Linux 6.3, metadata is too short for the headers of a tunnel.
  grep -q 'superframes are dropped' "$ns_work/show.out" ||
    check "$program: forwarded packets and superframes" "$(forwarded)" -lt $((sent / 4))
  check_counters "$program" tx_drop_gso=0 tx_drop_mtu=0 tx_drop_internal=0
  check "$program: segments that went back" "$(ns_get stats counters.tx_restored)" -ge "$sent"

  wire() { tshark -n -r "$ns_work/wire.pcap" -o ip.check_checksum:TRUE "$@" 2>/dev/null; }
  check "$program: segments on the wire" "$(wire -Y "$filter && tcp.dstport == 8080" | wc -l)" -ge $((sent < captured ? sent : captured / 2))
  check "$program: longest frame" "$(wire -T fields -e frame.len | sort -n | tail -n 1)" -le $((14 + 1514))
  check "$program: wrong checksums of IP" "$(wire -Y "$filter && ip.checksum.status == 0" | wc -l)" = 0
  check "$program: wrong lengths" "$(wire -Y "$filter && (_ws.malformed || ip.len_incorrect || udp.length.bad)" | wc -l)" = 0
  ns_unload "$program"
}

ns_topology
ns_host_bridges
in_host ethtool -K in gro on
ns_mtu 1514
in_sender ethtool -K eth0 tx off >/dev/null 2>&1 # checksums are finished, so that the capture has them
in_host ethtool -K out tx off >/dev/null 2>&1
for end in sender:eth0 host:out; do
  ip netns exec "$ns_prefix-${end%:*}" tc qdisc replace dev "${end#*:}" root pfifo limit 10000
done
for side in sender receiver; do ip -n "$ns_prefix-$side" addr flush dev eth0; done

kinds=("$@")
((${#kinds[@]})) || kinds=(vxlan geneve gre gretap ipip srv6)
for kind in "${kinds[@]}"; do
  case $kind in
    vxlan) tunnel vxlan vxlan vxlan id 7 dstport 4789 remote REMOTE dev eth0 df set noudpcsum ;;
    geneve) tunnel geneve geneve geneve id 7 remote REMOTE df set noudpcsum ;;
    gre | gretap) tunnel gre gre "$kind" remote REMOTE ttl 64 ;;
    ipip) tunnel ipip 'ip.proto == 4' ipip remote REMOTE ttl 64 ;;
    srv6)
      srv6
      through srv6 ipv6.routing.segleft
      ;;
    *) ns_stop "no tunnel '$kind'" ;;
  esac
done
((ns_failures > 0 || left_out < ${#kinds[@]})) || exit 77
ns_verdict
