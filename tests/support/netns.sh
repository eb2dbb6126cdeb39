# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=bash
# Sourced by ./demo and the scripts in tests/netns: three network namespaces in a row, the tools in them, and checks.
#
#   sender            host of the service function             receiver
#   10.1.0.1  eth0 -- in   10.1.0.254    10.2.0.254   out -- eth0  10.2.0.2
#   fd00:1::1                                                     fd00:2::2
#
# Neighbours are static, nothing but the test's own packets is on the wires. The receiver's kernel does not own
# 10.2.0.2 and fd00:2::2, so it answers nothing. ns_second_host puts a host more before the receiver. In a domain
# (ns_domain) sender and receiver are plain hosts between its ends: 10.3.0.0/16 and fd00:3::/32 are behind the receiver,
# too, and for real connections it owns 10.2.0.22.
# Everything is taken down when the script ends, however it ends.
#
# Commands run by `nsenter --net`, not `ip netns exec`: that would hide /sys/fs/bpf, where proxies are pinned.

set -euo pipefail

sfc_root=${sfc_root:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
sfc_build=${SFC_BUILD_DIR:-$sfc_root/build}
sfc_bin=$sfc_build/bin
PATH=$sfc_bin:$PATH

ns_prefix=sfct-$$
ns_work=$(mktemp -d "/tmp/$ns_prefix.XXXXXX")
ns_host=host # the host that is meant by in_host, ns_load and all the rest: host, or second
declare -A ns_proxies=() # where each that is loaded is: sender, host, second or receiver
ns_program=sr-mpls # what ns_load loads: programs/$ns_program.sfc
declare -A ns_jobs=()
ns_failures=0

mac_sender=02:00:00:00:01:01
mac_in=02:00:00:00:01:02
mac_out=02:00:00:00:02:01
mac_receiver=02:00:00:00:02:02
mac_second=02:00:00:00:03:01 # the second host's way out, and the receiver behind it
mac_behind_second=02:00:00:00:03:02

ns_end() {
  local code=$? job name
  set +e
  trap - EXIT
  for job in "${ns_jobs[@]}"; do kill "$job" 2>/dev/null; done
  wait
  for name in "${!ns_proxies[@]}"; do ns_unload "$name" 2>/dev/null; done
  for name in sender host second receiver; do ip netns del "$ns_prefix-$name" 2>/dev/null; done
  rm -rf "$ns_work"
  exit "$code"
}
trap ns_end EXIT
trap 'exit 130' INT TERM

# ---- namespaces -----------------------------------------------------------------------------------------------------

# ns_in WHERE COMMAND...
ns_in() { nsenter --net="/run/netns/$ns_prefix-$1" "${@:2}"; }
in_sender() { ns_in sender "$@"; }
in_host() { ns_in "$ns_host" "$@"; }
in_receiver() { ns_in receiver "$@"; }

# Sets sysctls in the namespace of the runner given first; they are looked up in /proc/sys, which follows the process.
ns_sysctl() {
  local where=$1
  shift
  "$where" sysctl -qw "$@"
}

# ns_mtu MTU [MTU_OUT]: of all devices, and of the bridge if there is one; on the far side another if two are given.
ns_mtu() {
  ip -n "$ns_prefix-sender" link set eth0 mtu "$1"
  ip -n "$ns_prefix-host" link set in mtu "$1"
  ip -n "$ns_prefix-host" link set out mtu "${2:-$1}"
  ip -n "$ns_prefix-receiver" link set eth0 mtu "${2:-$1}"
  ip -n "$ns_prefix-host" link set br0 mtu "$1" 2>/dev/null || true
}

# ns_tag_program in_WHERE DEVICE ingress|egress SECTION: a program of support/tag_beside.bpf.c, behind those of a proxy.
ns_tag_program() {
  "$1" tc qdisc replace dev "$2" clsact
  "$1" tc filter replace dev "$2" "$3" prio 49152 handle 1 bpf direct-action obj "$sfc_build/tests/tag_beside.bpf.o" sec "$4"
}

# ns_tags_beside SECTION: what the sender's kernel sends has VLAN tags beside the frame.
ns_tags_beside() { ns_tag_program in_sender eth0 egress "$1"; }

# A veth pair: ns_cable NAMESPACE DEVICE MAC  NAMESPACE DEVICE MAC
ns_cable() {
  ip link add "$2" netns "$ns_prefix-$1" address "$3" mtu 2000 type veth \
    peer name "$5" netns "$ns_prefix-$4" address "$6" mtu 2000
  local side
  for side in "$1 $2" "$4 $5"; do
    # shellcheck disable=SC2086
    set -- $side
    ip -n "$ns_prefix-$1" link set "$2" addrgenmode none
    ip -n "$ns_prefix-$1" link set "$2" up
  done
}

# A namespace without cables yet. Neighbour discovery and multicast reports stay at home, so that every count is that of
# the test's own packets.
ns_space() {
  ip netns add "$ns_prefix-$1"
  ip -n "$ns_prefix-$1" link set lo up
  # Cables that are still to come inherit these.
  ns_in "$1" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
    net.ipv6.conf.default.accept_ra=0 net.ipv6.conf.all.forwarding=0
  ns_in "$1" nft "add table ip6 quiet; add chain ip6 quiet output { type filter hook output priority 0; };
    add rule ip6 quiet output meta l4proto ipv6-icmp drop"
}

# The three namespaces, cables and addresses. The host does not forward yet.
ns_topology() {
  local name
  for name in sender host second receiver; do ip netns del "$ns_prefix-$name" 2>/dev/null || true; done
  for name in sender host receiver; do ns_space "$name"; done
  ns_host=host
  ns_cable sender eth0 $mac_sender host in $mac_in
  ns_cable host out $mac_out receiver eth0 $mac_receiver
  ip -n "$ns_prefix-sender" addr add 10.1.0.11/24 dev eth0
  ip -n "$ns_prefix-host" addr add 10.1.0.254/24 dev in
  ip -n "$ns_prefix-host" addr add 10.2.0.254/24 dev out
  ip -n "$ns_prefix-host" addr add fd00:1::fe/64 dev in nodad
  ip -n "$ns_prefix-host" addr add fd00:2::fe/64 dev out nodad
  local address
  for address in 10.2.0.2 10.2.0.22 fd00:2::2; do
    ip -n "$ns_prefix-host" neigh replace "$address" lladdr $mac_receiver dev out nud permanent
  done
  for address in 10.1.0.1 10.1.0.11 fd00:1::1; do
    ip -n "$ns_prefix-host" neigh replace "$address" lladdr $mac_sender dev in nud permanent
  done
  ns_destination_mac=$mac_in
  ns_return_mac=$mac_out
}

# A second host takes the receiver's place on the first one's cable and has the receiver on a cable of its own. It does
# not forward yet. From here on ns_host says on which of the two in_host, ns_host_..., ns_load and the rest work.
ns_second_host() {
  ns_space second
  ip -n "$ns_prefix-receiver" link set eth0 netns "$ns_prefix-second" name in
  ip -n "$ns_prefix-second" link set in addrgenmode none
  ip -n "$ns_prefix-second" link set in up
  # Packets may grow on each host.
  ip -n "$ns_prefix-sender" link set eth0 mtu 1600
  ip -n "$ns_prefix-host" link set in mtu 1600
  ip -n "$ns_prefix-host" link set out mtu 1800
  ip -n "$ns_prefix-second" link set in mtu 1800
  ns_cable second out $mac_second receiver eth0 $mac_behind_second
  ip -n "$ns_prefix-second" addr add 10.2.0.253/24 dev out
  ip -n "$ns_prefix-second" addr add fd00:2::fd/64 dev out nodad
  local address
  for address in 10.2.0.2 fd00:2::2; do
    ip -n "$ns_prefix-second" neigh replace "$address" lladdr $mac_behind_second dev out nud permanent
  done
}

# The service function is in the host's kernel, which forwards between in and out.
ns_host_routes() {
  ns_sysctl in_host net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
  ns_destination_mac=$mac_in
}

# The service function is in the host's kernel, which switches between in and out.
ns_host_bridges() {
  ip -n "$ns_prefix-host" link add br0 type bridge mcast_snooping 0
  ip -n "$ns_prefix-host" link set br0 addrgenmode none
  ip -n "$ns_prefix-host" link set in master br0
  ip -n "$ns_prefix-host" link set out master br0
  ip -n "$ns_prefix-host" link set br0 up
  ns_destination_mac=$mac_receiver
  ns_return_mac=$mac_sender
}

# The service function is a process: the kernel leaves what arrives at `in` alone. The way back is routed.
ns_host_leaves_alone() {
  ns_sysctl in_host net.ipv4.ip_forward=1
  in_host nft -f - <<'NFT'
table netdev alone {
  chain from_in { type filter hook ingress device "in" priority 0; policy drop; }
}
NFT
  ns_destination_mac=$mac_receiver
}

# The service function is in the host's kernel and hands every frame from in to out, whatever it is.
ns_host_forwards() {
  in_host nft -f - <<'NFT'
table netdev forward {
  chain from_in { type filter hook ingress device "in" priority 0; fwd to "out"; }
}
NFT
}

# ---- service functions in the host's kernel -------------------------------------------------------------------------

# A firewall that drops a share of the packets at random: ns_firewall PERCENT
ns_firewall() {
  in_host nft -f - <<NFT
table inet function {
  counter dropped { }
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "in" numgen random mod 100 < $1 counter name dropped drop
  }
}
NFT
}

# A firewall that drops UDP packets to a port: ns_firewall_port PORT
ns_firewall_port() {
  in_host nft -f - <<NFT
table inet function {
  counter dropped { }
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "in" udp dport $1 counter name dropped drop
  }
}
NFT
}

# How many packets the firewall has dropped.
ns_firewall_dropped() { in_host nft list counter inet function dropped | awk '/packets/ { print $2 }'; }

# Source address translation to the host's own addresses on the far side, ns_nat_sources.
ns_nat_sources=10.2.0.254,fd00:2::fe
ns_nat() {
  in_host nft -f - <<'NFT'
table inet function {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "out" masquerade
  }
}
NFT
  # The test's TCP packets are one-sided; connection tracking shall not call them invalid for that.
  ns_sysctl in_host net.netfilter.nf_conntrack_tcp_be_liberal=1 net.netfilter.nf_conntrack_tcp_loose=1
}

# ---- tools in the background ----------------------------------------------------------------------------------------

# ns_start NAME in_WHERE COMMAND...: starts a tool that says "listening" when it is ready. Its output is ns_output NAME.
ns_start() {
  local name=$1 where=${2#in_} tries
  shift 2
  [[ $where != host ]] || where=$ns_host
  : >"$ns_work/$name.err"
  # No function here: the signals of ns_finish must reach the tool itself.
  nsenter --net="/run/netns/$ns_prefix-$where" "$@" >"$ns_work/$name.json" 2>"$ns_work/$name.err" &
  ns_jobs[$name]=$!
  for ((tries = 0; tries < 500; ++tries)); do
    grep -q listening "$ns_work/$name.err" && return 0
    kill -0 "${ns_jobs[$name]}" 2>/dev/null || break
    sleep 0.02
  done
  cat "$ns_work/$name.err" >&2
  ns_stop "$1 did not start"
}

# Waits for a tool that ends by itself.
ns_wait() {
  wait "${ns_jobs[$1]}" || {
    cat "$ns_work/$1.err" >&2
    ns_stop "$1 failed"
  }
  unset "ns_jobs[$1]"
}

# Ends a tool that runs until it is told to end.
ns_finish() {
  kill -TERM "${ns_jobs[$1]}" 2>/dev/null || true
  ns_wait "$1"
}

ns_output() { cat "$ns_work/$1.json"; }

# ns_get NAME KEY...: values from a tool's output, one per line.
ns_get() {
  local name=$1
  shift
  python3 "$sfc_root/tests/support/json_get.py" "$@" <"$ns_work/$name.json"
}

ns_stop() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# ---- traffic --------------------------------------------------------------------------------------------------------

# ns_traffic COUNT [sfc-send options... [-- sfc-receive options...]]: sends from the sender and judges at the receiver.
# Leaves the reports in ns_output sent and ns_output received.
ns_traffic() {
  local count=$1
  shift
  local send=()
  while (($#)) && [[ $1 != -- ]]; do
    send+=("$1")
    shift
  done
  (($#)) && shift
  ns_start received in_receiver sfc-receive --device eth0 --expect "$count" "$@"
  in_sender sfc-send --device eth0 --count "$count" --destination-mac "$ns_destination_mac" "${send[@]}" \
    >"$ns_work/sent.json"
  ns_wait received
}

# ns_exchange SCRIPT OPTION... -- OPTION...: the script receives at the receiver, with the first options, what it sends at
# the sender with the others. Leaves the reports in ns_output received and sent.
ns_exchange() {
  local script=$1 receive=()
  shift
  while [[ $1 != -- ]]; do
    receive+=("$1")
    shift
  done
  ns_start received in_receiver python3 "$script" receive "${receive[@]}" --device eth0
  in_sender python3 "$script" send "${@:2}" --device eth0 >"$ns_work/sent.json"
  ns_wait received
}

# ns_conclude BEFORE TEXT: prints the text if no check has failed since there were BEFORE failures, or what the receiver
# of ns_exchange has seen.
ns_conclude() {
  if ((ns_failures == $1)); then
    echo "$2"
  else
    grep -v listening "$ns_work/received.err" >&2 || true
  fi
}

# ns_plain_traffic COUNT sfc-send options... [-- sfc-receive options...]: plain packets through the domain. They are
# judged twice: by a witness where they leave the host, under the labels that the classifier's tables have for them, less
# the top one; and plain in the receiver. Leaves the reports in ns_output sent, witness and received.
ns_plain_traffic() {
  local count=$1 arguments=("${@:2}") i
  for i in "${!arguments[@]}"; do [[ ${arguments[i]} != -- ]] || break; done
  ns_start witness in_host sfc-receive --device out --leaving --ring 16384 --expect "$count" "${arguments[@]:i+1}"
  ns_traffic "$count" --plain "${arguments[@]:0:i}" -- "${arguments[@]:i+1}" --pops 16
  ns_wait witness
}

# ns_connection MEGABYTES: a real TCP connection from the sender's kernel to the receiver's, through the domain on the
# way there and plain on the way back. Leaves the reports in ns_output client and server; fails if what arrives is not
# what was sent. (The classifier must have an entry for 10.2.0.22, and the host know its way back to 10.1.0.11.)
ns_connection() {
  ns_start server in_receiver python3 "$sfc_root/tests/support/transfer.py" receive 10.2.0.22
  in_sender python3 "$sfc_root/tests/support/transfer.py" send 10.2.0.22 "$1" >"$ns_work/client.json"
  ns_wait server
}

# ns_segments in_WHERE: all TCP segments that the kernel there has sent.
ns_segments() { "$1" nstat -asz TcpOutSegs TcpRetransSegs | awk '/^Tcp/ { n += $2 } END { print n }'; }

# ns_telemetry COUNT MODE MODE [OPTION...]: packets with an INT header through the proxies of both hosts, which are nodes
# 1 and 2 and whose functions are in user space or in the kernel. Options go to telemetry.py send and receive alike.
# Leaves the reports in ns_output sent and received.
ns_telemetry() {
  local options=(--device eth0 --count "$1" "${@:4}") mac=$mac_in
  [[ $2 == kernel ]] || mac=$mac_receiver
  ns_start received in_receiver python3 "$sfc_root/tests/support/telemetry.py" receive "${options[@]}" \
    --node "1:$(ns_node host):$2" --node "2:$(ns_node second):$3"
  in_sender python3 "$sfc_root/tests/support/telemetry.py" send "${options[@]}" --destination-mac "$mac" \
    >"$ns_work/sent.json"
  ns_wait received
}

# ns_node WHERE: the numbers of a host's two devices, and how long a packet may be that leaves it.
ns_node() {
  # Without the complaints of ip, which looks for the peer in all namespaces, where some may just be going.
  ip -n "$ns_prefix-$1" -o link show type veth 2>/dev/null | # 2: in@if3: <...> mtu 1600 ...
    awk -F '[ :@]+' '{ number[$2] = $1; mtu[$2] = $6 } END { print number["in"] ":" number["out"] ":" mtu["out"] }'
}

# ---- the domain -----------------------------------------------------------------------------------------------------

# ns_domain: an SR-MPLS domain between sender and receiver, which know nothing of labels. At the sender the classifier
# `begin` pushes what ns_entry has put into its tables, at the receiver the egress `end` takes off what is left. The
# classifier only counts at ingress: ns_domain DEVICE says where, if eth0 is for another.
ns_domain() {
  ns_load_end sender begin sr-mpls-classifier "${1:-eth0}"
  ns_load_end receiver end sr-mpls-egress
  # Checksums are finished in front of the cables, as of real ones.
  in_sender ethtool -K eth0 tx off >/dev/null 2>&1
  # Superframes are cut in front of the cables, which have room for 256 packets; queues wait for it.
  ip netns exec "$ns_prefix-sender" tc qdisc replace dev eth0 root pfifo limit 10000
  ip netns exec "$ns_prefix-host" tc qdisc replace dev out root pfifo limit 10000
  ip -n "$ns_prefix-sender" route add 10.2.0.22 dev eth0 src 10.1.0.11 mtu 1400
  ip -n "$ns_prefix-sender" neigh replace 10.2.0.22 lladdr "$ns_destination_mac" dev eth0 nud permanent
  ip -n "$ns_prefix-host" route add 10.3.0.0/16 via 10.2.0.2 dev out
  ip -n "$ns_prefix-host" route add fd00:3::/32 via fd00:2::2 dev out
  ip -n "$ns_prefix-receiver" addr add 10.2.0.22/32 dev eth0
  local peer
  for peer in 10.1.0.11 10.2.0.254; do
    ip -n "$ns_prefix-receiver" route add "$peer" dev eth0 src 10.2.0.22
    ip -n "$ns_prefix-receiver" neigh replace "$peer" lladdr "$ns_return_mac" dev eth0 nud permanent
  done
}

# ns_entry SEED TABLE KEY...: the classifier pushes sfc-send's labels of a seed onto the packets of a key.
ns_entry() {
  local headers
  mapfile -t headers < <(sfc-stack "$1")
  in_sender sfcctl table add "$(ns_proxy begin)" "${@:2}" -- "${headers[@]}"
}

# ns_load_end WHERE NAME SPEC [INGRESS [EGRESS]]: loads programs/SPEC.sfc at the sender or the receiver, on eth0 if no other
# devices are named; it is unloaded at the end.
ns_load_end() {
  local object
  object=$(ns_compile "$3") || exit 1
  ns_proxies[$2]=$1
  "in_$1" sfcctl load "$(ns_proxy "$2")" "$object" --ingress "${4:-eth0}" --egress "${5:-eth0}" >"$ns_work/load.out" 2>&1 && return 0
  cat "$ns_work/load.out" >&2
  ns_stop "cannot load $3"
}

# ---- the proxy ------------------------------------------------------------------------------------------------------

# ns_compile SPEC: compiles programs/SPEC.sfc unless that has been done; prints the object's path.
ns_compile() {
  local object=$sfc_build/programs/$1.bpf.o newer
  newer=$(find "$sfc_root/programs" "$sfc_bin/sfcc" -newer "$object" -print -quit 2>/dev/null || echo none)
  if [[ ! -e $object || -n $newer ]]; then
    mkdir -p "$sfc_build/programs"
    sfcc "$sfc_root/programs/$1.sfc" -o "$sfc_build/programs" >"$ns_work/sfcc.out" 2>&1 || {
      cat "$ns_work/sfcc.out" >&2
      ns_stop "cannot compile $1.sfc"
    }
  fi
  echo "$object"
}

# ns_load NAME OPTION...: loads $ns_program between in and out of the host; it is unloaded at the end. The name is this
# run's own: ns_proxy NAME.
ns_load() {
  local name=$1
  shift
  ns_try_load "$name" --ingress in --egress out "$@" && return 0
  cat "$ns_work/load.out" >&2
  ns_stop "cannot load the proxy $name"
}

# ns_try_load NAME OPTION...: like ns_load, but says where by itself and returns sfcctl's exit code; what sfcctl says is
# in $ns_work/load.out.
ns_try_load() {
  local name=$1 object
  shift
  object=$(ns_compile "$ns_program") || exit 1
  ns_proxies[$name]=$ns_host
  in_host sfcctl load "$(ns_proxy "$name")" "$object" "$@" >"$ns_work/load.out" 2>&1
}

ns_proxy() { echo "$ns_prefix-$1"; }

# ns_unload NAME: takes it down, wherever it is.
ns_unload() {
  local where=${ns_proxies[$1]}
  unset "ns_proxies[$1]"
  ns_in "$where" sfcctl unload "$(ns_proxy "$1")" >/dev/null
}

# ns_stats NAME: the proxy's counters, to ns_output stats.
ns_stats() { in_host sfcctl stats "$(ns_proxy "$1")" --json >"$ns_work/stats.json"; }

# check_counters NAME COUNTER=VALUE...: the proxy's counters, and that its books balance.
check_counters() {
  local name=$1 before=$ns_failures values expected paths i
  shift
  ns_stats "$name"
  expected=("$@")
  paths=("${expected[@]/%=*/}")
  mapfile -t values < <(ns_get stats --default 0 "${paths[@]/#/counters.}")
  for i in "${!expected[@]}"; do check "$name: ${expected[i]%=*}" "${values[i]:-unknown}" = "${expected[i]#*=}"; done
  in_host sfcctl stats "$(ns_proxy "$name")" --audit >"$ns_work/audit.out" 2>&1 || {
    cat "$ns_work/audit.out" >&2
    check "the books of $name" "do not balance" = "balance"
  }
  ((ns_failures == before)) || ns_output stats >&2
}

# ---- checks ---------------------------------------------------------------------------------------------------------

# check WHAT ACTUAL OPERATOR EXPECTED: says what does not hold and remembers it. = compares text; -eq, -ne, -lt, -le,
# -gt and -ge whole numbers.
check() {
  local holds=0
  case $3 in
    =) [[ $2 == "$4" ]] && holds=1 ;;
    *) test "$2" "$3" "$4" && holds=1 ;;
  esac
  ((holds)) && return 0
  echo "wrong: $1: $2, expected ${3/#=/} $4" >&2
  ns_failures=$((ns_failures + 1))
}

# Every packet that arrived is right, and nothing came twice. check_received MISSING
check_received() {
  local faults=(wrong_pair unlabelled wrong_tag wrong_address bad_checksum bad_payload truncated duplicates ring_lost)
  local before=$ns_failures values i
  mapfile -t values < <(ns_get received missing "${faults[@]}")
  check "packets missing at the receiver" "${values[0]:-unknown}" = "$1"
  for i in "${!faults[@]}"; do check "receiver: ${faults[i]}" "${values[i + 1]:-unknown}" = 0; done
  ((ns_failures == before)) || ns_output received >&2
}

# The script's verdict.
ns_verdict() {
  ((ns_failures == 0)) || ns_stop "$ns_failures checks failed"
  echo "ok"
}

# bpffs, for the pins; sfcctl finds it there.
mountpoint -q /sys/fs/bpf || mount -t bpf bpf /sys/fs/bpf
