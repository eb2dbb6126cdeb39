#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sfcctl load and unload are killed at each of their system calls that can change something. After each: `list` says what
# is there, the command that it names mends it, the device has its settings back, and a new proxy works.
source "$(dirname "$0")/../support/netns.sh"

packets=20
object=$(ns_compile sr-mpls)
name=$(ns_proxy killed)
other=$(ns_proxy other)
load=(sfcctl load "$name" "$object" --ingress in --egress out --vnf kernel --xdp generic)
unload=(sfcctl unload "$name")
calls=bpf,mkdir,rename,unlink,rmdir,ioctl,sendto

runs_xdp() { ip -n "$ns_prefix-host" -d link show in 2>/dev/null | grep -q prog/xdp && echo yes || echo no; }
gro() { in_host ethtool -k in | awk '/^generic-receive-offload:/ { print $2 }'; }

# killed_at CALL N COMMAND...: the command is killed when it makes this call for the Nth time, before it has an effect.
killed_at() {
  # The shell would report the kill.
  { in_host strace -f -o /dev/null -e trace="$1" -e inject="$1":signal=KILL:when="$2" "${@:3}" >/dev/null 2>&1 || true; } 2>/dev/null
}

# places FROM COMMAND...: "CALL N" for each call from the first one whose line has FROM.
places() {
  in_host strace -f -o "$ns_work/calls" -e trace=$calls "${@:2}" 2>/dev/null
  awk -v from="$1" '{ sub(/^[0-9]+ +/, "") } /^[a-z]+\(/ {
    call = substr($0, 1, index($0, "(") - 1); count[call]++
    if (index($0, from)) seen = 1
    if (seen) print call, count[call]
  }' "$ns_work/calls"
}

# What the list says of the proxy: its state, and the error about it. While a proxy of somebody else is being loaded, one
# that has nothing yet may be thought to be that one.
listed() {
  local state tries
  for ((tries = 0; tries < 100; ++tries)); do
    in_host sfcctl list >"$ns_work/list.out" 2>"$ns_work/list.err" || true
    state=$(awk -v name="$name" '$1 == name { $1 = ""; print substr($0, 2) }' "$ns_work/list.out")
    [[ $state == busy ]] || break
    sleep 0.1
  done
  echo "$state"
}

# check_mendable WHEN: the truth is told, and the command in it mends what there is.
check_mendable() {
  local state text remedy
  state=$(listed)
  text=$(grep -F "error: $name " "$ns_work/list.err" || true)
  if [[ $state == ok* ]]; then # it was killed behind its last step, or before its first
    check "$1: XDP on the device of a loaded proxy" "$(runs_xdp)" = yes
    remedy=${unload[*]}
  elif [[ -z $state ]]; then
    check "$1: XDP on the device of a proxy that is not there" "$(runs_xdp)" = no
    remedy=true
  else
    check "$1: what the list says" "$state" = "incomplete"
    check "$1: the list says that XDP runs" "$(grep -q 'XDP generic.* runs on in' <<<"$text" && echo yes || echo no)" = \
      "$(runs_xdp)"
    if [[ $(runs_xdp) == yes ]]; then
      in_host sfcctl load "$other" "$object" --ingress in --egress out >"$ns_work/other.out" 2>&1 && code=0 || code=$?
      check "$1: exit code of another load" "$code" = 5
      check "$1: it names the command" "$(grep -c "run: ${unload[*]}" "$ns_work/other.out")" = 1
    fi
    remedy=${text##*; run: }
    check "$1: the remedy" "$remedy" = "${unload[*]}"
  fi
  # shellcheck disable=SC2086
  in_host $remedy >/dev/null 2>&1 || check "$1: the remedy" failed = works
  check "$1: XDP behind the remedy" "$(runs_xdp)" = no
  check "$1: GRO behind the remedy" "$(gro)" = on
  check "$1: what is left of it" "$(listed)" = ""
}

ns_topology
ns_host_routes
in_host ethtool -K in gro on
ns_proxies[other]=host # both are unloaded at the end, however this goes
ns_proxies[killed]=host
mapfile -t of_load < <(places "/$name~" "${load[@]}")
mapfile -t of_unload < <(places rename "${unload[@]}")
check "places at which load can be killed" ${#of_load[@]} -gt 40
check "places at which unload can be killed" ${#of_unload[@]} -gt 20
for ((i = 0; i < ${#of_load[@]} || i < ${#of_unload[@]}; ++i)); do
  if [[ -n ${of_load[i]:-} ]]; then
    # shellcheck disable=SC2086
    killed_at ${of_load[i]} "${load[@]}"
    check_mendable "load killed at ${of_load[i]}"
  fi
  ns_load killed --vnf kernel --xdp generic
  ((i % 8)) || {
    ns_traffic $packets
    check_received 0
    check_counters killed rx_stripped=$packets tx_restored=$packets
  }
  if [[ -n ${of_unload[i]:-} ]]; then
    # shellcheck disable=SC2086
    killed_at ${of_unload[i]} "${unload[@]}"
    check_mendable "unload killed at ${of_unload[i]}"
  else
    in_host "${unload[@]}" 2>/dev/null
  fi
done
ns_verdict
