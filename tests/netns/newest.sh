#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A proxy that keeps the newest headers of each flow, around the host's kernel as the SF, which forwards and is a firewall
# that makes TCP resets of its own. Each direction of a real connection comes back under its own path, and a reset under
# that of the flow it refuses. A path that is replaced is counted, and used from its first packet on.
#   newest.sh user|kernel
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
ns_topology
ns_host_routes
in_host nft -f - <<'NFT'
table inet function {
  chain forward {
    type filter hook forward priority 0;
    tcp dport 81 reject with tcp reset
  }
}
NFT
for end in sender receiver; do ip -n "$ns_prefix-$end" link add unused mtu 2000 type veth peer name unused-too; done

# load_begin WHERE NAME ADDRESS PATH: the classifier at an end, for packets to an address.
load_begin() {
  local object name
  name=$(ns_proxy "$2")
  object=$(ns_compile nsh-classifier) || exit 1
  ns_proxies[$2]=$1
  "in_$1" sfcctl load "$name" "$object" --egress eth0 >"$ns_work/load.out" 2>&1 || ns_stop "cannot load a classifier"
  "in_$1" sfcctl table add "$name" ipv4_prefixes ipv4.dst="$3" -- nsh.spi="$4"
}
load_begin sender begin 10.2.0.22 42
load_begin receiver begin-back 10.1.0.11 43
ns_load_end receiver end nsh-egress eth0 unused
ns_load_end sender end-back nsh-egress eth0 unused
for end in sender receiver; do "in_$end" ethtool -K eth0 tx off >/dev/null 2>&1; done
for where in "sender eth0" "host in" "host out" "receiver eth0"; do
  ip netns exec "$ns_prefix-${where% *}" tc qdisc replace dev "${where#* }" root pfifo limit 10000
done
ip -n "$ns_prefix-sender" route add 10.2.0.22 dev eth0 src 10.1.0.11 mtu 1400
ip -n "$ns_prefix-sender" neigh replace 10.2.0.22 lladdr $mac_in dev eth0 nud permanent
ip -n "$ns_prefix-receiver" addr add 10.2.0.22/32 dev eth0
ip -n "$ns_prefix-receiver" route replace 10.1.0.11 dev eth0 src 10.2.0.22 mtu 1400
ip -n "$ns_prefix-receiver" neigh replace 10.1.0.11 lladdr $mac_out dev eth0 nud permanent

ns_program=nsh-flow
ns_try_load fw --ingress in,out --egress in,out --vnf "$mode" || {
  cat "$ns_work/load.out" >&2
  ns_stop "cannot load the proxy"
}

# paths FILE: the kinds of packets of a capture, with their paths and service indices, each once.
paths() {
  python3 - "$ns_work/$1.pcap" "$sfc_root/tests/packets" <<'PY'
import sys
sys.path.insert(0, sys.argv[2])
from captures import read_pcap
found = set()
for packet in read_pcap(sys.argv[1]):
    assert packet[12:14] == b"\x89\x4f", packet.hex()
    path = int.from_bytes(packet[18:22], "big")
    ip = packet[14 + 24:]
    found.add(("reset" if ip[9] == 6 and ip[20 + 13] & 4 else "other", path >> 8, path & 255))
print(*("/".join(map(str, one)) for one in sorted(found)))
PY
}

# ---- a connection
for device in in out; do
  ns_start paths-$device in_host tcpdump -Z root -Q out -c 20 -i $device -w "$ns_work/$device.pcap" ip or ether proto 0x894f
done
ns_start server in_receiver python3 "$sfc_root/tests/support/transfer.py" receive 10.2.0.22
in_sender python3 "$sfc_root/tests/support/transfer.py" send 10.2.0.22 8 >"$ns_work/client.json" ||
  check "the connection" broken = whole
for tool in server paths-in paths-out; do ns_wait $tool; done
check "paths to the receiver" "$(paths out)" = "other/42/254"
check "paths to the sender" "$(paths in)" = "other/43/254"
check_counters fw inserted=2 live=2 replaced=0 tx_pass_miss=0 tx_ignored=0 tx_drop_gso=0 expired=0

# ---- a packet that the SF makes itself, in a flow of which only the other direction has been seen
refuse() {
  ns_start resets in_host tcpdump -Z root -Q out -c 1 -i in -w "$ns_work/resets.pcap" ip or ether proto 0x894f
  refused=$(in_sender timeout 5 bash -c 'exec 3<>/dev/tcp/10.2.0.22/81' 2>&1 || true)
  ns_wait resets
  check "the connection was refused" "$(grep -c 'Connection refused' <<<"$refused")" -ge 1
}
refuse
check "path of the reset" "$(paths resets)" = "reset/42/254"
check_counters fw inserted=3 live=3 tx_pass_miss=0

# ---- what is kept, decoded
in_host sfcctl cache show "$(ns_proxy fw)" --json >"$ns_work/cache.json"
check "paths that are kept" "$(python3 - "$ns_work/cache.json" <<'PY'
import json, sys
shown = json.load(open(sys.argv[1]))
print(*sorted(header["fields"]["spi"] for entry in shown["entries"] for header in entry["headers"]))
PY
)" = "42 42 43"

# ---- another path for the same destination: replaced for a flow that goes on
in_receiver python3 -c '
import socket, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
    server.bind(("10.2.0.22", 99))
    print("listening", file=sys.stderr, flush=True)
    for _ in range(2): server.recv(100)
' 2>"$ns_work/datagrams.err" &
datagrams=$!
until grep -q listening "$ns_work/datagrams.err"; do sleep 0.02; done
send() { in_sender python3 -c '
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
    client.bind(("10.1.0.11", 98))
    client.sendto(b"hello", ("10.2.0.22", 99))'; }
ns_start first in_host tcpdump -Z root -Q out -c 2 -i out -w "$ns_work/datagrams.pcap" ip or ether proto 0x894f
send
in_sender sfcctl table del "$(ns_proxy begin)" ipv4_prefixes ipv4.dst=10.2.0.22
in_sender sfcctl table add "$(ns_proxy begin)" ipv4_prefixes ipv4.dst=10.2.0.22 -- nsh.spi=44
send
wait $datagrams
ns_wait first
check "paths before and after" "$(paths datagrams)" = "other/42/254 other/44/254"
check_counters fw inserted=4 live=4 replaced=1 tx_pass_miss=0

# ---- flushed: a miss, until the next packet of the flow
in_host sfcctl cache flush "$(ns_proxy fw)" >/dev/null
check_counters fw flushed=4 live=0
refuse
check "path of the reset after a flush" "$(paths resets)" = "reset/44/254"
check_counters fw inserted=5 live=1
ns_verdict
