#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# A proxy that keeps the newest headers of each interface (srv6-ad.sfc), with an SF behind a device of its own, here the
# receiver. What the SF sends by that device, whatever it is, gets the headers that came last to the ingress device for
# which its device stands: those of its kind, IPv4 or IPv6, as they are now.
#   interface.sh user|kernel
source "$(dirname "$0")/../support/netns.sh"

mode=${1:?user or kernel}
ns_topology
in_host nft -f - <<'NFT'
table netdev forward {
  chain from_in { type filter hook ingress device "in" priority 0; fwd to "out"; }
  chain from_out { type filter hook ingress device "out" priority 0; fwd to "in"; }
}
NFT
ns_program=srv6-ad
code=0
ns_try_load fw --ingress in --egress in --vnf "$mode" --returns out=elsewhere || code=$?
check "exit code of a device that is no ingress device" $code = 2
ns_try_load fw --ingress in --egress in --vnf "$mode" --returns out=in || {
  cat "$ns_work/load.out" >&2
  ns_stop "cannot load the proxy"
}

# exchange WHERE FILE...: sends the frames of files, and prints in hexadecimal what comes next at the sender; "nothing" if
# that is nothing.
exchange() {
  : >"$ns_work/listen.err"
  in_sender python3 -c '
import socket, sys
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3)) as wire:
    wire.bind(("eth0", 0))
    print("listening", file=sys.stderr, flush=True)
    wire.settimeout(1)
    try:
        while True:
            frame, origin = wire.recvfrom(65535)
            if origin[2] != socket.PACKET_OUTGOING: break
        print(frame.hex())
    except TimeoutError:
        print("nothing")' >"$ns_work/heard" 2>"$ns_work/listen.err" &
  local job=$! where=$1
  shift
  until grep -q listening "$ns_work/listen.err"; do sleep 0.02; done
  "in_$where" python3 -c '
import socket, sys
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
    wire.bind(("eth0", 0))
    for name in sys.argv[1:]: wire.send(open(name, "rb").read())' "$@"
  wait $job
  cat "$ns_work/heard"
}

hex() { od -An -v -tx1 "$1" | tr -d ' \n'; }

# The packets of the vectors, what of each comes back, and packets of the SF with what they become.
python3 - "$ns_work" "$sfc_root/tests" <<'PY'
import sys
work, tests = sys.argv[1:]
sys.path.insert(0, tests + "/packets")
from expectations import read_vectors
packets = {one.name: one for one in read_vectors(tests + "/vectors") if one.family == "srv6"}
def write(name, data): open(f"{work}/{name}", "wb").write(data)
for kind, name in (("v4", "v4_2seg_sl1"), ("v4b", "v4_3seg_sl2"), ("v6", "v6_2seg_sl1")):
    vector = packets[name]
    write(kind, vector.packet)
    # What the SF makes: other bytes, and more of them.
    own = bytearray(vector.stripped[:-20] + bytes(range(41)))
    at = 16 if kind < "v5" else 18
    own[at:at + 2] = (int.from_bytes(own[at:at + 2], "big") + 21).to_bytes(2, "big")
    removed = len(vector.packet) - len(vector.stripped)
    outer = bytearray(vector.returned[:14 + removed])
    outer[18:20] = (int.from_bytes(outer[18:20], "big") + 21).to_bytes(2, "big")
    write(kind + ".own", own)
    write(kind + ".expected", bytes(outer + own[14:]).hex().encode())
PY

check "what is sent before any headers came" "$(exchange receiver "$ns_work/v4.own")" = "$(hex "$ns_work/v4.own")"
check "what the sender gets of its own" "$(exchange sender "$ns_work/v4")" = nothing
check "IPv4 under the newest headers" "$(exchange receiver "$ns_work/v4.own")" = "$(cat "$ns_work/v4.expected")"
check "again" "$(exchange receiver "$ns_work/v4.own")" = "$(cat "$ns_work/v4.expected")"
check "IPv6, of which none came" "$(exchange receiver "$ns_work/v6.own")" = "$(hex "$ns_work/v6.own")"
exchange sender "$ns_work/v6" "$ns_work/v4b" >/dev/null
check "IPv6 under the newest headers" "$(exchange receiver "$ns_work/v6.own")" = "$(cat "$ns_work/v6.expected")"
check "IPv4 under those of the new chain" "$(exchange receiver "$ns_work/v4b.own")" = "$(cat "$ns_work/v4b.expected")"
check_counters fw rx_stripped=3 inserted=2 replaced=1 renewed=0 live=2 tx_restored=4 tx_pass_miss=2
check "interface in the key" "$(in_host sfcctl cache show "$(ns_proxy fw)" | grep -c "ingress_port=$(in_host python3 -c 'import socket; print(socket.if_nametoindex("in"))')")" = 2
ns_verdict
