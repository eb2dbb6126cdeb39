#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A static proxy around the host's kernel as the SF, which forwards and is a firewall that makes TCP resets of its own. All
# that leaves has the labels of the table: the packets of real connections, in both directions, and the resets. The domain's
# ends are classifiers without an ingress device and terminators.
source "$(dirname "$0")/../support/netns.sh"

forth=16021 back=16022
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

# load_begin WHERE NAME ADDRESS: the classifier at an end, for packets to an address.
load_begin() {
  local object name
  name=$(ns_proxy "$2")
  object=$(ns_compile sr-mpls-classifier) || exit 1
  ns_proxies[$2]=$1
  "in_$1" sfcctl load "$name" "$object" --egress eth0 >"$ns_work/load.out" 2>&1 || ns_stop "cannot load a classifier without --ingress"
  "in_$1" sfcctl table add "$name" ipv4_prefixes ipv4.dst="$3" -- labels[0].label=3001 labels[1].label=3002
  check "ingress devices of $2" "$("in_$1" sfcctl show "$name" --json | python3 "$sfc_root/tests/support/json_get.py" ingress)" = "[]"
}
load_begin sender begin 10.2.0.22
load_begin receiver begin-back 10.1.0.11
ns_load_end receiver end sr-mpls-egress eth0 unused
ns_load_end sender end-back sr-mpls-egress eth0 unused
for end in sender receiver; do "in_$end" ethtool -K eth0 tx off >/dev/null 2>&1; done
for where in "sender eth0" "host in" "host out" "receiver eth0"; do
  ip netns exec "$ns_prefix-${where% *}" tc qdisc replace dev "${where#* }" root pfifo limit 10000
done
ip -n "$ns_prefix-sender" route add 10.2.0.22 dev eth0 src 10.1.0.11 mtu 1400
ip -n "$ns_prefix-sender" neigh replace 10.2.0.22 lladdr $mac_in dev eth0 nud permanent
ip -n "$ns_prefix-receiver" addr add 10.2.0.22/32 dev eth0
ip -n "$ns_prefix-receiver" route replace 10.1.0.11 dev eth0 src 10.2.0.22 mtu 1400
ip -n "$ns_prefix-receiver" neigh replace 10.1.0.11 lladdr $mac_out dev eth0 nud permanent

ns_program=sr-mpls-static
ns_try_load fw --ingress in,out --egress in,out --vnf kernel || {
  cat "$ns_work/load.out" >&2
  ns_stop "cannot load the proxy"
}
table() { in_host sfcctl table add "$(ns_proxy fw)" ipv4_prefixes "$@"; }
table ipv4.dst=10.2.0.0/16 -- labels[0].label=$forth labels[1].label=3003
table ipv4.dst=0.0.0.0/0 -- labels[0].label=$back

# labels FILE: the labels of all packets of a capture, each once.
labels() {
  python3 - "$ns_work/$1.pcap" "$sfc_root/tests/packets" <<'PY'
import sys
sys.path.insert(0, sys.argv[2])
from captures import read_pcap
found = set()
for packet in read_pcap(sys.argv[1]):
    assert packet[12:14] == b"\x88\x47", packet.hex()
    stack, at = [], 14
    while True:
        stack.append(int.from_bytes(packet[at:at + 3], "big") >> 4)
        at += 4
        if packet[at - 2] & 1:
            break
    kind = "reset" if packet[at + 33] & 4 else "other"
    found.add((kind, *stack))
print(*("/".join(map(str, one)) for one in sorted(found)))
PY
}

# ---- a connection, both directions with labels of their own
for device in in out; do
  ns_start labels-$device in_host tcpdump -Z root -Q out -c 20 -i $device -w "$ns_work/$device.pcap" ip or mpls
done
ns_start server in_receiver python3 "$sfc_root/tests/support/transfer.py" receive 10.2.0.22
in_sender python3 "$sfc_root/tests/support/transfer.py" send 10.2.0.22 8 >"$ns_work/client.json" ||
  check "the connection" broken = whole
for tool in server labels-in labels-out; do ns_wait $tool; done
check "labels to the receiver" "$(labels out)" = "other/$forth/3003"
check "labels to the sender" "$(labels in)" = "other/$back"
check_counters fw tx_pass_miss=0 tx_ignored=0 rx_ignored=0 tx_drop_gso=0

# ---- a packet that the SF makes itself
ns_start resets in_host tcpdump -Z root -Q out -c 1 -i in -w "$ns_work/resets.pcap" ip or mpls
refused=$(in_sender timeout 5 bash -c 'exec 3<>/dev/tcp/10.2.0.22/81' 2>&1 || true)
ns_wait resets
check "the connection was refused" "$(grep -c "Connection refused" <<<"$refused")" -ge 1
check "labels of the reset" "$(labels resets)" = "reset/$back"

# ---- the operator takes the entry away: a miss, and no stale header
in_host sfcctl table del "$(ns_proxy fw)" ipv4_prefixes ipv4.dst=0.0.0.0/0
in_sender timeout 5 bash -c 'exec 3<>/dev/tcp/10.2.0.22/81' 2>/dev/null || true
check_counters fw tx_pass_miss=1 tx_ignored=0

# ---- a program that has work at ingress still wants a device there
code=0
in_host sfcctl load "$(ns_proxy other)" "$(ns_compile sr-mpls-static)" --egress out >"$ns_work/refused" 2>&1 || code=$?
check "exit code without --ingress" $code = 2
check "words without --ingress" "$(grep -c 'no ingress device given' "$ns_work/refused")" = 1
ns_verdict
