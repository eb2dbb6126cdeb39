// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The grammar of .sfc files, the only one. compiler/syntax turns the parse tree into the nodes of compiler/ast; what
// this grammar accepts and a tree cannot hold (two `parse` in a proxy, a number over 64 bits) is refused there.
//
// Words. Reserved are `bit`, `varbit`, `if`, `else`, `true`, `false`, `default` and `_`. All other words of the
// language mean something only where they are expected and are names everywhere else, so that a field may be called
// `state` or `key`: see `identifier`. `accept`, `pass`, `reject` and `drop` always have their own meaning as targets.
//
// Items of a block come in any order here; so do imports and declarations. Order is checked when the tree is built,
// which gives better messages.
grammar Sfc;

// Words, numbers and unknown characters as compiler/syntax/scanner.cpp finds them; words and signs in quotes are what
// they are here. A number begins with a digit and goes on with letters, digits and `_`: the tree builder says what is
// wrong with `12ab`.
tokens { IDENTIFIER, NUMBER, UNKNOWN }

file : (importDeclaration | declaration)* EOF ;

declaration
    : constDeclaration
    | paramDeclaration
    | headerDeclaration
    | parserDeclaration
    | keyDeclaration
    | telemetryDeclaration
    | actionDeclaration
    | proxyDeclaration
    ;

importDeclaration : 'import' identifier ('.' identifier)* ';' ;
constDeclaration : 'const' bitType identifier '=' expression ';' ;
paramDeclaration : 'param' bitType identifier '=' expression ';' ;

bitType : 'bit' '<' NUMBER '>' ;

// ---- headers

headerDeclaration : annotation* 'header' identifier '{' field* '}' ;

field : annotation* (bitType identifier | varbitType identifier '(' expression ')') ';' ;

varbitType : 'varbit' '<' NUMBER '>' ;

annotation : '@' identifier ('(' expression (',' expression)* ')')? ;

// ---- parsers

parserDeclaration : 'parser' identifier '{' parserItem* '}' ;

parserItem : use | state | variable | instance ;

use : 'use' identifier ';' ;
instance : identifier identifier ('[' expression ']')? ';' ;
variable : bitType identifier ('=' expression)? ';' ;

state : 'override'? 'state' identifier '{' stateItem* '}' ;

stateItem : transition | statement ;

transition
    : 'transition' target ';'
    | 'select' '(' expression (',' expression)* ')' '{' selectCase* '}'
    ;

selectCase : caseLabel ':' target ';' ;

caseLabel
    : 'default'
    | '(' pattern (',' pattern)+ ')'
    | pattern
    ;

pattern : '_' | expression ('&&&' expression | '..' expression)? ;

target : 'accept' | 'pass' | 'reject' | 'drop' identifier? | name ;

// ---- statements

statement
    : extract | verify | limit | advance | conditional | swap | leave | variable | insert | pushHeaders | write | report
    | placeStatement
    ;

extract : 'extract' identifier ('.' identifier)? ';' ;
verify : 'verify' '(' expression ')' ';' ;
limit : 'limit' expression ';' ;
advance : 'advance' expression ';' ;
swap : 'swap' '(' place ',' place ')' ';' ;
leave : 'drop' identifier? ';' ;

// Headers that the packet does not have; and what has been measured, into the packet, or out of the host.
pushHeaders : 'push' identifier (',' identifier)* ';' ;
insert : 'push' identifier 'behind' identifier ';' ;
write : 'write' identifier 'behind' identifier 'at' expression ';' ;
report : 'report' identifier ';' ;

// An assignment, an operation: `labels.pop();` or `labels.pop(2);`, or an action: `int_hop();`
placeStatement : place ('=' expression | '(' ')' | popMany) ';' ;
popMany : '.' 'pop' '(' expression ')' ;

// With two expressions in brackets: bits of a field.
place : identifier (member | index)* ;
member : '.' identifier ;
index : '[' expression (':' expression)? ']' ;

conditional : branch ('else' branch)* ('else' block)? ;
branch : 'if' '(' expression ')' block ;
block : '{' statement* '}' ;

// Edits under a name, for `on arrival` and `on return`.
actionDeclaration : 'action' identifier '(' ')' block ;

// ---- keys and proxies

keyDeclaration : 'key' identifier ('extends' identifier)? '{' keyItem* '}' ;

keyItem : expression ';' ;

// What a hop measures. With `by`, items are there if the bit with their number is set in that field, whose leftmost bit
// is bit 0.
telemetryDeclaration : 'telemetry' identifier '{' telemetryItem* '}' ;

telemetryItem : by | size | measured | collected ;

by : 'by' expression ';' ;
size : 'size' expression 'max' expression ';' ;
measured : gate? bitType identifier '=' expression ';' ;
// What hops have said, each as the telemetry of that name, newest first: so many bytes of the packet.
collected : identifier identifier '[' ']' 'behind' identifier ('at' expression)? 'size' expression ';' ;
gate : '[' expression ('..' expression)? ']' ;

// A caching proxy; or, of the same items, the end of a domain, where headers are removed for good, or its beginning,
// where they are put in.
proxyDeclaration : ('proxy' | 'egress' | 'classifier') identifier '{' proxyItem* '}' ;

proxyItem : parse | strip | push | require | onArrival | onReturn | useKey | cache | table ;

parse : 'parse' identifier ';' ;
strip : 'strip' identifier (',' identifier)* ';' ;
// With a block: what fields say that an entry does not name.
push : 'push' identifier (',' identifier)* pushedIn? (';' | '{' pushDefault* '}') ;
pushedIn : 'in' identifier (',' identifier)* ;
pushDefault : place '=' expression ';' ;
require : 'require' expression 'else' target ';' ;
onArrival : 'on' 'arrival' block ;
onReturn : 'on' 'return' block ;
useKey : 'key' identifier ';' ;
cache : 'cache' '{' cacheOption* '}' ;

cacheOption : identifier (NUMBER | identifier) ';' ;

// With `values`: what an entry says besides that it is there.
table : 'table' identifier '{' tableItem* '}' ('values' '{' tableValue* '}')? ;
tableValue : bitType identifier ';' ;
tableItem : tableField | cacheOption ;
tableField : place ':' identifier ';' ;

// ---- expressions

// The operators of C and their order, but for one thing: `&`, `^` and `|` bind tighter than the comparisons (as in Rust),
// so that `flags & 1 == 1` means what it says. Which binds tighter is known to compiler/syntax/tree_expressions.cpp, not
// to the grammar: so the next token always says how an expression goes on, and the parser need not predict.
// `>>` is two tokens, as `bit<4>>` ends in the same characters.
expression : operand (infix operand)* ;

infix
    : '*' | '/' | '%' | '+' | '-' | '<<' | '>' '>'? | '&' | '^' | '|' | '<' | '<=' | '>=' | '==' | '!=' | '&&' | '||'
    ;

operand
    : prefix=('!' | '~' | '-') operand
    | primary (member | index)*
    ;

primary
    : NUMBER
    | 'true'
    | 'false'
    | measurement
    | plainIdentifier
    | '(' expression ')'
    ;

// Without what is in brackets, these words are names like others.
measurement
    : 'lookahead' ('<' bitType '>' '(' ')')?
    | 'digest' ('<' NUMBER '>' '(' identifier ')' unless?)?
    | 'sampled' ('(' expression ')')?
    | 'mulmod' ('(' expression ',' expression ',' expression ')')?
    | 'swapped' ('(' expression ',' expression ')')?
    ;

unless : 'unless' identifier ;

// ---- names

identifier : plainIdentifier | measuringWord ;
plainIdentifier : plainName | 'accept' | 'pass' | 'reject' | 'drop' ;

name : plainName | measuringWord ;
measuringWord : 'lookahead' | 'digest' | 'sampled' | 'mulmod' | 'swapped' ;

plainName
    : IDENTIFIER
    | 'import' | 'const' | 'param' | 'header' | 'parser' | 'key' | 'proxy'
    | 'use' | 'state' | 'transition' | 'select' | 'extract' | 'verify' | 'limit'
    | 'extends' | 'parse' | 'strip' | 'require' | 'on' | 'return' | 'cache'
    | 'unless' | 'advance' | 'swap' | 'override'
    | 'egress' | 'arrival' | 'classifier' | 'push' | 'table' | 'action'
    | 'telemetry' | 'by' | 'size' | 'max' | 'behind' | 'write' | 'at' | 'report'
    | 'pop' | 'values' | 'in'
    ;
