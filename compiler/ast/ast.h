// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The syntax tree of a .sfc file: what was written, with byte ranges, nothing resolved. Names are checked by sema.
// Nodes are passive data; trees are immutable once the parser has returned them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lib/source/source.h"

namespace sfc::ast {

struct Identifier {
  Range range;
  std::string name;
};

// ---- expressions ---------------------------------------------------------------------------------------------------

struct Expr;
using ExprPtr = std::shared_ptr<Expr>;  // the statements of an action are in every place that names it

/// 10, 0x8847, 0b101
struct Number {
  uint64_t value = 0;
};
/// true, false
struct Boolean {
  bool value = false;
};
/// a constant, instance, variable or (as `param.x`) the base of a parameter
struct Name {
  std::string name;
};
/// base.member: `ipv4.ttl`, `labels.last`, `labels.size`, `param.node_id`
struct Member {
  ExprPtr base;
  Identifier member;
};
/// base[index]: `labels[0]`
struct Index {
  ExprPtr base;
  ExprPtr index;
};
/// base[high:low]: bits of a field, of which bit 0 is the last: `ipv6.dst[95:80]`
struct Slice {
  ExprPtr base;
  ExprPtr high;
  ExprPtr low;
};
/// lookahead<bit<4>>(): the next bits of the packet, not consumed
struct Lookahead {
  unsigned width = 0;
};
/// digest<32>(payload) unless tcp: a hash of at most `bytes` bytes of what follows the last extracted header, in
/// packets without the named one
struct Digest {
  unsigned bytes = 0;
  std::optional<Identifier> unless;
};
/// sampled(1000): true for one of so many packets
struct Sampled {
  ExprPtr every;
};
/// mulmod(a, b, m): the remainder of the whole product
struct MulMod {
  ExprPtr left;
  ExprPtr right;
  ExprPtr modulus;
};
/// swapped(ipv4.src, ipv4.dst): in a key, two fields of which each has the other's value in packets of the other way
struct Swapped {
  ExprPtr first;
  ExprPtr second;
};
enum class UnaryOp { Not, Complement, Negate };
struct Unary {
  UnaryOp op;
  ExprPtr operand;
};
enum class BinaryOp { Mul, Div, Mod, Add, Sub, Shl, Shr, Lt, Le, Gt, Ge, Eq, Ne, And, Xor, Or, LogicalAnd, LogicalOr };
struct Binary {
  BinaryOp op;
  ExprPtr left;
  ExprPtr right;
};

struct Expr {
  Range range;
  std::variant<Number, Boolean, Name, Member, Index, Slice, Lookahead, Digest, Sampled, MulMod, Swapped, Unary, Binary>
      node;
};

// ---- declarations --------------------------------------------------------------------------------------------------

/// import std.ethernet;
struct Import {
  Range range;
  std::vector<Identifier> path;
};

/// const bit<16> TYPE_MPLS = 0x8847;
struct Const {
  Range range;
  unsigned width = 0;
  Identifier name;
  ExprPtr value;
};

/// param bit<8> min_ttl = 2;     set when loaded, changed while running
struct Param {
  Range range;
  unsigned width = 0;
  Identifier name;
  ExprPtr value;
};

/// @mutable
struct Annotation {
  Range range;
  Identifier name;
  std::vector<ExprPtr> arguments;
};

/// bit<20> label;   or   varbit<320> options (32 * (ihl - 5));
struct Field {
  Range range;
  std::vector<Annotation> annotations;
  unsigned width = 0;  // bits; the maximum for varbit
  Identifier name;
  ExprPtr length;  // varbit: its size in bits, over earlier fields of the same header; null for bit<N>
};

struct Header {
  Range range;
  Identifier name;
  std::vector<Field> fields;
  std::vector<Annotation> annotations;
};

// ---- parsers -------------------------------------------------------------------------------------------------------

/// mpls_t labels[16];   or   ipv4_t ipv4;
struct Instance {
  Range range;
  Identifier type;
  Identifier name;
  ExprPtr count;  // null: not a stack
};

/// bit<8> next;   with `value` also as a statement: bit<8> ttl = labels[0].ttl - 1;
struct Variable {
  Range range;
  unsigned width = 0;
  Identifier name;
  ExprPtr value;  // null: zero
};

/// Where a transition goes: a state, or `accept`, `pass`, `reject`, `drop [reason]`.
struct Target {
  Range range;
  enum class Kind { State, Accept, Pass, Reject, Drop } kind = Kind::State;
  Identifier name;  // State: its name; Drop: the reason, or empty for `requirement`
};

/// One value of a select case.
struct Pattern {
  Range range;
  enum class Kind { Any, Value, Mask, Interval } kind = Kind::Any;
  ExprPtr first;   // Value: the value; Mask: value of `value &&& mask`; Interval: low of `low .. high`
  ExprPtr second;  // Mask: the mask; Interval: high
};

/// (0, 6): tcp;   a `default:` has patterns of kind Any only
struct Case {
  Range range;
  std::vector<Pattern> patterns;
  Target target;
};

struct Statement;

struct Extract {
  Identifier instance;
  bool next = false;  // extract labels.next
};
/// verify (cond);  else the packet is malformed
struct Verify {
  ExprPtr condition;
};
/// limit expr;  the bytes after the cursor that belong to this packet; what follows is padding
struct Limit {
  ExprPtr bytes;
};
/// advance expr;  skips bytes
struct Advance {
  ExprPtr bytes;
};
struct Assign {
  ExprPtr target;
  ExprPtr value;
};
/// swap(ipv4.src, ipv4.dst);
struct Swap {
  ExprPtr left;
  ExprPtr right;
};
/// drop hops;  in `on return`
struct Drop {
  Identifier reason;  // empty: `requirement`
};
/// labels.pop();   or   labels.pop(2);
struct Pop {
  ExprPtr stack;
  ExprPtr count;  // null: 1
};
/// int_transit();   the statements of that action
struct Call {
  Identifier action;
};
/// push shim, int_md;   headers that the packet does not have, all zeros
struct PushHeaders {
  std::vector<Identifier> headers;
};
/// push hop behind int_md;   telemetry data, as new bytes behind a stripped header
struct Insert {
  Identifier data;
  Identifier behind;
};
/// write hop behind trace at 4 * trace.remaining;   over stripped bytes, so many bytes behind a header
struct Write {
  Identifier data;
  Identifier behind;
  ExprPtr at;
};
/// report hop;   to whoever follows the proxy's records
struct Report {
  Identifier data;
};
struct If {
  ExprPtr condition;
  std::vector<Statement> then_branch;
  std::vector<Statement> else_branch;
};

struct Statement {
  Range range;
  std::variant<Extract, Verify, Limit, Advance, Assign, Variable, Swap, Drop, Pop, Call, PushHeaders, Insert, Write,
               Report, If>
      node;
};

/// transition tcp;   or   select (a, b) { ... }
struct Transition {
  Range range;
  std::vector<ExprPtr> keys;  // empty: unconditional, one case
  std::vector<Case> cases;
};

struct State {
  Range range;
  bool overrides = false;  // override state udp { ... }
  Identifier name;
  std::vector<Statement> body;
  Transition transition;
};

/// parser P { use Ip; ... }
struct Parser {
  Range range;
  Identifier name;
  std::vector<Identifier> uses;
  std::vector<Instance> instances;
  std::vector<Variable> variables;
  std::vector<State> states;
};

// ---- keys and proxies ----------------------------------------------------------------------------------------------

/// key ip_identity { ipv4.src; ... }   or   key mine extends ip_identity { ... }
struct Key {
  Range range;
  Identifier name;
  std::optional<Identifier> base;
  std::vector<ExprPtr> items;
};

/// [2] bit<32> hop_latency = now - arrived;   with a gate of one bit or of several, or always there
struct Measured {
  Range range;
  ExprPtr first;  // bit; null: always there
  ExprPtr last;   // of an interval of bits, for each of which the item is there once; or null
  unsigned width = 0;
  Identifier name;
  ExprPtr value;
};

/// int_hop hops[] behind int_md at 0 size 4 * shim.length - 12;   what hops have said that the packet came through
struct Collected {
  Range range;
  Identifier data;  // the telemetry of each of them
  Identifier name;
  Identifier behind;
  ExprPtr at;    // bytes behind that header; null: right behind it
  ExprPtr size;  // bytes of all hops
};

/// telemetry hop { by int_md.instructions; size 4 * int_md.hop_words max 124; [0] bit<32> node = param.node_id; }
struct Telemetry {
  Range range;
  Identifier name;
  ExprPtr by;        // null: no gates
  ExprPtr size;      // bytes, filled up with ones; null: what the items take
  ExprPtr size_max;  // null like size
  std::vector<Measured> items;
  std::vector<Collected> collected;
};

/// action int_transit() { ... }   edits, in terms of the headers of the proxy that names it
struct Action {
  Range range;
  Identifier name;
  std::vector<Statement> body;
};

/// require labels[0].ttl > 1 else drop;
struct Require {
  Range range;
  ExprPtr condition;
  Target otherwise;  // Pass or Drop
};

/// entries 10000;   lifetime 1s;   miss pass;
struct CacheOption {
  Range range;
  Identifier name;
  std::optional<uint64_t> number;  // entries; lifetime in nanoseconds
  Identifier word;                 // drop, pass, fifo
  bool is_duration = false;
};

/// strip labels;   or   push gtpu in ipv4, udp { ipv4.ttl = 64; }   one region of the packet
struct Strip {
  Range range;
  std::vector<Identifier> names;  // headers, or states
  bool is_push = false;
  std::vector<Identifier> outer;  // push: headers in front of them, of kinds that plain packets have as well
  std::vector<Assign> defaults;   // push: what fields say that an entry does not name
};

/// ipv4.dst: lpm;
struct TableField {
  Range range;
  ExprPtr field;
  Identifier match;
};

/// bit<64> share;
struct TableValue {
  Range range;
  unsigned width = 0;
  Identifier name;
};

/// table flows { ipv4.src: exact; entries 10000; } values { bit<8> class; }
struct Table {
  Range range;
  Identifier name;
  std::vector<TableField> fields;
  std::vector<CacheOption> options;
  std::vector<TableValue> values;
};

/// proxy NAME, egress NAME (the end of a domain) or classifier NAME (its beginning)
enum class ProxyWord { Proxy, Egress, Classifier };

struct Proxy {
  Range range;
  ProxyWord word = ProxyWord::Proxy;
  Identifier name;
  Identifier parser;          // parse LabelStack;
  std::vector<Strip> strips;  // in the order in which the regions lie in the packet
  std::vector<Require> requires_;
  std::vector<Statement> on_arrival;
  std::vector<Statement> on_return;
  std::optional<Identifier> key;
  std::vector<CacheOption> cache;
  std::vector<Table> tables;  // in the order in which packets are looked up
};

struct File {
  uint32_t source = 0;
  std::vector<Import> imports;
  // In the order of the source; the formatter needs that.
  std::vector<std::variant<Const, Param, Header, Parser, Key, Telemetry, Action, Proxy>> declarations;
};

}  // namespace sfc::ast
