#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Somebody listens on the ingress device with a packet socket, as tcpdump does, so that packets are shared when they come
# to egress. In kernel mode behind a bridge their headers come back all the same. (Routing is another matter: the kernel's
# IP forwarding makes its own copy of a shared packet, and the copy has no metadata.)
source "$(dirname "$0")/../support/netns.sh"

count=5000
ns_topology
ns_host_bridges
ns_load tapped --vnf kernel
in_host python3 -c '
import socket
tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
tap.bind(("in", 0))
print("listening", flush=True)
while True:
    tap.recv(2048)
' >"$ns_work/tap" &
tap=$!
for ((try = 0; try < 250; try++)); do
  ! grep -q listening "$ns_work/tap" || break
  sleep 0.02
done
check "the packet socket listens" "$(cat "$ns_work/tap")" = listening
ns_traffic $count --rate 50000 --traffic tcp4,udp4,tcp6,udp6
kill "$tap"
check_received 0
check_counters tapped rx_stripped=$count tx_restored=$count tx_pass_miss=0
ns_verdict
