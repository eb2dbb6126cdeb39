#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# TCP superframes through an SR-MPLS domain with the SF in the host's kernel. The sender's TCP makes superframes, and the
# classifier labels them whole; the host's GRO merges the packets of a flow, and the proxy labels those whole. On the
# wire are segments only, each under the labels of its flow. Counters count segments.
source "$(dirname "$0")/../support/netns.sh"

megabytes=30
ports=(8080 8081)

# What the sender sends to a port is what the receiver gets: their digests. transfer PORT
receive() {
  python3 -c '
import hashlib, socket, sys
server = socket.create_server(("10.2.0.22", int(sys.argv[1])))
print("listening", file=sys.stderr, flush=True)
connection, _ = server.accept()
digest = hashlib.sha256()
while data := connection.recv(1 << 20): digest.update(data)
print(digest.hexdigest())
' "$1"
}
send() {
  python3 -c '
import hashlib, random, socket, sys
connection = socket.create_connection(("10.2.0.22", int(sys.argv[1])))
digest, block = hashlib.sha256(), random.Random(int(sys.argv[1])).randbytes(1 << 20)
for number in range(int(sys.argv[2])):
    block = block[1:] + block[:1]
    digest.update(block)
    connection.sendall(block)
connection.close()
print(digest.hexdigest())
' "$1" $megabytes
}
export megabytes
export -f receive send

tso_of() { "in_$1" ethtool -k "$2" | awk '/^tcp-segmentation-offload:/ { print $2 }'; }

# forwarded: how many packets and superframes to the receiver's ports the host's kernel has forwarded.
forwarded() { in_host nft list counter ip seen data | awk '/packets [0-9]/ { print $2 }'; }

ns_topology
ns_host_routes
ns_program=sr-mpls
in_host ethtool -K in gro on >/dev/null
check "TSO before" "$(tso_of host out)" = on
ns_load first --vnf kernel
check "TSO while the proxy is loaded" "$(tso_of host out)" = off
ns_unload first
check "TSO after unload" "$(tso_of host out)" = on
# Checksums are finished when the kernel cuts, so that the capture has them.
in_host ethtool -K out tx off >/dev/null
ns_load whole --vnf kernel
check "what show says" "$(in_host sfcctl show "$(ns_proxy whole)" | grep -c 'superframes are re-encapsulated whole')" = 1
ns_domain
in_host nft "add table ip seen; add counter ip seen data; add chain ip seen forward { type filter hook forward priority 0; };
  add rule ip seen forward ip daddr 10.2.0.22 counter name data"
for port in "${ports[@]}"; do ns_entry "$port" services ipv4.dst=10.2.0.22 tcp.dst_port="$port"; done

ns_start capture in_host tcpdump -Z root -i out -Q out -s 120 -B 65536 -w "$ns_work/wire.pcap"
for port in "${ports[@]}"; do ns_start "receive$port" in_receiver bash -c "receive $port"; done
for port in "${ports[@]}"; do in_sender bash -c "send $port" >"$ns_work/sent$port" & senders+=($!); done
wait "${senders[@]}"
for port in "${ports[@]}"; do
  ns_wait "receive$port"
  check "digest of what came to port $port" "$(ns_output "receive$port")" = "$(cat "$ns_work/sent$port")"
done
ns_finish capture

check_counters begin tx_drop_gso=0 tx_drop_mtu=0
sent=$(ns_get stats counters.tx_restored)
check "segments with labels" "$sent" -gt $((2 * megabytes * 700))
# Queues of veth devices are short: some segments are lost there, and sent again.
ns_stats whole
arrived=$(ns_get stats counters.rx_stripped)
check "segments that have come to the host" "$arrived" -le "$sent"
check "segments that have come to the host" "$arrived" -gt $((sent * 9 / 10))
check_counters whole tx_restored="$arrived" tx_pass_miss=0
check_counters end rx_ignored=0
check "segments that have come to the receiver" "$(ns_get stats counters.rx_stripped)" -gt $((sent * 9 / 10))
check "packets and superframes that the host has forwarded" "$(forwarded)" -lt $((sent / 4))

# The wire: one stack for each port, frames no longer than the MTU of the route with labels.
wire() { tshark -n -r "$ns_work/wire.pcap" -Y mpls -T fields "$@" 2>/dev/null; }
check "stacks on the wire" "$(wire -e tcp.dstport -e mpls.label | sort -u | wc -l)" = ${#ports[@]}
check "longest frame" "$(wire -e frame.len | sort -n | tail -n 1)" -le $((14 + 16 * 4 + 1400))
check "bad checksums of IP" "$(tshark -n -r "$ns_work/wire.pcap" -o ip.check_checksum:TRUE -Y 'mpls && ip.checksum.status == 0' 2>/dev/null | wc -l)" = 0

# A segment with its labels that is too long for the device is counted as such, with all others of its superframe.
ip -n "$ns_prefix-host" link set out mtu 1404
ns_start late in_receiver bash -c "receive 8080"
in_sender timeout 2 bash -c "send 8080" >/dev/null 2>&1 || true
ns_stats whole
check "segments that are too long" "$(ns_get stats counters.tx_drop_mtu)" -gt 0
check_counters whole tx_drop_gso=0
ns_unload whole
kill "${ns_jobs[late]}" 2>/dev/null || true
ns_verdict
