#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# An SF that sends past the hook at egress (PACKET_QDISC_BYPASS): the books balance, and the hints say what happens.
# The same function without that gets no hint, and a firewall that drops half of the packets gets none either.
source "$(dirname "$0")/../support/netns.sh"

count=2000

# function_past PAST: hands what arrives at `in` to `out`, past TC if PAST is 1.
function_past() {
  ns_start function in_host python3 -c '
import signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit())
SOL_PACKET, PACKET_QDISC_BYPASS, OUTGOING = 263, 20, 4
source = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
source.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
source.bind(("in", 0))
out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
out.bind(("out", 0))
out.setsockopt(SOL_PACKET, PACKET_QDISC_BYPASS, int(sys.argv[1]))
print("listening", file=sys.stderr, flush=True)
while True:
    frame, address = source.recvfrom(4096)
    if address[2] != OUTGOING:
        out.send(frame)
' "$1"
}

hints() { ns_get stats hints; }

for past in 1 0; do
  ns_topology
  ns_host_leaves_alone
  function_past $past
  ns_load leaky --vnf user
  ns_traffic $count --rate 2000 -- --patience 3
  sleep 1.5 # the packets' lifetime is 1 s: until then they are on their way, which is no hint
  ns_stats leaky
  if ((past)); then
    check "hints" "$(grep -c 'packets have left out without passing the program at egress' "$ns_work/stats.json")" = 1
    check_counters leaky rx_stripped=$count tx_restored=0
    check "the audit's hint" "$(grep -c 'PACKET_QDISC_BYPASS or AF_XDP' "$ns_work/audit.out")" = 1
    in_host sfcctl show "$(ns_proxy leaky)" >/dev/null 2>"$ns_work/show.err"
    check "the hint of show" "$(grep -c 'PACKET_QDISC_BYPASS or AF_XDP' "$ns_work/show.err")" = 1
  else
    check_received 0
    check "hints" "$(hints)" = "[]"
    check_counters leaky rx_stripped=$count tx_restored=$count
  fi
  ns_finish function
  ns_unload leaky
done

ns_topology
ns_host_routes
ns_firewall 40
ns_load firewall --vnf kernel
ns_traffic $count --rate 20000 -- --patience 1
ns_stats firewall
check "hints about a firewall" "$(hints)" = "[]"
ns_verdict
