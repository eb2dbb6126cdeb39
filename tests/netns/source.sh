#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Two kernels that know nothing of telemetry talk to each other. On the way there the first host, the source, puts INT
# into their packets, the second one adds to it, and at the receiver the sink takes it out again. In kernel mode the sender
# leaves its checksums to the device (CHECKSUM_PARTIAL); the source's own device cannot do that, so they are finished
# behind the source. The receiver's kernel checks them.
#   source.sh MODE      the SF at the source: user or kernel
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
target=10.2.0.22

ns_topology
ns_second_host
ip -n "$ns_prefix-sender" route add $target dev eth0 src 10.1.0.11 mtu 1400
ip -n "$ns_prefix-second" neigh replace $target lladdr $mac_behind_second dev out nud permanent
ip -n "$ns_prefix-second" route add 10.1.0.11 dev in
ip -n "$ns_prefix-second" neigh replace 10.1.0.11 lladdr $mac_out dev in nud permanent
ip -n "$ns_prefix-receiver" addr add $target/32 dev eth0
ip -n "$ns_prefix-receiver" route add 10.1.0.11 dev eth0 src $target
ip -n "$ns_prefix-receiver" neigh replace 10.1.0.11 lladdr $mac_second dev eth0 nud permanent
# INT goes into single segments.
in_sender ethtool -K eth0 tso off gso off tx on >/dev/null 2>&1
in_host ethtool -K out tx off >/dev/null 2>&1
ns_host=host
if [[ $mode == user ]]; then
  in_sender ethtool -K eth0 tx off >/dev/null 2>&1 # a packet socket finishes no checksums
  ns_host_leaves_alone
  ns_start vnf in_host sfc-vnf --in in --out out --delay 2
else
  ns_host_routes
fi
ip -n "$ns_prefix-sender" neigh replace $target lladdr "$ns_destination_mac" dev eth0 nud permanent
ns_host=second
ns_host_routes

checksum_errors() { in_receiver nstat -asz | awk '/InCsumErrors/ { n += $2 } END { print n + 0 }'; }

# through PROTOCOL KEY: loads source, transit and sink for a protocol; the source's table gets the key.
through() {
  ns_host=host ns_program=int-md-$1-source
  ns_load "source-$1" --vnf "$mode" -P node_id=1
  in_host sfcctl table add "$(ns_proxy "source-$1")" watch "${@:2}"
  ns_host=second ns_program=int-md-$1
  ns_load "transit-$1" --vnf kernel -P node_id=2
  ns_load_end receiver "sink-$1" "int-md-$1-sink"
}

# done_with PROTOCOL: so many packets got INT at the source, and the others have it too.
done_with() {
  ns_host=host ns_stats "source-$1"
  sent=$(ns_get stats counters.tx_restored)
  check "$1: packets with INT" "$sent" -gt 0
  ns_host=host check_counters "source-$1" rx_stripped="$sent"
  ns_host=second check_counters "transit-$1" rx_stripped="$sent" tx_restored="$sent"
  for name in "transit-$1:second" "source-$1:host"; do ns_unload "${name%:*}"; done
  in_receiver sfcctl stats "$(ns_proxy "sink-$1")" --json >"$ns_work/stats.json"
  check "$1: packets at the sink" "$(ns_get stats counters.rx_stripped)" = "$sent"
  ns_unload "sink-$1"
  check "$1: wrong checksums at the receiver" "$(checksum_errors)" = 0
}

through tcp tcp.dst_port=8080 ipv4.dst=$target/32
ns_connection 1
check "bytes of the connection" "$(ns_get server bytes)" = "$(ns_get client bytes)"
done_with tcp

through udp ipv4.dst=$target/32
ns_start datagrams in_receiver python3 "$sfc_root/tests/support/datagrams.py" receive $target
in_sender python3 "$sfc_root/tests/support/datagrams.py" send $target >"$ns_work/sent.json"
ns_wait datagrams
check "datagrams" "$(ns_get datagrams right)" = "$(ns_get sent sent)"
done_with udp
ns_verdict
