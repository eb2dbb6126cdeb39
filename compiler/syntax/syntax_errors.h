// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// What happens when the parser meets a token that it cannot use: a message in our words, and a way on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "antlr4-runtime.h"
#include "compiler/syntax/foreign.h"
#include "lib/source/diagnostics.h"

namespace sfc::syntax {

/// Reports to Diagnostics and goes on after the item (`...;` or `... { ... }`) in which the error is, so that one run
/// shows several errors but none that follows from another.
class SyntaxErrors : public antlr4::DefaultErrorStrategy {
public:
  SyntaxErrors(uint32_t source, Diagnostics& diagnostics) : source_(source), diagnostics_(diagnostics) {}

  static constexpr unsigned MAX_REPORTED = 50;  // in one file; who has more has no .sfc file

  void recover(antlr4::Parser* parser, std::exception_ptr error) override;

protected:
  void reportNoViableAlternative(antlr4::Parser* parser, const antlr4::NoViableAltException& error) override;
  void reportInputMismatch(antlr4::Parser* parser, const antlr4::InputMismatchException& error) override;
  void reportUnwantedToken(antlr4::Parser* parser) override;
  void reportMissingToken(antlr4::Parser* parser) override;
  antlr4::Token* singleTokenDeletion(antlr4::Parser* parser) override;
  bool singleTokenInsertion(antlr4::Parser* parser) override;
  void consumeUntil(antlr4::Parser* parser, const antlr4::misc::IntervalSet& set) override;

private:
  void listTokens(antlr4::Parser* parser);
  std::optional<Foreign> foreignAt(antlr4::Parser* parser, antlr4::Token* found);
  bool reportForeign(antlr4::Parser* parser, antlr4::Token* found);
  bool skipForeign(antlr4::Parser* parser);
  void reportExpected(antlr4::Parser* parser, antlr4::Token* found, const antlr4::misc::IntervalSet& expected);
  void report(antlr4::Token* previous, antlr4::Token* found, const std::string& expected, const std::string& hint);
  void report(Range range, const char* code, const std::string& text, const std::string& hint);

  uint32_t source_;
  Diagnostics& diagnostics_;
  size_t resumed_at_ = SIZE_MAX;  // index of the token at which the last recovery stopped
  unsigned given_up_ = 0;         // rules left at that token
  unsigned reported_ = 0;
  std::vector<antlr4::Token*> tokens_;  // those that the parser sees, once there is an error
  std::vector<std::string> words_;      // their texts
  size_t phrase_ = SIZE_MAX;            // the first word of the last foreign phrase that has been reported
  std::optional<size_t> skip_to_;       // index of the last token of an item that has been reported as a whole
};

}  // namespace sfc::syntax
