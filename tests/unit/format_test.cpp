// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The canonical form: what it looks like, and that nothing gets lost on the way there, wherever comments stand.
#include "compiler/format/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "compiler/syntax/parse.h"

namespace sfc {
namespace {

namespace fs = std::filesystem;

std::string formatted(const std::string& text) {
  SourceMap sources;
  Diagnostics diagnostics;
  auto result = format(sources.add("t.sfc", text), sources, diagnostics);
  EXPECT_TRUE(result) << renderText(diagnostics, sources) << text;
  return result.value_or("");
}

bool parses(const std::string& text) {
  SourceMap sources;
  Diagnostics diagnostics;
  return parse(sources.add("t.sfc", text), sources, diagnostics).has_value();
}

std::vector<Token> tokensOf(uint32_t source, const SourceMap& sources) {
  Diagnostics diagnostics;
  return tokenize(source, sources, diagnostics).value_or(std::vector<Token>());
}

struct Contents {
  std::vector<std::string> code;
  std::vector<std::string> comments;  // without white space, which may be laid out anew
};

Contents contentsOf(const std::string& text) {
  SourceMap sources;
  Contents contents;
  for (const Token& token : tokensOf(sources.add("t.sfc", text), sources)) {
    std::string piece(sources.text(token.range));
    if (token.kind == Token::Kind::LineComment || token.kind == Token::Kind::BlockComment) {
      std::erase_if(piece, [](unsigned char c) { return std::isspace(c); });
      contents.comments.push_back(piece);
    } else {
      contents.code.push_back(piece);
    }
  }
  return contents;
}

/// What holds for every text.
void expectKept(const std::string& before, const std::string& after) {
  const Contents was = contentsOf(before);
  const Contents is = contentsOf(after);
  ASSERT_EQ(was.code, is.code) << before << "\n---\n" << after;
  ASSERT_EQ(was.comments, is.comments) << before << "\n---\n" << after;
  ASSERT_EQ(formatted(after), after) << "from\n" << before;
  ASSERT_EQ(after.find(" \n"), std::string::npos) << after;
  ASSERT_EQ(after.find("\n\n\n"), std::string::npos) << after;
}

void expectForm(const std::string& before, const std::string& after) {
  EXPECT_EQ(formatted(before), after);
  expectKept(before, after);
}

/// A statement in a state.
void expectStatement(const std::string& before, const std::string& after) {
  expectForm("parser P{state s{" + before + "\ntransition t;}}",
             "parser P {\n    state s {\n        " + after + "\n        transition t;\n    }\n}\n");
}

std::vector<std::string> corpus() {
  std::vector<std::string> texts;
  for (const char* dir : {SFC_PROGRAMS, SFC_PROGRAMS "/../tests/errors"}) {
    for (const auto& entry : fs::recursive_directory_iterator(dir)) {
      if (entry.path().extension() != ".sfc") continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::string text(std::istreambuf_iterator<char>(file), {});
      if (parses(text)) texts.push_back(std::move(text));
    }
  }
  return texts;
}

TEST(Format, Declarations) {
  expectForm("", "");
  expectForm("import std . mpls ;const bit< 8 >A=1;\nconst bit<8> B = 2;param bit<8> c=A;header h{bit<8>a;}header i{}",
             "import std.mpls;\n\nconst bit<8> A = 1;\nconst bit<8> B = 2;\nparam bit<8> c = A;\n\n"
             "header h {\n    bit<8> a;\n}\n\nheader i {}\n");
  expectForm("header h{@mutable bit<4>a;@note( 1,2 )bit<4> b;@mutable varbit<320>options(32*(a-5));}",
             "header h {\n    @mutable bit<4> a;\n    @note(1, 2) bit<4> b;\n"
             "    @mutable varbit<320> options (32 * (a - 5));\n}\n");
  expectForm(
      "parser P{use Q;mpls_t labels [16];bit<8>next;state a{transition b;}state b{transition accept;}}",
      "parser P {\n    use Q;\n    mpls_t labels[16];\n    bit<8> next;\n\n    state a {\n        transition b;\n"
      "    }\n\n    state b {\n        transition accept;\n    }\n}\n");
}

TEST(Format, Statements) {
  expectStatement("extract labels . next ;", "extract labels.next;");
  expectStatement("verify(a.b==4&&!(c<3||d[ 0 ].e>>2>1));", "verify (a.b == 4 && !(c < 3 || d[0].e >> 2 > 1));");
  expectStatement("limit-4*- a;", "limit -4 * -a;");
  expectStatement("a=b-1;", "a = b - 1;");
  expectStatement("labels . pop ( ) ;", "labels.pop();");
  expectStatement("labels.pop (N+1);", "labels.pop(N + 1);");
  expectStatement("bit<8>x=~a&b;", "bit<8> x = ~a & b;");
  expectStatement("if(a){b=1;}\nelse\nif (c) {} else{d=1;}",
                  "if (a) {\n            b = 1;\n        } else if (c) {} else {\n            d = 1;\n        }");
  expectForm(
      "parser P{state s{select(lookahead < bit < 4 > > ( ),x){(1,_):a;\n\n\n(0x10&&&0xF0,1..2):drop  hops;"
      "default:b;}}}",
      "parser P {\n    state s {\n        select (lookahead<bit<4>>(), x) {\n            (1, _): a;\n\n"
      "            (0x10 &&& 0xF0, 1 .. 2): drop hops;\n            default: b;\n        }\n    }\n}\n");
}

TEST(Format, KeysKeepTheirGroups) {
  expectForm("key k extends b{a.b;a.c;\nd;   digest<32>( payload )unless a;}",
             "key k extends b {\n    a.b; a.c;\n    d; digest<32>(payload) unless a;\n}\n");
  const std::string item(50, 'x');
  expectForm("key k{" + item + ";" + item + ";" + item + ";a;}",
             "key k {\n    " + item + "; " + item + ";\n    " + item + "; a;\n}\n");
}

TEST(Format, ShortCacheBlocksAreOneLine) {
  expectForm("proxy P{on return{a.pop();}cache{entries 10;\nfull drop;}}",
             "proxy P {\n    on return {\n        a.pop();\n    }\n    cache { entries 10; full drop; }\n}\n");
  const std::string word(29, 'x');
  const std::string option = word + " " + word + ";";
  expectForm("proxy P{cache{" + option + "a 1;}}", "proxy P {\n    cache { " + option + " a 1; }\n}\n");
  expectForm("proxy P{cache{" + option + "\na 1;}}", "proxy P {\n    cache { " + option + " a 1; }\n}\n");
  expectForm("proxy P{cache{" + option + "\na 123;}}",
             "proxy P {\n    cache {\n        " + option + "\n        a 123;\n    }\n}\n");
  expectForm("proxy P{cache{" + option + option + "}}",
             "proxy P {\n    cache {\n        " + option + "\n        " + option + "\n    }\n}\n");
  expectForm("proxy P{cache{a 1;// x\n}}", "proxy P {\n    cache {\n        a 1;  // x\n    }\n}\n");
}

TEST(Format, LongItemsAreBrokenOutsideOfBracketsFirst) {
  const std::string a(40, 'a');
  const std::string b(30, 'b');
  expectForm("proxy P{require " + a + "&&(" + b + "||" + b + ")&&" + a + " else drop;}",
             "proxy P {\n    require " + a + " &&\n            (" + b + " || " + b + ") &&\n" + "            " + a +
                 " else drop;\n}\n");
  expectForm("const bit<8> X=" + a + "+" + a + ">>" + a + ";",
             "const bit<8> X = " + a + " +\n        " + a + " >> " + a + ";\n");
  expectForm("proxy P{on return{if(a){}else if(" + a + "||" + a + "||" + a + "){b=1;}}}",
             "proxy P {\n    on return {\n        if (a) {} else if (" + a + " || " + a + " ||\n                " + a +
                 ") {\n            b = 1;\n        }\n    }\n}\n");
  const std::string long_name(130, 'a');
  expectForm("const bit<8>X=" + long_name + ";", "const bit<8> X =\n        " + long_name + ";\n");
}

TEST(Format, EmptyLines) {
  expectForm("\n\n\nimport a;\n\n\n\nimport b;\nimport c;\n\n\n", "import a;\n\nimport b;\nimport c;\n");
  expectForm("proxy P {\n\n\n parse A;\n\n\n strip b;\n\n}\n\n\n", "proxy P {\n    parse A;\n\n    strip b;\n}\n");
  expectForm("\r\nimport a;\r\n\r\n\r\nimport b; // c\r\n", "import a;\n\nimport b;  // c\n");
  expectForm("\xEF\xBB\xBFimport a;", "import a;\n");
}

TEST(Format, CommentsOfTheirOwn) {
  expectForm("// a\n\n\n//b  \nimport a;\n   // c\nproxy P{\n\n//d\n\nparse A;\n//e\n}\n//f\n\n//g",
             "// a\n\n//b\nimport a;\n\n// c\nproxy P {\n    //d\n\n    parse A;\n    //e\n}\n//f\n\n//g\n");
}

TEST(Format, CommentsBehindCode) {
  expectForm("import a;//b\nimport cc; //d\n\nimport e;   // f",
             "import a;   //b\nimport cc;  //d\n\nimport e;  // f\n");
  expectForm("proxy P{ // a\nparse A;// b\n} // c", "proxy P {  // a\n    parse A;  // b\n}  // c\n");
  expectForm("import a; // b\n          // c\n// d\nimport e;", "import a;  // b\n           // c\n// d\nimport e;\n");
  const std::string wide(90, 'x');
  expectForm("import a; // " + wide + "\nimport " + std::string(30, 'b') + "; // c",
             "import a;  // " + wide + "\nimport " + std::string(30, 'b') + ";  // c\n");
  expectForm("import a; // \xC3\xA4\nimport bb; // \xE2\x82\xAC",
             "import a;   // \xC3\xA4\nimport bb;  // \xE2\x82\xAC\n");
}

TEST(Format, CommentsBehindLinesThatAreTooLong) {
  const std::string text = "import " + std::string(130, 'a') + ";  // c\n";
  expectForm(text, text);
}

TEST(Format, CommentsInsideOfItems) {
  expectStatement("verify // a\n(x // b\n&&\n// c\ny // d\n) // e\n; // f",
                  "verify  // a\n                (x  // b\n                &&\n                // c\n"
                  "                y);  // d\n        // e\n        // f");
  expectForm("proxy // a\nP // b\n{ // c\n}", "proxy  // a\n        P {  // b\n    // c\n}\n");
  expectForm("header h\n// about h\n{\nbit<8> a;}", "header h {\n    // about h\n    bit<8> a;\n}\n");
  expectForm("const bit<8>/*a*/X/*b*/=/*c*/(/*d*/1/*e*/)/*f*/;/*g*/",
             "const bit<8> /*a*/ X /*b*/ = /*c*/ (/*d*/ 1 /*e*/) /*f*/;  /*g*/\n");
  expectStatement("if(a){b=1;}//c\nelse{d=1;}//e\n/*f*/g=1;",
                  "if (a) {\n            b = 1;\n        }  //c\n        else {\n            d = 1;\n        }  //e\n"
                  "        /*f*/ g = 1;");
  expectStatement("if(a){}/*b*/else{}", "if (a) {} /*b*/ else {}");
}

TEST(Format, BlockComments) {
  expectForm("/*a*/import b;/*c*/import d;/*e*/\n/*f*/\nimport g;",
             "/*a*/ import b;\n/*c*/ import d;  /*e*/\n/*f*/\nimport g;\n");
  expectForm("proxy P{/*a*/}", "proxy P {  /*a*/\n}\n");
  expectForm("proxy P{\n /* a  \n  * b\n     c\n  */\n parse A;}",
             "proxy P {\n    /* a\n     * b\n     c\n     */\n    parse A;\n}\n");
  expectForm("key k{a;/*b*/c;//d\n}", "key k {\n    a; /*b*/ c;  //d\n}\n");
}

TEST(Format, SyntaxErrorsAreReported) {
  SourceMap sources;
  Diagnostics diagnostics;
  EXPECT_FALSE(format(sources.add("t.sfc", "proxy P {"), sources, diagnostics));
  EXPECT_TRUE(diagnostics.hasErrors());
}

TEST(Format, KeepsEveryTokenOfAllSpecs) {
  const std::vector<std::string> texts = corpus();
  EXPECT_GT(texts.size(), 100u);
  for (const std::string& text : texts) ASSERT_NO_FATAL_FAILURE(expectKept(text, formatted(text)));
}

/// The text with white space and comments put between some of its tokens.
std::string disturbed(const std::string& text, std::mt19937& random) {
  static const std::vector<std::string> odds = {" ",
                                                "\n",
                                                "\n\n\n",
                                                "\t",
                                                " // c\n",
                                                "\n// own\n",
                                                "/* b */",
                                                "\n/* b */",
                                                "/* b */\n",
                                                " /* b\n  * c */ ",
                                                "\n\n// own\n\n",
                                                "//\n",
                                                "  // \xC3\xA4\n        // c\n"};
  SourceMap sources;
  const uint32_t source = sources.add("t.sfc", text);
  std::string result;
  uint32_t end = 0;
  bool shift = false;
  for (const Token& token : tokensOf(source, sources)) {
    // The two `>` of a shift must stay together.
    const bool apart = token.range.begin > end;
    result += text.substr(end, token.range.begin - end);
    if (random() % 8 == 0 && (apart || !shift)) result += odds[random() % odds.size()];
    result += sources.text(token.range);
    shift = sources.text(token.range) == ">";
    end = token.range.end;
  }
  return result + "\n";
}

TEST(Format, KeepsEveryTokenAmongOddComments) {
  std::mt19937 random(1);
  for (const std::string& text : corpus()) {
    for (int i = 0; i < 5; ++i) {
      const std::string odd = disturbed(text, random);
      ASSERT_TRUE(parses(odd)) << odd;
      const std::string after = formatted(odd);
      ASSERT_TRUE(parses(after)) << after;
      // Symbols may have gone before comments, but not past other code.
      ASSERT_NO_FATAL_FAILURE(expectKept(odd, after));
    }
  }
}

}  // namespace
}  // namespace sfc
