#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"""Tests of the packet tests: they accept what is right and name what is wrong, for every program of the table."""
import collections
import os
import random
import struct
import tempfile
import unittest
from unittest import mock

import captures
import check_vectors
import compare_runs
import random_specs
from captures import Run
from expectations import PROGRAMS, comes_back_changed, outcomes_of, read_vectors, rule_of, type_at, unused_rules
from mutations import MAXIMUM, MINIMUM, TAG, Mutations, longest
from telemetry_decoder import Node, decode, hop, settled, wrong_sums
from telemetry_packets import CASES, cases_of
from spec_maker import Field, PacketMaker, SpecMaker
from unique import HEADER_NUMBERS, IPV4, LEAVE_HEADERS, TCP, UDP, number_none, numbered_packets, templates_of, transport_of

DIRECTORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vectors")
VECTORS = read_vectors(DIRECTORY)


def play(program, choice, change=lambda outcome: outcome):
    """A stand-in for captures.run that does with the packets of the vectors what is allowed."""
    known = {vector.packet: (outcomes[min(choice, len(outcomes) - 1)], rule_of(program, vector).reasons or ("malformed",))
             for vector in VECTORS if (outcomes := outcomes_of(program, vector))}

    def run(_, __, packets):
        ups, backs, counters = [], [], collections.Counter()
        for outcome, reasons in (known[packet] for packet in packets):
            up, back = change(outcome)
            ups += [up] if up is not None else []
            backs += [back] if back is not None else []
            counters[f"rx_drop_{reasons[0]}"] += up is None
            counters["tx_drop_miss"] += up is not None and back is None
        return Run(ups, backs, counters)
    return run


def checked(run, program):
    with mock.patch.object(check_vectors, "run", run), mock.patch("builtins.print"):
        return check_vectors.check_directory(["command"], program, DIRECTORY, "vectors", 1000)


def type_of(packet):
    at = type_at(packet)
    return packet[at:at + 2]


def ones_sum(data):
    data += bytes(len(data) % 2)
    return sum(struct.unpack(f"!{len(data) // 2}H", data)) % 0xFFFF


def transport_sum(packet):
    """The one's-complement sum of a TCP or UDP segment and its pseudo header: 0 if the checksum is right."""
    at = type_at(packet) + 2
    protocol, start = transport_of(packet, at)
    if packet[at - 2:at] == IPV4:
        end, addresses = at + struct.unpack_from("!H", packet, at + 2)[0], packet[at + 12:at + 20]
    else:
        end, addresses = at + 40 + struct.unpack_from("!H", packet, at + 4)[0], packet[at + 8:at + 40]
    return ones_sum(addresses + struct.pack("!HI", protocol, end - start) + packet[start:end])


class Expectations(unittest.TestCase):
    def test_every_rule_fits_a_packet(self):
        for program in PROGRAMS:
            self.assertEqual(unused_rules(program, VECTORS), [], program)

    def test_every_program_has_packets_of_its_own(self):
        for program in PROGRAMS:
            self.assertTrue(any(comes_back_changed(program, vector) for vector in VECTORS), program)

    def test_every_packet_of_a_tunnel_is_some_programs_own(self):
        for vector in VECTORS:
            if vector.family in ("tunnel", "mpls_special", "srv6_am") or vector.family.startswith("nsh_"):
                self.assertTrue(any(rule_of(program, vector) in rules for program, rules in PROGRAMS.items()), vector.name)

    def test_masqueraded_as_the_vectors_say(self):
        vector = next(vector for vector in VECTORS if vector.family == "srv6_am")
        self.assertIn((vector.stripped, vector.returned), outcomes_of("srv6-am", vector))


class Checks(unittest.TestCase):
    def test_all_that_is_allowed_is_accepted(self):
        for program in PROGRAMS:
            for choice in range(3):
                self.assertEqual(checked(play(program, choice), program), [], (program, choice))

    def test_a_wrong_byte_is_named(self):
        for program in PROGRAMS:
            target = next(vector for vector in VECTORS if comes_back_changed(program, vector))
            for stage, words in enumerate(("to the SF", "back")):
                right = outcomes_of(program, target)[0]
                wrong = list(right)
                wrong[stage] = right[stage][:30] + bytes([right[stage][30] ^ 1]) + right[stage][31:]
                faults = checked(play(program, 0, lambda o, r=right, w=tuple(wrong): w if o == r else o), program)
                fault = next(fault for fault in faults if f"{target.family} packet {target.number} {target.name}:" in fault)
                self.assertIn(f"{words}: byte 30 is {wrong[stage][30]:02x}, expected {right[stage][30]:02x}", fault)
                self.assertIn(wrong[stage].hex(), fault)
                self.assertIn(right[stage].hex(), fault)
                self.assertIn(target.packet.hex(), fault)

    def test_a_packet_that_vanishes_is_named(self):
        faults = checked(play("gtpu", 0, lambda outcome: (outcome[0], None)), "gtpu")
        self.assertTrue(any("tunnel packet 22 gtpu: back: no packet" in fault for fault in faults))

    def test_a_drop_without_a_counter_is_a_fault(self):
        silent = play("nsh", 0)
        faults = checked(lambda *args: silent(*args)._replace(counters={}), "nsh")
        self.assertTrue(any("malformed: packets dropped" in fault for fault in faults))

    def test_outputs_are_explained_by_any_choice(self):
        either = [(b"a", b"a"), (None, None)]
        self.assertEqual(check_vectors.ways_to_fit([either, [(b"a", b"a")]], [b"a"], [b"a"]), {(1, 0)})
        self.assertEqual(check_vectors.ways_to_fit([either, [(b"a", None)]], [b"a", b"a"], [b"a"]), {(0, 1)})
        self.assertEqual(check_vectors.ways_to_fit([either], [b"b"], [b"b"]), set())


class Comparisons(unittest.TestCase):
    def difference(self, wrong, packets):
        """The fewest packets about which two commands differ, of which the second goes wrong if wrong(packets)."""
        def run(command, packets, _):
            return Run(packets, packets[:-1] if command == "other" and wrong(packets) else packets, {"rx": len(packets)})
        with mock.patch.object(captures, "run", run):
            comparison = compare_runs.Comparison(["one", "other"], [])
            self.assertTrue(comparison.differ(packets))
            fewest = comparison.fewest(packets)
            return fewest, compare_runs.describe(comparison, fewest)

    def test_a_single_packet_is_found(self):
        packets = [bytes([number]) * 20 for number in range(100)]
        fewest, text = self.difference(lambda some: packets[66] in some, packets)
        self.assertEqual(fewest, [packets[66]])
        self.assertIn("back: 1 packets by A, 0 by B", text)
        self.assertIn(packets[66].hex(), text)

    def test_packets_that_matter_together_are_found(self):
        packets = [bytes([number]) * 20 for number in range(100)]
        fewest, _ = self.difference(lambda some: packets[12] in some and packets[66] in some, packets)
        self.assertEqual(fewest, [packets[12], packets[66]])

    def test_a_command_that_fails_differs(self):
        def run(command, packets, _):
            if command == "other":
                raise RuntimeError("it fails")
            return Run(packets, packets, {})
        with mock.patch.object(captures, "run", run):
            comparison = compare_runs.Comparison(["one", "other"], [])
            self.assertTrue(comparison.differ([b"a"]))
            self.assertIn("B fails: it fails", compare_runs.describe(comparison, [b"a"]))

    def test_mutations_are_frames_and_come_again(self):
        some, again = (Mutations(VECTORS, "geneve", 7) for _ in range(2))
        full = collections.Counter()
        for _ in range(20000):
            frame = next(some)
            self.assertEqual(frame, next(again))
            self.assertTrue(MINIMUM <= len(frame) <= longest(frame))
            full[frame[12:14] == TAG] += len(frame) == longest(frame)
        self.assertTrue(min(full[True], full[False]) > 100, full)


class UniquePackets(unittest.TestCase):
    def test_all_are_different_and_their_checksums_right(self):
        for program in sorted(set(PROGRAMS) - set(LEAVE_HEADERS)):
            templates = templates_of(program, VECTORS)
            self.assertTrue(templates, program)
            packets = numbered_packets(program, templates, 3000)
            self.assertEqual(len({packet.packet for packet in packets}), 3000, program)
            self.assertEqual(len({packet.mark for packet in packets}), 3000, program)
            backs = [back for packet in packets for back in packet.backs]
            self.assertEqual(len(set(backs)), len(backs), program)
            for numbered in packets[:200]:
                self.check_sums(program, numbered)

    def check_sums(self, program, numbered):
        """Sums over a packet with numbers are those of the packet without: whatever covers them stays right."""
        vector = numbered.vector
        for frame, original in [(numbered.packet, vector.packet)] + [
                (back, outcome[1]) for back in numbered.backs for outcome in outcomes_of(program, vector)[:1]]:
            self.assertEqual(len(frame), len(original))
            end = frame.index(numbered.mark)
            self.assertEqual(ones_sum(frame[end:]), ones_sum(original[end:]), (program, vector.name))
            at = type_at(frame) + 2
            if frame[at - 2:at] == IPV4:
                self.assertEqual(ones_sum(frame[at:at + 20]), ones_sum(original[at:at + 20]), (program, vector.name))
            if frame[at - 2:at] in (IPV4, b"\x86\xdd") and "frag" not in vector.name:
                protocol, start = transport_of(frame, at) or (0, 0)
                checksum_at = start + {TCP: 16, UDP: 6}.get(protocol, 0)
                if protocol in (TCP, UDP) and frame[checksum_at:checksum_at + 2] != b"\0\0":
                    self.assertEqual(transport_sum(frame), transport_sum(original), (program, vector.name))

    def test_headers_on_another_packet_are_noticed(self):
        without = {program for program, number in HEADER_NUMBERS.items() if number is number_none}
        for program in sorted(set(PROGRAMS) - set(LEAVE_HEADERS) - without):
            templates = templates_of(program, VECTORS)
            packets = numbered_packets(program, templates, 500)
            expected = {back for packet in packets for back in packet.backs}
            for one, other in zip(packets, packets[len(templates):]):  # of one template
                for back in other.backs:
                    at = back.index(other.mark)
                    mixed = back[:at] + one.mark + back[at + 8:]
                    # Else it has no headers: the only label was popped, or all were removed for good.
                    if type_of(back) == type_of(other.packet):
                        self.assertNotIn(mixed, expected, (program, one.vector.name))


class TelemetryInPackets(unittest.TestCase):
    NODE = Node(7, 1, 2, 10**9 + 5, 10**9 + 75)

    def packet(self, family, name):
        return next(vector.packet for vector in VECTORS if (vector.family, vector.name) == (family, name))

    def test_the_vectors_are_read(self):
        packet = decode(self.packet("int_md", "udp_npt1_2hops"))
        self.assertEqual([hop.values for hop in packet.hops], [
            {"node_id": n, "ingress_port": 1, "egress_port": 2, "egress_time": 10**9 + n} for n in (2, 1)])
        self.assertEqual((packet.hop_words, packet.remaining, packet.exceeded), (4, 6, False))
        self.assertTrue(decode(self.packet("int_md", "udp_npt1_e_bit")).exceeded)
        packet = decode(self.packet("ioam6", "trace_prealloc"))
        self.assertEqual([hop.values for hop in packet.hops],
                         [{"hop_limit": 63, "node_id": 2, "ingress_port": 1, "egress_port": 2}])
        self.assertEqual((packet.remaining, packet.node_words, packet.overflow), (4, 2, False))
        self.assertIsNone(decode(self.packet("ioam6", "pot0")))

    def test_a_hop_is_known_but_for_what_differs_from_run_to_run(self):
        for family, name in (("int_md", "udp_npt1_2hops"), ("int_md", "geneve_opt_0x0103"), ("ioam6", "trace_prealloc")):
            packet = self.packet(family, name)
            one, later, other = (hop(packet, self.NODE._replace(**change)) for change in (
                {}, {"arrived": 10**10, "left": 10**10 + 9, "ingress": 5, "egress": 6}, {"id": 8}))
            self.assertNotEqual(one, later)
            self.assertEqual(settled(one), settled(later))
            self.assertNotEqual(settled(one), settled(other))
            self.assertEqual(wrong_sums(one) + wrong_sums(settled(one)), [])

    def test_packets_that_are_made_are_right(self):
        for program in CASES:
            cases = cases_of(program)
            self.assertGreater(len(cases), 40)
            for case in cases:
                self.assertEqual(wrong_sums(case.packet) + wrong_sums(case.sees), [], (program, case.name))
                self.assertTrue(case.story == "..." or decode(case.packet), (program, case.name))
            self.assertEqual(len({case.packet for case in cases}), len(cases), program)

    def test_only_what_depends_on_time_is_left_out(self):
        timed = [Run([b"up"], [bytes([1, 2, time, 4, 5, 6])], {"rx": 1}) for time in (10, 20, 30)]
        equal = lambda back, counters=None: len(
            {repr(run) for run in compare_runs.untimed(timed, Run([b"up"], [back], counters or {"rx": 1}))}) == 1
        self.assertTrue(equal(bytes([1, 2, 77, 4, 5, 6])))
        self.assertFalse(equal(bytes([9, 2, 77, 4, 5, 6])))
        self.assertFalse(equal(bytes([1, 2, 77, 4, 9, 6])))
        self.assertFalse(equal(bytes([1, 2, 77, 4, 5])))
        self.assertFalse(equal(bytes([1, 2, 10, 4, 5, 6]), {"rx": 2}))

    def test_of_records_only_what_depends_on_time_is_left_out(self):
        record = '{"arrived_ns":%s,"items":{"node":7,"hops":[{"latency":%s},{"latency":null}]}}'
        timed = [Run([], [], {}, [record % (time, 2 * time)]) for time in (10, 20, 30)]
        equal = lambda *lines: len({repr(run) for run in compare_runs.untimed(timed, Run([], [], {}, list(lines)))}) == 1
        self.assertTrue(equal(record % (40, 5)))
        self.assertFalse(equal(record % (40, 5), record % (40, 5)))
        for right, wrong in (("7", "8"), ("null", "5"), ("node", "mode"), (",", ", "), (',{"latency":null}', "")):
            self.assertFalse(equal((record % (40, 5)).replace(right, wrong)), wrong)


class RandomSpecs(unittest.TestCase):
    IP = [vector.stripped for vector in VECTORS if vector.stripped and type_of(vector.stripped) in (IPV4, b"\x86\xdd")]

    def test_a_seed_makes_the_same_spec_and_the_same_packets(self):
        shapes = set()
        for seed in range(150):
            some, again = (SpecMaker(seed, self.IP) for _ in range(2))
            self.assertEqual(some.text(), again.text())
            packets, others = ([maker.packet(draw) for _ in range(20)]
                               for maker, draw in ((some, random.Random(1)), (again, random.Random(1))))
            self.assertEqual(packets, others)
            self.assertTrue(all(MINIMUM <= len(packet) <= MAXIMUM for packet in packets), seed)
            shapes.add(some.shape)
        self.assertGreater(len(shapes), 8)

    def test_numbers_are_stored_in_their_bits(self):
        maker = PacketMaker(SpecMaker(1, self.IP), random.Random(1))
        maker.frame = bytearray(b"\xff" * 8)
        maker.store(1, Field("f", 5, 13, ""), 0x0AAA)
        self.assertEqual(maker.frame.hex(), "fffaaabfffffffff")
        self.assertEqual(maker.load(1, Field("f", 5, 13, "")), 0x0AAA)

    def test_statements_and_blocks_are_what_is_left_out(self):
        lines = ["state s {", "    extract a;", "    select (a.b) {", "        1: t;", "    }", "}"]
        self.assertEqual([random_specs.unit_at(lines, at) for at in range(len(lines))], [6, 2, 5, 4, None, None])

    def test_what_differs_is_a_failure_and_is_kept(self):
        with tempfile.TemporaryDirectory() as keep:
            tester = random_specs.Tester("sfcc", "sfcctl", 30, keep, 30)

            def run(command, packets, returned=None):
                up = [packet[:14] for packet in packets] if "sim" in command else packets
                return Run(up, [], {})
            done = mock.Mock(returncode=0, stderr="")
            with mock.patch.object(random_specs, "call", lambda command: done), mock.patch.object(captures, "run", run), \
                    mock.patch.object(random_specs, "SMALLER_TRIES", 0):
                _, refusal, failed, _ = tester.test(5)
            self.assertIsNone(refusal)
            self.assertEqual(failed.kind, "difference")
            self.assertEqual(sorted(os.listdir(keep)),
                             ["seed5.entries", "seed5.pcap", "seed5.sfc", "seed5.smaller.sfc", "seed5.txt"])


if __name__ == "__main__":
    unittest.main()
