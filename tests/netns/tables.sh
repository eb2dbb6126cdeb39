#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The whole domain: a classifier at the sender pushes what its tables say, the host in the middle switches labelled
# frames, the end of the domain at the receiver takes the labels off again. A proxy in the middle takes its own labels
# only. And what sfcctl says of wrong entries.
source "$(dirname "$0")/../support/netns.sh"

source_address=10.1.0.11 target=10.1.0.22 other=10.1.0.23
ns_topology
ns_host_bridges
ip -n "$ns_prefix-receiver" addr add $target/24 dev eth0
ip -n "$ns_prefix-receiver" addr add $other/24 dev eth0
for address in $target $other; do
  ip -n "$ns_prefix-sender" neigh replace $address lladdr $mac_receiver dev eth0 nud permanent
done
ip -n "$ns_prefix-sender" route change 10.1.0.0/24 dev eth0 src $source_address mtu 1500
ns_domain
begin=$(ns_proxy begin)
table() { in_sender sfcctl table "$1" "$begin" "${@:2}"; }

# refuses CODE WORDS COMMAND...: sfcctl's exit code, and that its message has these words.
refuses() {
  local code=0
  "${@:3}" >"$ns_work/refused" 2>&1 || code=$?
  check "exit code of: ${*:3}" "$code" = "$1"
  check "words of: ${*:3}: $(cat "$ns_work/refused")" "$(grep -c -- "$2" "$ns_work/refused")" = 1
}

# labels_of ADDRESS [PORT]: one UDP datagram (a TCP SYN with a port) to an address; the labels with which it is switched.
labels_of() {
  : >"$ns_work/labels.err"
  in_host python3 "$sfc_root/tests/support/labels_of.py" out "$1" 2>"$ns_work/labels.err" >"$ns_work/labels.out" &
  local job=$! tries
  for ((tries = 0; tries < 250; ++tries)); do
    grep -q listening "$ns_work/labels.err" && break
    sleep 0.02
  done
  if (($# > 1)); then
    in_sender bash -c "exec 3<>/dev/tcp/$1/$2" 2>/dev/null || true
  else
    in_sender bash -c "echo hello >/dev/udp/$1/9" 2>/dev/null || true
  fi
  wait $job || true
  cat "$ns_work/labels.out"
}

# ---- nothing is found in empty tables
check "labels from empty tables" "$(labels_of $target)" = plain

# ---- prefixes, and what comes before them in the text
table add ipv4_prefixes ipv4.dst=10.1.0.0/16 -- labels[0].label=16001 labels[0].ttl=9 labels[1].label=16002
table add ipv4_prefixes ipv4.dst=$other -- labels[0].label=17001
table add services ipv4.dst=$target tcp.dst_port=80 -- labels[0].label=80 labels[1].label=81 labels[2].label=82
check "labels by a prefix" "$(labels_of $target)" = "16001/0/9 16002/1/64"
check "labels by a longer prefix" "$(labels_of $other)" = "17001/1/64"
check "labels by an earlier table" "$(labels_of $target 80)" = "80/0/64 81/0/64 82/1/64"
check "labels of another port" "$(labels_of $target 81)" = "16001/0/9 16002/1/64"

# ---- a proxy on the way takes the labels that its table has, and no others
sfcc -D ONLY_MINE=1 "$sfc_root/programs/sr-mpls.sfc" -o "$ns_work" || ns_stop "cannot compile sr-mpls with ONLY_MINE"
own=$(ns_proxy own)
own_table() { in_host sfcctl table "$1" "$own" "${@:2}"; }
ns_proxies+=("$own")
for vnf in kernel user; do
  in_host sfcctl load "$own" "$ns_work/sr-mpls.bpf.o" --ingress in --egress out --vnf $vnf >"$ns_work/load.out" 2>&1 || {
    cat "$ns_work/load.out" >&2
    ns_stop "cannot load the proxy with a table"
  }
  check "labels past an empty table, vnf $vnf" "$(labels_of $target)" = "16001/0/9 16002/1/64"
  own_table add mine labels[0].label=16001
  check "own labels, vnf $vnf" "$(labels_of $target)" = "16002/1/8"
  check "labels of others, vnf $vnf" "$(labels_of $other)" = "17001/1/64"
  check "own labels shown" "$(own_table show mine)" = "mine: 1 of 10000 entries
  key labels[0].label=16001"
  refuses 5 "has an entry for labels\[0\].label=16001 already" own_table add mine labels[0].label=16001
  refuses 2 "leave out 'labels\[0\].ttl'" own_table add mine labels[0].label=7 -- labels[0].ttl=7
  refuses 2 "did you mean 'labels\[0\].label'" own_table add mine labels[1].label=7
  own_table del mine labels[0].label=16001
  refuses 4 "no entry for" own_table del mine labels[0].label=16001
  check "labels that are own no more, vnf $vnf" "$(labels_of $target)" = "16001/0/9 16002/1/64"
  check_counters own rx_stripped=1 tx_restored=1 rx_ignored=3 miss_mine=3
  in_host sfcctl unload "$own" >/dev/null
  check "what is left of it" "$(find /sys/fs/bpf/sfc -path "*$own*" | wc -l)" = 0
done

# ---- a connection through the domain
ns_start server in_receiver python3 "$sfc_root/tests/support/transfer.py" receive $target
in_sender python3 "$sfc_root/tests/support/transfer.py" send $target 8 >"$ns_work/client.json" ||
  check "the connection" broken = whole
ns_wait server

# ---- what is shown, to people and to programs
table show --json >"$ns_work/shown.json"
check "entries shown" "$(python3 - "$ns_work/shown.json" <<'PY'
import json, sys
shown = json.load(open(sys.argv[1]))
tables = {table["name"]: table["entries"] for table in shown["tables"]}
print(shown["schema"], list(tables), [entry["key"] for entry in tables["ipv4_prefixes"]],
      [header["fields"]["label"] for header in tables["services"][0]["headers"]])
PY
)" = "sfcctl/v1 ['flows', 'services', 'ipv4_prefixes', 'ipv6_prefixes'] [{'ipv4.dst': '10.1.0.0/16'}, {'ipv4.dst': '10.1.0.23/32'}] ['80', '81', '82']"
check "entries shown to people" "$(table show services | head -2 | tail -1)" = "  key ipv4.dst=$target tcp.dst_port=80"

# ---- a file, of which all entries are added or none
printf 'ipv4_prefixes ipv4.dst=10.3.%d.0/24 -- labels[0].label=%d  # made\n' $(for ((i = 0; i < 200; ++i)); do echo $i $((1000 + i)); done) \
  >"$ns_work/routes.entries"
table load "$ns_work/routes.entries"
shown=$(table show ipv4_prefixes)
check "entries of a file" "$(head -1 <<<"$shown")" = "ipv4_prefixes: 202 of 10000 entries"
{
  echo "services ipv4.dst=10.3.0.1 tcp.dst_port=80 -- labels[0].label=1"
  tail -1 "$ns_work/routes.entries"
} >"$ns_work/again.entries"
refuses 5 "again.entries:2: .*10.3.199.0/24 already.*nothing has been added" table load "$ns_work/again.entries"
check "entries of a refused file" "$(table show services | head -1)" = "services: 1 of 10000 entries"
echo "ipv4_prefixs ipv4.dst=10.4.0.0/16 -- labels[0].label=1" >>"$ns_work/again.entries"
refuses 1 "again.entries:3: .*did you mean .ipv4_prefixes" table load "$ns_work/again.entries"
refuses 4 "No such file" table load "$ns_work/none.entries"
refuses 1 "Is a directory" table load "$ns_work"
refuses 1 "/dev/zero is not a text" table load /dev/zero

# ---- what is refused
refuses 2 "did you mean 'ipv4_prefixes'" table add ipv4_prefixs ipv4.dst=10.2.0.0/16 -- labels[0].label=1
refuses 2 "did you mean 'ipv4.dst'" table add ipv4_prefixes ipv4.dest=10.2.0.0/16 -- labels[0].label=1
refuses 2 "did you mean 'label'" table add ipv4_prefixes ipv4.dst=10.2.0.0/16 -- labels[0].labl=1
refuses 2 "did you mean 'labels'" table add ipv4_prefixes ipv4.dst=10.2.0.0/16 -- lables[0].label=1
refuses 2 "20 bits: 1048576 does not fit" table add ipv4_prefixes ipv4.dst=10.2.0.0/16 -- labels[0].label=1048576
refuses 2 "prefix of 33 is too long" table add ipv4_prefixes ipv4.dst=10.2.0.0/33 -- labels[0].label=1
refuses 2 "did you mean 10.2.0.0/16" table add ipv4_prefixes ipv4.dst=10.2.3.4/16 -- labels[0].label=1
refuses 2 "no headers given" table add ipv4_prefixes ipv4.dst=10.2.0.0/16
refuses 2 "but labels\[0\] is not" table add ipv4_prefixes ipv4.dst=10.2.0.0/16 -- labels[1].label=1
refuses 2 "no value for tcp.dst_port" table add services ipv4.dst=10.2.0.1 -- labels[0].label=1
refuses 5 "has an entry for ipv4.dst=10.1.0.0/16 already" table add ipv4_prefixes ipv4.dst=10.1.0.0/16 -- labels[0].label=1
refuses 5 "has an entry for" table add services ipv4.dst=$target tcp.dst_port=80 -- labels[0].label=1
refuses 4 "no entry for ipv4.dst=10.2.0.0/16" table del ipv4_prefixes ipv4.dst=10.2.0.0/16
refuses 4 "no proxy named" in_sender sfcctl table show "$begin-x"
refuses 2 "has no tables" in_receiver sfcctl table show "$(ns_proxy end)"

# ---- what is taken out is found no more; the shorter prefix has its packets
table del ipv4_prefixes ipv4.dst=$other
table del services ipv4.dst=$target tcp.dst_port=80
check "labels by the shorter prefix" "$(labels_of $other)" = "16001/0/9 16002/1/64"
check "labels of the deleted service" "$(labels_of $target 80)" = "16001/0/9 16002/1/64"
table del ipv4_prefixes ipv4.dst=10.1.0.0/16
check "labels when nothing is left" "$(labels_of $target)" = plain

check_counters end
check_counters begin tx_drop_gso=0
check "packets with labels" "$(ns_get stats counters.tx_restored)" -gt 1000
ns_unload begin
ns_unload end

# ---- the same with a header of another kind
ns_load_end sender begin nsh-classifier
ns_load_end receiver end nsh-egress
table add ipv4_prefixes ipv4.dst=10.1.0.0/24 -- nsh.spi=42 nsh.context=0x0102030405060708090a0b0c0d0e0f10
ns_start server in_receiver python3 "$sfc_root/tests/support/transfer.py" receive $target
in_sender python3 "$sfc_root/tests/support/transfer.py" send $target 2 >"$ns_work/client.json" ||
  check "the connection with NSH" broken = whole
ns_wait server
check_counters begin
check_counters end
check "NSH packets at the end of the path" "$(ns_get stats counters.rx_stripped)" -gt 1000
ns_verdict
