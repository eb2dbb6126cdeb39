// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The parser: that every construct ends in the right node, what it says about errors, and that no input breaks it.
#include "compiler/syntax/parse.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "compiler/ast/print.h"

namespace sfc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Result {
  SourceMap sources;
  Diagnostics diagnostics;
  std::optional<ast::File> file;

  std::string messages() const { return renderText(diagnostics, sources); }
  std::vector<std::string> errors() const {
    std::vector<std::string> list;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      Location at = sources.locate(diagnostic.range);
      list.push_back(std::to_string(at.line) + ":" + std::to_string(at.column) + " " + diagnostic.code + " " +
                     diagnostic.text);
    }
    return list;
  }
};

Result parseText(const std::string& text) {
  Result result;
  uint32_t source = result.sources.add("t.sfc", text);
  result.file = parse(source, result.sources, result.diagnostics);
  return result;
}

std::vector<std::string> errorsOf(const std::string& text) {
  Result result = parseText(text);
  EXPECT_FALSE(result.file.has_value());
  return result.errors();
}

/// The tree of one expression.
std::string expressionOf(const std::string& text) {
  Result result = parseText("const bit<8> X = " + text + ";");
  if (!result.file) return result.messages();
  return ast::print(*std::get<ast::Const>(result.file->declarations.at(0)).value);
}

/// The declaration at `index`, which must be a T.
template <typename T>
const T& declarationOf(const Result& result, size_t index = 0) {
  return std::get<T>(result.file.value().declarations.at(index));
}

std::vector<std::string> programTexts() {
  std::vector<std::string> texts;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SFC_PROGRAMS)) {
    if (entry.path().extension() != ".sfc") continue;
    std::ifstream in(entry.path());
    texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return texts;
}

TEST(Parse, AllPrograms) {
  std::vector<std::string> texts = programTexts();
  EXPECT_GE(texts.size(), 5u);
  for (const std::string& text : texts) {
    Result result = parseText(text);
    EXPECT_TRUE(result.file.has_value()) << result.messages();
  }
}

TEST(Parse, EmptyAndCommentsOnly) {
  EXPECT_TRUE(parseText("").file.has_value());
  EXPECT_TRUE(parseText("// \xC3\xA9\n/* a\n * b **/").file.has_value());
  EXPECT_TRUE(parseText("\xEF\xBB\xBF"
                        "const bit<8> X = 1;")
                  .file.has_value());
}

TEST(Parse, Imports) {
  Result result = parseText("import std.ethernet;\nimport local;");
  ASSERT_EQ(result.file->imports.size(), 2u);
  EXPECT_EQ(result.file->imports[0].path[1].name, "ethernet");
  EXPECT_EQ(result.sources.text(result.file->imports[0].range), "import std.ethernet;");
}

TEST(Parse, ConstantsAndParameters) {
  Result result = parseText("const bit<16> A = 0x88_47;\nparam bit<8> min = 0b11;");
  EXPECT_EQ(declarationOf<ast::Const>(result).width, 16u);
  EXPECT_EQ(std::get<ast::Number>(declarationOf<ast::Const>(result).value->node).value, 0x8847u);
  EXPECT_EQ(declarationOf<ast::Param>(result, 1).name.name, "min");
  EXPECT_EQ(std::get<ast::Number>(declarationOf<ast::Param>(result, 1).value->node).value, 3u);
}

TEST(Parse, Headers) {
  Result result =
      parseText("header h { bit<4> ihl; @mutable @range(1, 2) bit<8> ttl; varbit<320> o (32 * (ihl - 5)); }");
  const auto& fields = declarationOf<ast::Header>(result).fields;
  ASSERT_EQ(fields.size(), 3u);
  EXPECT_EQ(fields[0].length, nullptr);
  ASSERT_EQ(fields[1].annotations.size(), 2u);
  EXPECT_EQ(fields[1].annotations[0].name.name, "mutable");
  EXPECT_EQ(fields[1].annotations[1].arguments.size(), 2u);
  EXPECT_EQ(fields[2].width, 320u);
  EXPECT_EQ(ast::print(*fields[2].length), "32 * (ihl - 5)");
}

TEST(Parse, ParserItems) {
  Result result = parseText("parser P { use A; use B; h_t h; h_t s[2 + 1]; bit<8> v; bit<8> w = 1; }");
  const auto& parser = declarationOf<ast::Parser>(result);
  EXPECT_EQ(parser.uses.size(), 2u);
  ASSERT_EQ(parser.instances.size(), 2u);
  EXPECT_EQ(parser.instances[0].count, nullptr);
  EXPECT_EQ(ast::print(*parser.instances[1].count), "2 + 1");
  ASSERT_EQ(parser.variables.size(), 2u);
  EXPECT_EQ(parser.variables[0].value, nullptr);
}

TEST(Parse, Statements) {
  Result result = parseText(
      "parser P { state s { extract a; extract b.next; verify (a.x == 1); limit a.len - 4; n = a.x; bit<8> t = 2;"
      " b.pop(); if (n > 1) { n = 1; } else if (n > 2) { n = 2; } else { n = 3; } pop.pop(M - 1); transition accept; } "
      "}");
  ASSERT_TRUE(result.file) << result.messages();
  const auto& body = declarationOf<ast::Parser>(result).states.at(0).body;
  ASSERT_EQ(body.size(), 9u);
  EXPECT_FALSE(std::get<ast::Extract>(body[0].node).next);
  EXPECT_TRUE(std::get<ast::Extract>(body[1].node).next);
  EXPECT_EQ(ast::print(*std::get<ast::Verify>(body[2].node).condition), "a.x == 1");
  EXPECT_EQ(ast::print(*std::get<ast::Limit>(body[3].node).bytes), "a.len - 4");
  EXPECT_EQ(ast::print(*std::get<ast::Assign>(body[4].node).target), "n");
  EXPECT_EQ(std::get<ast::Variable>(body[5].node).name.name, "t");
  EXPECT_EQ(ast::print(*std::get<ast::Pop>(body[6].node).stack), "b");
  EXPECT_EQ(std::get<ast::Pop>(body[6].node).count, nullptr);
  const auto& inner = std::get<ast::If>(std::get<ast::If>(body[7].node).else_branch.at(0).node);
  EXPECT_EQ(inner.else_branch.size(), 1u);
  EXPECT_EQ(ast::print(*std::get<ast::Pop>(body[8].node).stack), "pop");
  EXPECT_EQ(ast::print(*std::get<ast::Pop>(body[8].node).count), "M - 1");
}

TEST(Parse, Transitions) {
  Result result = parseText(
      "parser P { state s { select (a, b.c) { (0, 1): x; (1 .. 2, 3 &&& 4): y; (_, 5): drop no_key; default: drop; } }"
      " state t { select (a) { (1): accept; 8 .. 15: pass; 1 &&& 3: reject; _: t; } } state u { transition t; } }");
  ASSERT_TRUE(result.file) << result.messages();
  const auto& states = declarationOf<ast::Parser>(result).states;
  const auto& cases = states[0].transition.cases;
  using Pattern = ast::Pattern::Kind;
  using Target = ast::Target::Kind;
  EXPECT_EQ(cases[1].patterns[0].kind, Pattern::Interval);
  EXPECT_EQ(cases[1].patterns[1].kind, Pattern::Mask);
  EXPECT_EQ(cases[2].patterns[0].kind, Pattern::Any);
  EXPECT_EQ(cases[2].target.name.name, "no_key");
  EXPECT_EQ(cases[3].patterns.size(), 2u);
  EXPECT_EQ(cases[3].target.kind, Target::Drop);
  EXPECT_TRUE(cases[3].target.name.name.empty());
  EXPECT_EQ(states[1].transition.cases[0].patterns[0].kind, Pattern::Value);
  EXPECT_EQ(states[1].transition.cases[2].target.kind, Target::Reject);
  EXPECT_TRUE(states[2].transition.keys.empty());
  EXPECT_EQ(states[2].transition.cases.at(0).target.name.name, "t");
}

TEST(Parse, KeysAndProxies) {
  Result result = parseText(
      "key k { a.b; next; digest<32>(payload); }\nkey l extends k { x; }\n"
      "proxy P { parse Q; strip a, b; strip c; require a.x > 1 else drop low; require true else pass;"
      " on return { a.pop(); } key l; cache { entries 10_000; lifetime 500ms; full drop; } }");
  ASSERT_TRUE(result.file) << result.messages();
  EXPECT_EQ(std::get<ast::Digest>(declarationOf<ast::Key>(result).items.at(2)->node).bytes, 32u);
  EXPECT_EQ(declarationOf<ast::Key>(result, 1).base->name, "k");
  const auto& proxy = declarationOf<ast::Proxy>(result, 2);
  EXPECT_EQ(proxy.parser.name, "Q");
  ASSERT_EQ(proxy.strips.size(), 2u);
  EXPECT_EQ(proxy.strips[0].names.size(), 2u);
  EXPECT_EQ(proxy.requires_.size(), 2u);
  EXPECT_EQ(proxy.on_return.size(), 1u);
  EXPECT_EQ(proxy.key->name, "l");
  ASSERT_EQ(proxy.cache.size(), 3u);
  EXPECT_EQ(proxy.cache[0].number, 10000u);
  EXPECT_FALSE(proxy.cache[0].is_duration);
  EXPECT_EQ(proxy.cache[1].number, 500'000'000u);
  EXPECT_TRUE(proxy.cache[1].is_duration);
  EXPECT_EQ(proxy.cache[2].word.name, "drop");
}

TEST(Parse, WordsAreNamesWhereNothingElseIsMeant) {
  Result result = parseText(
      "header key { bit<8> state; bit<8> next; bit<8> drop; bit<8> type; }\n"
      "parser parser { key limit; key cache[2]; bit<8> select; bit<8> extract;"
      " state state { extract limit; limit limit.next; select = limit.drop; extract = param.key; extract cache.next;"
      "   cache.pop(); verify (lookahead<bit<8>>() < digest); transition proxy; }"
      " state proxy { select (select) { default: state; } } }\n"
      "key digest { cache.last.state; on; }");
  EXPECT_TRUE(result.file) << result.messages();
}

TEST(Parse, RangesAreExact) {
  Result result = parseText("// \xC3\xA9\xE2\x82\xAC\nconst bit<8> X = (a.b[1] + 2) * c;");
  const auto& value = declarationOf<ast::Const>(result).value;
  EXPECT_EQ(result.sources.text(value->range), "(a.b[1] + 2) * c");
  const auto& product = std::get<ast::Binary>(value->node);
  EXPECT_EQ(result.sources.text(product.left->range), "(a.b[1] + 2)");
  EXPECT_EQ(result.sources.text(std::get<ast::Binary>(product.left->node).left->range), "a.b[1]");
}

TEST(Expressions, Precedence) {
  EXPECT_EQ(expressionOf("a & 1 == 1"), "a & 1 == 1");
  EXPECT_EQ(expressionOf("(a & 1) == 1"), "a & 1 == 1");
  EXPECT_EQ(expressionOf("a & (1 == 1)"), "a & (1 == 1)");
  EXPECT_EQ(expressionOf("((a | b) ^ c) & d"), "((a | b) ^ c) & d");
  EXPECT_EQ(expressionOf("a | (b ^ (c & (d << (e + (f * g)))))"), "a | b ^ c & d << e + f * g");
  EXPECT_EQ(expressionOf("a || (b && (c == (d < e)))"), "a || b && c == d < e");
  EXPECT_EQ(expressionOf("a - b - c"), "a - b - c");
  EXPECT_EQ(expressionOf("a - (b - c)"), "a - (b - c)");
  EXPECT_EQ(expressionOf("!a.b[1] && ~(c + 1) > -2"), "!a.b[1] && ~(c + 1) > -2");
  EXPECT_EQ(expressionOf("a >> 1 > 2"), "a >> 1 > 2");
  EXPECT_EQ(expressionOf("true != false"), "true != false");
}

TEST(Errors, SeveralInOneRun) {
  EXPECT_THAT(
      errorsOf("import a\nheader h {\n  bit<8> x\n  bit<8> y;\n}\nparser P {\n  state s {\n    extrct e;\n"
               "    extract ;\n    verify n == 1);\n    transition accept;\n  }\n}\n"),
      ElementsAre("1:9 E0105 expected ';' after 'a', found 'header'", "3:11 E0105 expected ';' after 'x', found 'bit'",
                  "8:12 E0105 expected '=' after 'extrct', found 'e'",
                  "9:13 E0105 expected the name of an instance after 'extract', found ';'",
                  "10:12 E0105 expected '(' after 'verify', found 'n'"));
}

TEST(Errors, SuggestWords) {
  EXPECT_THAT(parseText("hedaer h { bit<8> a; }").messages(), HasSubstr("hint: did you mean 'header'?"));
  EXPECT_THAT(parseText("parser P { statee s { transition accept; } }").messages(), HasSubstr("did you mean 'state'?"));
  EXPECT_THAT(parseText("proxy P { strp a; }").messages(), HasSubstr("did you mean 'strip'?"));
}

TEST(Errors, NameWhatIsWanted) {
  EXPECT_THAT(errorsOf("const bit<8> X = ;"), ElementsAre("1:18 E0105 expected an expression after '=', found ';'"));
  EXPECT_THAT(errorsOf("header 5 { }"), ElementsAre("1:8 E0105 expected a name after 'header', found '5'"));
  EXPECT_THAT(errorsOf("header h { foo x; }"), ElementsAre("1:12 E0105 expected a field or '}', found 'foo'"));
  EXPECT_THAT(errorsOf("header h { bit<x> a; }"), ElementsAre("1:16 E0105 expected a number after '<', found 'x'"));
  EXPECT_THAT(errorsOf("parser P { state s { transition ; } }"),
              ElementsAre("1:33 E0105 expected a state, 'accept', 'pass', 'reject' or 'drop' after 'transition',"
                          " found ';'"));
  EXPECT_THAT(errorsOf("header h {\n  bit<8> a;\n"),
              ElementsAre("2:12 E0105 expected a field or '}', found the end of the file"));
}

TEST(Errors, AMissingBraceEndsAtTheNextDeclaration) {
  EXPECT_THAT(errorsOf("header h {\n  bit<8> a;\n\nheader i {\n  bit<8> b;\n}\n"),
              ElementsAre("4:1 E0105 expected a field or '}', found 'header'"));
}

TEST(Errors, Characters) {
  EXPECT_THAT(errorsOf("const bit<8> X = $$1;"), ElementsAre("1:18 E0102 unexpected character '$'"));
  EXPECT_THAT(errorsOf("const \xC3\xA9 bit<8> X = 1;"), ElementsAre("1:7 E0102 unexpected character '\xC3\xA9'"));
  EXPECT_THAT(errorsOf(std::string("\0", 1)), ElementsAre("1:1 E0102 unexpected character U+0000"));
  EXPECT_THAT(errorsOf("// \xFF"), ElementsAre("1:4 E0101 the file is not UTF-8 from here on"));
  EXPECT_THAT(errorsOf("// \xED\xA0\x80"), ElementsAre("1:4 E0101 the file is not UTF-8 from here on"));
  EXPECT_THAT(errorsOf("/* a"), ElementsAre("1:1 E0103 unterminated comment"));
}

TEST(SyntaxErrors, KnowsHowItIsWrittenInOtherLanguages) {
  const auto inProxy = [](const std::string& items) { return parseText("proxy P { " + items + " }").messages(); };
  EXPECT_THAT(inProxy("on return { a.b -= c + 1; }"), HasSubstr("write a.b = a.b - (c + 1);"));
  EXPECT_THAT(inProxy("on return { a.b >>= 1; }"), HasSubstr("write a.b = a.b >> 1;"));
  EXPECT_THAT(inProxy("on return { a.b++; }"), HasSubstr("write a.b = a.b + 1;"));
  EXPECT_THAT(inProxy("on return { if (hdr.a.isValid()) { drop; } }"), HasSubstr("write a.valid"));
  EXPECT_THAT(inProxy("on return { uint8_t x = 1; }"), HasSubstr("bit<8> NAME"));
  EXPECT_THAT(inProxy("require a.b > 1;"), HasSubstr("end it with 'else pass;'"));
}

TEST(SyntaxErrors, SaysOneThingOfWhatIsWrittenInOtherLanguages) {
  EXPECT_THAT(
      errorsOf("proxy P { on return { for (bit<8> i = 0; i < 4; i++) { a.pop(); } while (c) { x; } } on x { } }"),
      ElementsAre("1:23 E0118 there are no loops: 'for'", "1:67 E0118 there are no loops: 'while'",
                  "1:89 E0105 expected 'arrival' or 'return' after 'on', found 'x'"));
  EXPECT_THAT(
      errorsOf("const bit<8> A = 1 ? 2 : 3;\nconst bit<8> B = ;"),
      ElementsAre("1:20 E0102 unexpected character '?'", "2:18 E0105 expected an expression after '=', found ';'"));
}

TEST(SyntaxErrors, GoesOnBehindHalfAPhrase) {
  EXPECT_THAT(
      errorsOf("const bit<8> A = 1; while ( }\nconst bit<8> X = ;"),
      ElementsAre("1:21 E0118 there are no loops: 'while'", "2:18 E0105 expected an expression after '=', found ';'"));
  for (const char* text :
       {"struct x", "struct x }", "} } struct x } }", "for (", "proxy P { on return { if (a) } }", "else", "x -="})
    EXPECT_FALSE(errorsOf(text).empty()) << text;
}

TEST(SyntaxErrors, NamesAllThatCanStandThere) {
  EXPECT_THAT(parseText("x").messages(), HasSubstr("('import', 'const', 'param', 'header', 'parser', 'action', 'key', "
                                                   "'telemetry', 'proxy', 'egress' or 'classifier')"));
  EXPECT_THAT(
      parseText("proxy P { x }").messages(),
      HasSubstr("'push', 'key', 'parse', 'strip', 'require', 'on arrival', 'on return', 'cache', 'table' or '}'"));
}

TEST(Errors, Numbers) {
  EXPECT_THAT(errorsOf("const bit<8> X = 18446744073709551616;"),
              ElementsAre("1:18 E0107 a number must fit in 64 bits"));
  EXPECT_TRUE(parseText("const bit<64> X = 18446744073709551615;").file);
  EXPECT_THAT(errorsOf("const bit<8> X = 12ab;"), ElementsAre("1:18 E0106 '12ab' is not a number"));
  EXPECT_THAT(errorsOf("const bit<8> X = 0x;"), ElementsAre("1:18 E0106 '0x' is not a number"));
  EXPECT_THAT(errorsOf("const bit<8> X = 5s;"), ElementsAre("1:18 E0106 expected a number, found the duration '5s'"));
  EXPECT_THAT(errorsOf("const bit<0> X = 1;"), ElementsAre("1:11 E0108 invalid size 0"));
  EXPECT_THAT(errorsOf("const bit<4294967296> X = 1;"), ElementsAre("1:11 E0108 invalid size 4294967296"));
  EXPECT_THAT(errorsOf("proxy P { cache { lifetime 99999999999999999s; } }"),
              ElementsAre("1:28 E0107 a number must fit in 64 bits"));
}

TEST(Errors, WhatATreeCannotHold) {
  EXPECT_THAT(errorsOf("const bit<8> X = 1;\nimport a;"), ElementsAre("2:1 E0109 an import after a declaration"));
  EXPECT_THAT(errorsOf("parser P { state s { } }"), ElementsAre("1:18 E0110 state 's' has no transition"));
  EXPECT_THAT(errorsOf("parser P { state s { transition a; extract b; } }"),
              ElementsAre("1:36 E0110 state 's' has statements behind its transition"));
  EXPECT_THAT(errorsOf("proxy P { parse a; parse b; }"), ElementsAre("1:20 E0111 'parse' is given twice"));
  EXPECT_THAT(errorsOf("parser P { state pass { transition accept; } }"),
              ElementsAre("1:18 E0112 a state cannot be called 'pass'"));
  EXPECT_THAT(errorsOf("const bit<8> X = 1 > > 2;"),
              ElementsAre("1:20 E0113 the two '>' of a shift must stand together"));
  EXPECT_THAT(errorsOf("key k { digest<3>(x); }"), ElementsAre("1:19 E0114 cannot make a digest of 'x'"));
  EXPECT_THAT(errorsOf("proxy P { on return { a.push(); } }"), ElementsAre("1:25 E0115 unknown operation 'push'"));
  EXPECT_THAT(errorsOf("proxy P { require true else accept; }"),
              ElementsAre("1:29 E0116 a packet that fails a requirement is passed or dropped"));
}

std::string repeat(const std::string& text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Limits, DepthIsAnErrorNotACrash) {
  EXPECT_THAT(errorsOf("const bit<8> X = " + repeat("(", 10000) + "1" + repeat(")", 10000) + ";"),
              ElementsAre("1:82 E0104 more than 64 nested brackets"));
  EXPECT_THAT(errorsOf("const bit<8> X = " + repeat("1+", 10000) + "1;").at(0), HasSubstr("E0104"));
  EXPECT_THAT(errorsOf("const bit<8> X = " + repeat("~", 10000) + "1;").at(0), HasSubstr("E0104"));
  EXPECT_THAT(errorsOf("proxy P { on return {" + repeat("if (a) {", 10000)).at(0), HasSubstr("E0104"));
  EXPECT_THAT(errorsOf("proxy P { on return {" + repeat("if (a) {} else ", 10000) + "{} } }").at(0),
              HasSubstr("E0104"));
  EXPECT_THAT(errorsOf(std::string(2 << 20, ' ')), ElementsAre("1:1 E0117 the file is larger than 1048576 bytes"));
}

TEST(Limits, WhatIsWithinThemParses) {
  EXPECT_TRUE(parseText("const bit<8> X = " + repeat("(", 60) + "1" + repeat(")", 60) + ";").file);
  EXPECT_TRUE(parseText("const bit<8> X = " + repeat("1+", 490) + "1;").file);
  EXPECT_TRUE(parseText("const bit<8> X = " + repeat("~", 900) + "1;").file);
}

TEST(Limits, TheNumberOfMessages) {
  EXPECT_LE(errorsOf(repeat("foo bar;\n", 10000)).size(), 50u);
  EXPECT_LE(errorsOf(repeat("$ ;\n", 10000)).size(), 101u);
}

/// Damages a text in one of the ways in which texts are damaged.
std::string damage(std::string text, std::mt19937& random) {
  static const std::vector<std::string> pieces = {"{", "}", ";",   "(",  ")", "<",  ">",        "state ", "select ",
                                                  "1", "a", "&&&", "..", "@", "/*", "\xC3\xA9", "\xFF",   "header\n"};
  size_t at = random() % (text.size() + 1);
  switch (random() % 4) {
    case 0:
      return text.substr(0, at);
    case 1:
      return text.erase(at, random() % 12);
    case 2:
      return text.insert(at, pieces[random() % pieces.size()]);
    default:
      return text.insert(at, text.substr(random() % (text.size() + 1), random() % 40));
  }
}

TEST(Robustness, DamagedProgramsGiveATreeOrMessages) {
  std::mt19937 random(1);
  const std::vector<std::string> texts = programTexts();
  for (int i = 0; i < 600; ++i) {
    std::string text = texts[i % texts.size()];
    for (unsigned times = 1 + random() % 4; times > 0; --times) text = damage(text, random);
    Result result = parseText(text);
    EXPECT_NE(result.file.has_value(), result.diagnostics.hasErrors()) << text;
    EXPECT_EQ(result.messages().empty(), result.file.has_value());
  }
}

}  // namespace
}  // namespace sfc
