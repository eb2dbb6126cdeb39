#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The ingress hook at TC: superframes of a neighbour on this host arrive whole in a tunnel of its kernel's, and leave
# whole, so that the receiver's kernel gets them as they were sent. The SF is the host's bridge (VXLAN) or its routing
# (SRv6). Where the kernel cuts them behind the proxy, segments have their own lengths and checksums.
#   tc_ingress.sh [vxlan|srv6]...       all if none is named
#   SFC_MEGABYTES=10000 tc_ingress.sh   so many, for a soak
source "$(dirname "$0")/../support/netns.sh"

megabytes=${SFC_MEGABYTES:-20}
captured=1500
transfer=$sfc_root/tests/support/transfer.py

# addresses OPTION...: of the tunnel's ends.
addresses() {
  local own=1 other=2 side
  for side in sender receiver; do
    ip -n "$ns_prefix-$side" addr replace "10.1.0.$own/24" dev eth0
    ip -n "$ns_prefix-$side" link add t0 type vxlan id 7 dstport 4789 remote "10.1.0.$other" dev eth0 "$@"
    ip -n "$ns_prefix-$side" addr add "10.9.0.$own/24" dev t0
    ip -n "$ns_prefix-$side" link set t0 mtu 1400 up
    own=2 other=1
  done
}

# segments: SRv6, whose ends are routes, of IPv4 and IPv6. The first segment is the host, the second one the receiver;
# acknowledgements come back without headers.
segments() {
  local end net length nodad
  ip -n "$ns_prefix-sender" addr add fd00:1::1/64 dev eth0 nodad
  ip -n "$ns_prefix-sender" neigh replace fd00:1::fe lladdr $mac_in dev eth0 nud permanent
  for end in all eth0; do ns_sysctl in_receiver "net.ipv6.conf.$end.seg6_enabled=1"; done
  for net in 10.9.0. fd09::; do
    end=fd00:1::4 length=24 nodad=
    [[ $net != fd09:: ]] || end=fd00:1::6 length=64 nodad=nodad
    ip -n "$ns_prefix-sender" addr add "${net}1/$length" dev eth0 $nodad
    ip -n "$ns_prefix-receiver" addr add "${net}2/$length" dev eth0 $nodad
    ip -n "$ns_prefix-sender" route add "${net}2" dev eth0 mtu 1400 encap seg6 mode encap segs "fd00:1::fe,$end"
    ip -n "$ns_prefix-host" route add "${net}2" dev out
    ip -n "$ns_prefix-host" route add "${net}1" dev in
    ip -n "$ns_prefix-host" neigh replace "${net}2" lladdr $mac_receiver dev out nud permanent
    ip -n "$ns_prefix-host" neigh replace "${net}1" lladdr $mac_sender dev in nud permanent
    ip -n "$ns_prefix-receiver" neigh replace "${net}1" lladdr $mac_out dev eth0 nud permanent
  done
  ip -n "$ns_prefix-receiver" route add fd00:1::4 dev eth0 encap seg6local action End.DX4 nh4 10.9.0.2
  ip -n "$ns_prefix-receiver" route add fd00:1::6 dev eth0 encap seg6local action End.DT6 table 255
}

# forwarded: packets and superframes of connections that the SF has forwarded.
forwarded() { in_host nft list counters | awk '/packets [0-9]/ { n += $2 } END { print n }'; }

# connection WHAT [ADDRESS]: what it sends arrives; the SF forwards superframes, and the proxy loses nothing.
connection() {
  local sent before address=${2:-10.9.0.2}
  before=$(forwarded)
  ns_start server in_receiver python3 "$transfer" receive "$address"
  in_sender python3 "$transfer" send "$address" "$megabytes" >"$ns_work/client.json"
  ns_wait server
  check "$1: bytes" "$(ns_get server bytes)" = $((megabytes << 20))
  sent=$(ns_get client segments)
  check "$1: segments" "$sent" -gt $((megabytes * 700))
  check "$1: forwarded packets and superframes" $(($(forwarded) - before)) -lt $((sent / 10))
  check_counters tc rx_drop_gso=0 rx_drop_tags=0 rx_drop_headroom=0 tx_drop_gso=0 tx_drop_duplicate=0 tx_drop_mtu=0 tx_drop_internal=0
}

# wire FILTER: what tshark says of segments that the host has cut itself.
wire() {
  local filter=$1
  in_host ethtool -K out tx off >/dev/null 2>&1 # and with it all that needs it, such as TSO
  ns_start capture in_host tcpdump -Z root -i out -Q out -B 65536 -c $captured -w "$ns_work/wire.pcap"
  connection "cut behind the proxy"
  sleep 0.3
  ns_finish capture
  in_host ethtool -K out tx on tso on >/dev/null 2>&1
  look() {
    tshark -n -r "$ns_work/wire.pcap" -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE -o tcp.check_checksum:TRUE "$@" 2>/dev/null
  }
  check "segments on the wire" "$(look -Y "$filter && frame.len > 1400" | wc -l)" -ge $((captured / 2))
  check "longest frame" "$(look -T fields -e frame.len | sort -n | tail -n 1)" -le $((14 + 1514))
  check "wrong checksums" \
    "$(look -Y "frame.len > 1400 && (ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0)" | wc -l)" = 0
  check "wrong lengths" "$(look -Y "_ws.malformed || ip.len_incorrect || udp.length.bad" | wc -l)" = 0
}

# begin PROGRAM: loaded by --ingress-hook auto, which chooses TC and says why.
begin() {
  ns_program=$1
  ns_load tc --vnf kernel --ingress-hook auto
  check "$1: what load says" "$(grep -c 'the ingress hook is tc: XDP on a veth' "$ns_work/load.out")" = 1
  in_host sfcctl show "$(ns_proxy tc)" >"$ns_work/show.out"
  check "$1: what show says" "$(grep -c 'ingress hook tc: \|ingress in .*: TC \|superframes are re-encapsulated whole' "$ns_work/show.out")" = 3
  check "$1: TSO of the sender" "$(in_sender ethtool -k eth0 | grep -c 'tcp-segmentation-offload: on')" = 1
  # The mark of a packet is the firewall's.
  in_host nft -f - <<'NFT'
table inet seen {
  counter data { }
  chain forward { type filter hook forward priority 0; meta mark set 77; tcp dport 8080 counter name data; }
}
table bridge seen {
  counter data { }
  chain forward { type filter hook forward priority 0; meta mark set 77; ip daddr 10.9.0.2 tcp dport 8080 counter name data; }
}
NFT
}

# A superframe of datagrams each of which looks like the tunnel's: nothing can take their headers off at once.
lookalikes() {
  in_sender python3 - <<'PYTHON'
import socket
inner = bytes.fromhex("0800000000000700") + bytes.fromhex("020000000202" "020000000101" "0800") + bytes.fromhex(
    "4500002e000000004011" "0000" "0a0900010a090002") + bytes(26)
line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
line.setsockopt(socket.IPPROTO_UDP, 103, len(inner))
line.sendto(inner * 8, ("10.1.0.2", 4789))
PYTHON
  check_counters tc rx_drop_gso=1
}

# A tag is outside of what TC removes.
tagged() {
  ns_tags_beside tag_all
  in_sender ping -c 1 -W 0.2 10.9.0.2 >/dev/null || true
  in_sender tc qdisc del dev eth0 clsact
  check "tagged packets dropped" "$(ns_stats tc && ns_get stats counters.rx_drop_tags)" -gt 0
}

# cut_by_sf COUNTER: the SF makes segments of superframes. The first can get the header record, none gets it twice.
cut_by_sf() {
  in_host ip link add cut0 type veth peer name cut1
  in_host ip link add br1 type bridge mcast_snooping 0
  in_host ip link set out master br1
  for device in cut0:br0 cut1:br1; do
    in_host ip link set "${device%:*}" master "${device#*:}"
    in_host ethtool -K "${device%:*}" gso off tso off >/dev/null 2>&1
  done
  for device in cut0 cut1 br1; do in_host ip link set $device mtu 1514 up; done
  ns_start server in_receiver python3 "$transfer" receive 10.9.0.2
  in_sender python3 - <<'PYTHON' || true
import socket
line = socket.create_connection(("10.9.0.2", 8080), timeout=3)
line.sendall(bytes(20000))
PYTHON
  sleep 0.5
  kill "${ns_jobs[server]}" 2>/dev/null || true
  unset "ns_jobs[server]"
  check_counters tc tx_drop_internal=0
  check "segments without a header record" "$(ns_get stats "counters.$1")" -gt 0
}

# topology FUNCTION: of the host, what the SF is.
topology() {
  local end
  ns_topology
  "$1"
  ns_mtu 1514
  for end in sender:eth0 host:out; do
    ip netns exec "$ns_prefix-${end%:*}" tc qdisc replace dev "${end#*:}" root pfifo limit 10000
  done
  for end in sender receiver; do ip -n "$ns_prefix-$end" addr flush dev eth0; done
}

kinds=("$@")
((${#kinds[@]})) || kinds=(vxlan srv6)
for kind in "${kinds[@]}"; do
  case $kind in
    vxlan)
      for checksum in noudpcsum udpcsum; do
        topology ns_host_bridges
        addresses "$checksum"
        begin vxlan
        connection "$checksum"
        wire vxlan
        lookalikes
        tagged
        # Started checksums of the tunnel cannot be given to a segment: none gets headers then.
        if [[ $checksum == udpcsum ]]; then cut_by_sf tx_drop_gso; else cut_by_sf tx_drop_duplicate; fi
        ns_unload tc
      done
      ;;
    srv6)
      topology ns_host_routes
      segments
      begin srv6
      connection "IPv4 in SRv6"
      connection "IPv6 in SRv6" fd09::2
      wire ipv6.routing.segleft
      ns_unload tc
      ;;
    *) ns_stop "no tunnel '$kind'" ;;
  esac
done
ns_verdict
