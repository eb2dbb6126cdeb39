// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The parts of blocks and units: for the printer.
#pragma once

#include "compiler/c/tree.h"

namespace sfc::c {

struct Declaration {
  std::string type, name;
  std::optional<Expr> value;
  std::optional<Expr> array_size;
  Use use = Use::Sure;
};
struct Assignment {
  Expr to;
  std::string op;  // before the `=`
  Expr value;
};
struct Increment {
  Expr to;
};
struct Evaluation {
  Expr value;
};
struct If {
  Expr condition;
  Block then_block;
  std::optional<Block> else_block;
};
struct Scope {
  Block block;
};
struct BreakableScope {
  Block block;
  std::string comment;
};
struct Break {};
struct Unrolled {
  std::string variable;
  Expr end;
  unsigned step = 1;
  Block block;
};
struct Return {
  std::optional<Expr> value;
};
struct Goto {
  std::string label;
};
struct Label {
  std::string name;
};
struct Line {
  unsigned number = 0;
  std::string path;
};
struct Comment {
  std::string text;
};
struct Statement {
  std::variant<Declaration, Assignment, Increment, Evaluation, If, Scope, BreakableScope, Break, Unrolled, Return, Goto,
               Label, Comment, Line>
      node;
};

struct File {
  std::string name;
  std::string_view text;
};
struct Define {
  std::string macro;
  Expr value;
};
struct Structure {
  std::string name;
  std::vector<Parameter> members;
};
struct Object {
  std::string prefix, name;
  std::vector<Expr> members;
};
struct StaticAssert {
  Expr condition;
  std::string text;
};
struct Function {
  std::string type, name;
  std::vector<Parameter> parameters;
  Block body;
};
struct ConditionalPart {
  std::string condition;
  Unit unit;
};
struct Item {
  std::variant<File, Line, Define, Comment, Structure, Object, StaticAssert, Function, ConditionalPart> node;
};

}  // namespace sfc::c
