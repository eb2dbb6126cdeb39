#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Both directions of real TCP connections through one SF with one proxy, each under labels of its own between the domain's
# ends. Both ends send data at the same time, so each direction has data and acknowledgements.
#   two_way.sh user      an SF in user space
#   two_way.sh kernel    the host's kernel forwards
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
megabytes=2
transfer=$sfc_root/tests/support/transfer.py

ns_topology
case $mode in
  user)
    in_host nft -f - <<'NFT'
table netdev alone {
  chain from_in { type filter hook ingress device "in" priority 0; policy drop; }
  chain from_out { type filter hook ingress device "out" priority 0; policy drop; }
}
NFT
    ns_destination_mac=$mac_receiver ns_return_mac=$mac_sender
    ns_start forth in_host sfc-vnf --in in --out out --delay 1
    ns_start back in_host sfc-vnf --in out --out in --delay 1
    ;;
  kernel) ns_host_routes ;;
esac
ns_try_load sf --ingress in,out --egress in,out --vnf "$mode" || {
  cat "$ns_work/load.out" >&2
  ns_stop "cannot load the proxy"
}

# Each end begins one direction and ends the other: two programs, of which each wants a device for packets that arrive.
for end in sender receiver; do ip -n "$ns_prefix-$end" link add unused mtu 2000 type veth peer name unused-too; done
ns_domain unused
ns_load_end receiver begin-back sr-mpls-classifier unused
ns_load_end sender end-back sr-mpls-egress eth0 unused
in_receiver ethtool -K eth0 tx off >/dev/null 2>&1
ip netns exec "$ns_prefix-receiver" tc qdisc replace dev eth0 root pfifo limit 10000
ip netns exec "$ns_prefix-host" tc qdisc replace dev in root pfifo limit 10000
ip -n "$ns_prefix-receiver" route replace 10.1.0.11 dev eth0 src 10.2.0.22 mtu 1400

ns_entry 3 ipv4_prefixes ipv4.dst=10.2.0.22
mapfile -t headers < <(sfc-stack 4)
in_receiver sfcctl table add "$(ns_proxy begin-back)" ipv4_prefixes ipv4.dst=10.1.0.11 -- "${headers[@]}"

# The first packet of each direction behind the SF. A ring copies it at once, so no metadata is lost (listeners.sh).
for device in out in; do
  ns_start labels-$device in_host tcpdump -Z root -Q out -c 1 -i $device -w "$ns_work/$device.pcap" ip or mpls
done
ns_start server in_receiver python3 "$transfer" receive 10.2.0.22
ns_start server-back in_sender python3 "$transfer" receive 10.1.0.11
in_receiver python3 "$transfer" send 10.1.0.11 $megabytes >"$ns_work/client-back.json" 2>"$ns_work/client-back.err" &
ns_jobs[client-back]=$!
in_sender python3 "$transfer" send 10.2.0.22 $megabytes >"$ns_work/client.json"
for tool in client-back server server-back labels-out labels-in; do ns_wait $tool; done
[[ $mode == kernel ]] || for tool in forth back; do ns_finish $tool; done

# stack SEED: what is left of a seed's labels behind the SF.
stack() { sfc-stack "$1" | awk -F= '/label=/ { print $2 }' | tail -n +2 | paste -sd' '; }
seen() { tshark -r "$ns_work/$1.pcap" -T fields -E aggregator=' ' -e mpls.label 2>/dev/null; }
check "labels on the way there" "$(seen out)" = "$(stack 3)"
check "labels on the way back" "$(seen in)" = "$(stack 4)"
# sent WHERE NAME: packets onto which a classifier has pushed labels.
sent() {
  ns_in "$1" sfcctl stats "$(ns_proxy "$2")" --json >"$ns_work/sent.json"
  ns_get sent counters.tx_restored
}
forth=$(sent sender begin) back=$(sent receiver begin-back)
check "segments on the way there" "$forth" -gt $((megabytes * 700))
check "segments on the way back" "$back" -gt $((megabytes * 700))
check_counters sf rx_stripped=$((forth + back)) tx_restored=$((forth + back)) tx_pass_miss=0 live=0
ns_verdict
