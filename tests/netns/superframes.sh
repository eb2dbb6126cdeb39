#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A sender on the same machine sends TCP superframes through a veth, and the proxy's ingress is a bridge or runs generic
# XDP: load and stats say what happens and name the command that helps, and that one does help.
#   SFC_SECONDS=10 superframes.sh      so long for each connection, on a slow machine
source "$(dirname "$0")/../support/netns.sh"

ns_program=vxlan

# vxlan WHERE DEVICE-ADDRESS PEER-ADDRESS INNER-ADDRESS
vxlan() {
  ip -n "$ns_prefix-$1" addr add "$2/24" dev eth0
  ip -n "$ns_prefix-$1" link add vx0 type vxlan id 7 dstport 4789 local "$2" remote "$3" dev eth0
  ip -n "$ns_prefix-$1" addr add "$4/24" dev vx0
  ip -n "$ns_prefix-$1" link set vx0 mtu 1400 up
}

seconds=${SFC_SECONDS:-1}

# megabytes_through: how many get through the tunnel in this time.
megabytes_through() {
  ns_start server in_receiver python3 -c '
import socket, sys
server = socket.create_server(("10.9.0.2", 5001))
print("listening", file=sys.stderr, flush=True)
connection, _ = server.accept()
connection.settimeout(2)
count = 0
try:
    while data := connection.recv(1 << 20): count += len(data)
except OSError: pass
print(count >> 20)
'
  in_sender python3 -c '
import socket, sys, time
connection = socket.create_connection(("10.9.0.2", 5001))
connection.settimeout(1)
end = time.time() + float(sys.argv[1])
try:
    while time.time() < end: connection.send(bytes(65536))
except OSError: pass
' "$seconds" || true
  ns_wait server
  ns_output server
}

ns_topology
ns_host_bridges
vxlan sender 10.1.0.1 10.1.0.2 10.9.0.1
ip -n "$ns_prefix-receiver" addr flush dev eth0
vxlan receiver 10.1.0.2 10.1.0.1 10.9.0.2
check "MB without a proxy" "$(megabytes_through)" -gt 5

ns_load super --vnf kernel --xdp generic
check "what load says" "$(grep -c 'in: superframes .* arrive whole.*ethtool -K PEER tso off gso off' "$ns_work/load.out")" = 1
check "MB of superframes" "$(megabytes_through)" -lt 5
in_host sfcctl stats "$(ns_proxy super)" >"$ns_work/stats.out" 2>"$ns_work/stats.err"
check "superframes dropped" "$(awk '$1 == "tx_drop_gso" { print $2 }' "$ns_work/stats.out")" -gt 0
check "the hint" "$(grep -c 'hint: .* superframes .*ethtool -K DEV tso off gso off' "$ns_work/stats.err")" = 1
in_sender ethtool -K eth0 tso off gso off
check "MB behind the remedy" "$(megabytes_through)" -gt 5
in_sender ethtool -K eth0 tso on gso on
ns_unload super

# Native XDP makes the other end send single packets.
ns_load super --vnf kernel --xdp native
check "what load says" "$(grep -c "superframes .* arrive whole" "$ns_work/load.out")" = 0
check "MB with native XDP" "$(megabytes_through)" -gt 5
ns_unload super

# The ingress is the bridge: its ports merge, and the sender is behind one of them.
in_host ethtool -K in gro on
ns_proxies[super]=host
in_host sfcctl load "$(ns_proxy super)" "$(ns_compile vxlan)" --ingress br0 --egress out >"$ns_work/load.out" 2>&1
check "what load says of the port" "$(grep -c 'in: superframes .* arrive whole' "$ns_work/load.out")" = 1
check "what load says of tags" "$(grep -c 'br0: the kernel takes the outermost VLAN tag out' "$ns_work/load.out")" = 1
check "GRO of the port" "$(in_host ethtool -k in | awk '/^generic-receive-offload:/ { print $2 }')" = off
ns_unload super
check "GRO of the port after unload" "$(in_host ethtool -k in | awk '/^generic-receive-offload:/ { print $2 }')" = on
ns_verdict
