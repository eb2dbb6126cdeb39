#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What a proxy measures, in user or kernel mode: a record of each packet that comes back, with the time that the SF
# had it, and how these times are distributed. In user mode the SF keeps packets 5 ms and drops some. Records that
# nobody takes are counted as lost; a collector gets them as Telemetry Reports. And what sfcctl says where nothing is measured.
source "$(dirname "$0")/../support/netns.sh"

mode=$1
count=4000
more=16000 # more than the ring buffer holds
delay_ns=0
ns_topology
if [[ $mode == user ]]; then
  delay_ns=5000000
  ns_host_leaves_alone
  ns_start vnf in_host sfc-vnf --in in --out out --delay 5 --drop 0.02
else
  ns_host_routes
fi
telemetry() { in_host sfcctl telemetry "$(ns_proxy "$1")" "${@:2}"; }

# refuses CODE WORDS COMMAND...: sfcctl's exit code, and that its message has these words.
refuses() {
  local code=0
  "${@:3}" >"$ns_work/refused" 2>&1 || code=$?
  check "exit code of: ${*:3}" "$code" = "$1"
  check "words of: ${*:3}: $(cat "$ns_work/refused")" "$(grep -c -- "$2" "$ns_work/refused")" = 1
}

ifindex() { ip -n "$ns_prefix-host" -o link show "$1" | cut -d: -f1; }

# judge FILE: prints how many records are in a file, and what is wrong about them.
judge() {
  python3 - "$1" "$delay_ns" "$(ifindex in)" "$(ifindex out)" <<'PY'
import json, sys
path, delay, ingress, egress = sys.argv[1], *map(int, sys.argv[2:])
records = [json.loads(line) for line in open(path)]
faults = set()
for record in records:
    items, took = record["items"], record["left_ns"] - record["arrived_ns"]
    if record["schema"] != "sfcctl/v1" or record["telemetry"] != "hop": faults.add("schema")
    if items["node_id"] != 4711: faults.add("node_id")
    if items["hop_latency"] != took or took < delay or took > 10**10: faults.add(f"hop_latency {took}")
    if (record["ingress_port"], record["egress_port"]) != (ingress, egress): faults.add("ports of the head")
    if (items["ingress_port"], items["egress_port"]) != (ingress, egress): faults.add("ports")
    if items["label"] < 16 or items["ttl"] < 2: faults.add("label")
if records and len({record["items"]["label"] for record in records}) < 2: faults.add("labels are all the same")
print(len(records), *sorted(faults)[:5])
PY
}

# ---- a reader keeps up
ns_program=sr-mpls-report
ns_load fw --vnf "$mode" -P node_id=4711
check "records before any packet" "$(telemetry fw | wc -l)" = 0
ns_start records in_host sfcctl telemetry "$(ns_proxy fw)" --follow
refuses 5 "reads the telemetry of this proxy already" telemetry fw
refuses 5 "process [0-9]* (sfcctl)" telemetry fw
ns_traffic $count --rate 10000 --traffic tcp4,udp4,tcp6,udp6
check_counters fw telemetry_lost=0
restored=$(ns_get stats counters.tx_restored)
check "packets that came back" "$restored" -gt $((count * 9 / 10))
check "reported" "$(ns_get stats counters.telemetry_reported)" = "$restored"
ns_finish records
check "records" "$(judge "$ns_work/records.json")" = "$restored"

# ---- how long packets were with the SF
telemetry fw --histogram --json >"$ns_work/histogram.json"
check "packets in the histogram" "$(ns_get histogram packets)" = "$restored"
check "packets that did not come back" "$(ns_get histogram not_returned)" = $((count - restored))
check "misses" "$(ns_get histogram misses)" = 0
check "histogram against records" "$(python3 - "$ns_work/histogram.json" "$ns_work/records.json" <<'PY'
import json, sys
histogram = json.load(open(sys.argv[1]))
times = sorted(json.loads(line)["items"]["hop_latency"] for line in open(sys.argv[2]))
buckets = {bucket["from_ns"]: bucket["packets"] for bucket in histogram["buckets"]}
# The time of both is that between one look at the clock at each hook.
other = any(sum(count for begin, count in buckets.items() if begin < bound) != sum(time < bound for time in times)
            for bound in (1 << i for i in range(64)))
median, p50 = times[len(times) // 2], histogram["percentiles_ns"]["50"]
shares = list(histogram["percentiles_ns"].values())
print("wrong" if other or not median / 2 <= p50 <= median * 4 or shares != sorted(shares) else "right")
PY
)" = right
if [[ $mode == user ]]; then
  check "times below 2^22 ns" "$(python3 -c '
import json, sys
print(sum(b["packets"] for b in json.load(open(sys.argv[1]))["buckets"] if b["from_ns"] < 1 << 22))' "$ns_work/histogram.json")" = 0
fi
check "the histogram for people" "$(telemetry fw --histogram | grep -c '##')" -gt 0

# ---- nobody reads
ns_traffic $more --rate 20000 --traffic tcp4,udp4,tcp6,udp6
check_counters fw
reported=$(ns_get stats counters.telemetry_reported) lost=$(ns_get stats counters.telemetry_lost)
check "lost" "$lost" -gt 0
check "reported and lost" $((reported + lost)) = "$(ns_get stats counters.tx_restored)"
telemetry fw >"$ns_work/late.json"
check "records that waited" "$(judge "$ns_work/late.json")" = $((reported - restored))
check "records once more" "$(telemetry fw | wc -l)" = 0

# ---- one packet in so many, which are known when they arrive
in_host sfcctl param set "$(ns_proxy fw)" sample=8
telemetry fw --histogram --json >"$ns_work/histogram.json"
timed=$(ns_get histogram packets) arrived=$(ns_get stats counters.rx_stripped)
ns_traffic $count --rate 10000 --traffic tcp4,udp4,tcp6,udp6
check_counters fw
telemetry fw >"$ns_work/sampled.json"
sampled=$(($(ns_get stats counters.telemetry_reported) - reported))
check "records of one in eight" "$(judge "$ns_work/sampled.json")" = "$sampled"
taken=$((($(ns_get stats counters.rx_stripped) - arrived) / 8 + $(nproc)))
check "not more than one in eight" "$sampled" -le "$taken"
check "most of these return" "$sampled" -ge $((taken * 9 / 10 - $(nproc)))
telemetry fw --histogram --json >"$ns_work/histogram.json"
check "times of these alone" $(($(ns_get histogram packets) - timed)) = "$sampled"
in_host sfcctl param set "$(ns_proxy fw)" sample=1

# ---- packets that the SF has, and that it has not returned
# flight FILE: the least and the most in flight, and the most drops.
flight() {
  python3 - "$1" <<'PY'
import json, sys
items = [json.loads(line)["items"] for line in open(sys.argv[1])]
print(min(i["in_flight"] for i in items), max(i["in_flight"] for i in items), max(i["vnf_drops"] for i in items))
PY
}
if [[ $mode == user ]]; then
  # 5 ms at 10000 packets a second: 50 at a time, and 2 % of them do not return.
  read -r _ most drops < <(flight "$ns_work/records.json")
  check "most in flight" "$most" -gt 10
  check "drops that were noticed" "$drops" -le "$(ns_get stats counters.expired)"
  sleep 1.2 # those that have been dropped expire
  in_host sfcctl cache flush "$(ns_proxy fw)" >/dev/null
  before=$(ns_get stats counters.tx_restored)
  ns_traffic 20 --rate 20 --traffic tcp4,udp4,tcp6,udp6
  check_counters fw
  telemetry fw >"$ns_work/few.json"
  read -r least most _ < <(flight "$ns_work/few.json")
  # When the last one returned, only those were there that did not.
  check "in flight after a flush" "$least" -le $((20 - ($(ns_get stats counters.tx_restored) - before)))
  check "most in flight after a flush" "$most" -lt 20
else
  check "in flight, drops" "$(flight "$ns_work/records.json")" = "4294967295 4294967295 4294967295"
fi

# ---- a follower ends with the proxy
ns_start records in_host sfcctl telemetry "$(ns_proxy fw)" --follow
ns_unload fw
code=0
wait "${ns_jobs[records]}" || code=$?
unset "ns_jobs[records]"
check "exit code of a follower whose proxy is gone" $code = 4

# ---- Telemetry Reports: what the instructions of a packet ask for, as far as the node knows it
ns_program=int-mx-vxlan-gpe
ns_load fw --vnf "$mode" -P node_id=4711
for port in 0 99999 -1 http; do
  refuses 2 "a port is a number from 1 to 65535" telemetry fw --report "127.0.0.1:$port"
done
ns_start collected in_host python3 "$sfc_root/tests/support/reports.py" collect 32766 4
ns_start sender in_host sfcctl telemetry "$(ns_proxy fw)" --follow --report 127.0.0.1:32766
in_sender python3 "$sfc_root/tests/support/reports.py" send eth0 "$ns_destination_mac" 0xE000 0x1C00 0x9000 0x0200
ns_wait collected
ns_finish sender
check "what the sender says" "$(ns_output sender)" = "4 reports sent to 127.0.0.1:32766, 0 not taken by the system"
check "reports" "$(python3 - "$ns_work/collected.json" "$delay_ns" "$(ifindex in)" "$(ifindex out)" <<'PY'
import sys
path, delay, ingress, egress = sys.argv[1], *map(int, sys.argv[2:])
said = []
for number, line in enumerate(open(path)):
    sound, sequence, node, *items = line.split()
    items = {int(bit): int(value) for bit, value in (item.split("=") for item in items)}
    if 2 in items and delay <= items[2] < 10**10: items[2] = "latency"
    if 4 in items and 5 in items and delay <= items[5] - items[4] < 10**10: items[4], items[5] = "arrived", "left"
    said.append((sound, int(sequence), int(node), items))
expected = [{1: ingress << 16 | egress, 2: "latency"}, {4: "arrived", 5: "left"}, {}, {6: ingress << 32 | egress}]
expected = [("sound", number, 4711, items) for number, items in enumerate(expected)]
print("right" if said == expected else f"wrong: {said}")
PY
)" = right
check_counters fw telemetry_reported=4 telemetry_lost=0 tx_restored=4
ns_unload fw

# ---- where nothing is measured
refuses 4 "no proxy named" telemetry fw
ns_program=sr-mpls-report
ns_load fw --vnf "$mode"
refuses 2 "it has none" telemetry fw --report 127.0.0.1:9
ns_unload fw
ns_program=sr-mpls
ns_load fw --vnf "$mode"
refuses 2 'has no `report`' telemetry fw
refuses 2 "measures no times" telemetry fw --histogram
[[ $mode != user ]] || ns_finish vnf
ns_verdict
