// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// The layout of keys: no two fields of one packet share bits, and every field is copied whole.
#include "compiler/layout/layout.h"

#include "tests/unit/compiler_sample.h"

namespace sfc {
namespace {

using test::Compiled;
using test::spec;

struct LaidOut {
  model::Model model;
  ir::Key key;
};

LaidOut layoutOf(const std::string& text) {
  Compiled compiled(text);
  auto model = compiled.model();
  EXPECT_TRUE(model) << compiled.errors();
  if (!model) return {};
  ir::Key key = layout::layoutKey(*model, compiled.diagnostics);
  EXPECT_FALSE(compiled.diagnostics.hasErrors()) << compiled.errors();
  return {std::move(*model), std::move(key)};
}

const plan::KeyField& field(const ir::Key& key, const std::string& name) {
  for (const plan::KeyField& one : key.fields)
    if (one.name == name) return one;
  ADD_FAILURE() << "no field " << name;
  return key.fields.front();
}

TEST(Layout, MasksWhatIsNotInTheKey) {
  const LaidOut made = layoutOf(spec("", "data.a; data.c;"));
  ASSERT_EQ(made.key.blocks.size(), 1u);
  ASSERT_EQ(made.key.blocks[0].windows.size(), 1u);
  EXPECT_EQ(made.key.blocks[0].windows[0].size, 8u);
  EXPECT_EQ(made.key.blocks[0].windows[0].mask, 0xFF000000FFFFFFFFu) << "the 24 bits of data.b are left out";
  EXPECT_EQ(field(made.key, "data.c").offset_bits - field(made.key, "data.a").offset_bits, 56u);
}

TEST(Layout, WindowsAreAlignedAndInsideTheirHeader) {
  const LaidOut made = layoutOf(spec("", "link.to; data.b; data.c; digest<32>(payload);"));
  for (const ir::KeyBlock& block : made.key.blocks)
    for (const ir::Window& window : block.windows) {
      EXPECT_EQ(window.key_offset % window.size, 0u);
      EXPECT_GE(window.key_offset, 4u) << "the first 32 bits say which headers count";
      EXPECT_LE(window.header_offset + window.size,
                made.model.headers[made.model.instances[block.instance].header].size);
    }
  EXPECT_EQ(*made.key.digest_offset % 8, 0u);
}

TEST(Layout, HeadersOfDifferentPacketsShareBytesOthersDoNot) {
  const std::string states = R"(
    state start { extract link; select (link.type) { 7: tag; 8: kind; default: pass; } }
    state tag { extract tags.next; select (tags.last.last) { 0: tag; 1: kind; } }
    state kind { extract data; select (data.c) { 1: one; default: two; } }
    state one { extract one; transition accept; }
    state two { extract two; transition accept; })";
  const LaidOut made = layoutOf(
      spec("", "data.a; one.a; two.a;", states, "link_t link; tag_t tags[4]; data_t data; data_t one; data_t two;"));
  EXPECT_EQ(field(made.key, "one.a").offset_bits, field(made.key, "two.a").offset_bits);
  EXPECT_NE(field(made.key, "one.a").valid_bit, field(made.key, "two.a").valid_bit);
  EXPECT_NE(field(made.key, "data.a").offset_bits, field(made.key, "one.a").offset_bits);
}

TEST(Layout, ElementsOfAStackLieApart) {
  const std::string states = R"(
    state start { extract link; select (link.type) { 7: tag; 8: many; default: pass; } }
    state tag { extract tags.next; select (tags.last.last) { 0: tag; 1: many; } }
    state many { extract many.next; select (many.last.c) { 1: many; default: accept; } })";
  const LaidOut made = layoutOf(spec("", "many.a; many.c;", states, "link_t link; tag_t tags[4]; data_t many[3];"));
  const unsigned first = field(made.key, "many[0].a").offset_bits;
  EXPECT_EQ(field(made.key, "many[1].a").offset_bits, first + made.key.blocks[0].stride * 8);
  EXPECT_EQ(field(made.key, "many[2].a").valid_bit, made.key.blocks[0].valid_bit + 2);
}

TEST(Layout, VariablesAndTheDigestAreInEveryPacket) {
  const LaidOut made =
      layoutOf(spec("", "data.a; n; digest<32>(payload);", test::States, test::Instances + "bit<12> n;"));
  EXPECT_EQ(field(made.key, "n").valid_bit, plan::AlwaysValid);
  EXPECT_EQ(field(made.key, "n").width_bits, 12u);
  EXPECT_LE(*made.key.digest_offset + 8, made.key.base_words * 8);
  EXPECT_GE(made.key.words, made.key.base_words);
}

}  // namespace
}  // namespace sfc
