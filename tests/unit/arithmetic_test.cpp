// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// Numbers of all 64 bits: what operators do, and the products and divisions of the programs (compiler/bpf/arithmetic.h)
// against those of the interpreter.
#include <gmock/gmock.h>

#include <random>

#include "compiler/ir/expr.h"
#include "tests/unit/compiler_sample.h"

#include <linux/types.h>
#undef __always_inline
#define __always_inline inline
#include "compiler/bpf/arithmetic.h"

namespace sfc {
namespace {

using test::Compiled;
using test::spec;
using ::testing::HasSubstr;

TEST(Arithmetic, ComparisonsOfUnsignedNumbersAreUnsigned) {
  using Op = ir::BinaryOp;
  EXPECT_EQ(ir::apply(Op::ULt, -1, 0), 0);
  EXPECT_EQ(ir::apply(Op::UGe, -1, 0), 1);
  EXPECT_EQ(ir::apply(Op::ULe, 5, 5), 1);
  EXPECT_EQ(ir::apply(Op::UGt, INT64_MIN, INT64_MAX), 1);
}

TEST(Arithmetic, DivisionByZeroIsDefined) {
  for (const int64_t number : {int64_t{0}, int64_t{7}, int64_t{-1}}) {
    EXPECT_EQ(ir::apply(ir::BinaryOp::Div, number, 0), 0);
    EXPECT_EQ(ir::apply(ir::BinaryOp::Mod, number, 0), number);
    EXPECT_EQ(sfc_quotient(static_cast<uint64_t>(number), 0), 0u);
    EXPECT_EQ(sfc_remainder(static_cast<uint64_t>(number), 0), static_cast<uint64_t>(number));
  }
}

TEST(Arithmetic, ProductsHaveAllTheirBits) {
  constexpr uint64_t prime = (uint64_t{1} << 61) - 1, most = (uint64_t{1} << 62) - 1;
  EXPECT_EQ(ir::mulMod(prime - 1, prime - 1, prime), 1u);
  EXPECT_EQ(ir::mulMod(UINT64_MAX, UINT64_MAX, most), 9u) << "2^64 - 1 is 3 modulo 2^62 - 1";
  EXPECT_EQ(ir::mulMod(5, 7, 0), 0u);
  EXPECT_EQ(ir::mulMod(5, 7, most + 1), 0u);
}

/// A number of any size, often next to a power of two, where the digits of a division are at their limits.
uint64_t drawn(std::mt19937_64& random) {
  const uint64_t number = random() >> random() % 64;
  const uint64_t power = uint64_t{1} << random() % 64;
  return random() % 3 ? number : random() % 2 ? power - random() % 3 : power + random() % 3;
}

TEST(Arithmetic, ProgramsAndInterpreterAgreeAboutProducts) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000000; i++) {
    const uint64_t modulus = drawn(random);
    const bool close = random() % 4 == 0;
    const uint64_t left = close ? modulus - 1 - random() % 3 : drawn(random);
    const uint64_t right = close ? modulus - 1 - random() % 3 : drawn(random);
    ASSERT_EQ(sfc_mulMod(left, right, modulus), ir::mulMod(left, right, modulus))
        << left << " " << right << " " << modulus;
  }
}

/// The text of the first edit's expression.
std::string resolved(const std::string& statement, const std::string& before = "") {
  Compiled compiled(before + spec("on return { " + statement + " }"));
  const auto model = compiled.model();
  if (!model) return compiled.errors();
  const auto* assign = std::get_if<ir::AssignField>(&model->on_return.at(0).node);
  if (!assign) return "no assignment";
  const auto* binary = std::get_if<ir::Binary>(&assign->value->node);
  return binary ? std::to_string(static_cast<int>(binary->op)) : "no operator";
}

TEST(Arithmetic, OnlyNumbersOf64BitsAreComparedUnsigned) {
  const auto op = [](ir::BinaryOp one) { return std::to_string(static_cast<int>(one)); };
  const std::string wide = "param bit<64> wide = 1; param bit<63> narrow = 1;\n";
  EXPECT_EQ(resolved("tags[0].level = param.wide < 5;", wide), op(ir::BinaryOp::ULt));
  EXPECT_EQ(resolved("tags[0].level = tags[0].id - 1 <= param.wide;", wide), op(ir::BinaryOp::ULe));
  EXPECT_EQ(resolved("tags[0].level = param.narrow < 5;", wide), op(ir::BinaryOp::Lt));
  EXPECT_EQ(resolved("tags[0].level = param.wide - 1 < 5;", wide), op(ir::BinaryOp::Lt));
}

TEST(Arithmetic, ShiftsAreBoundedByWidth) {
  EXPECT_THAT(resolved("tags[0].id = 1 << tags[0].level;"), testing::Not(HasSubstr("error")));
  EXPECT_THAT(resolved("tags[0].id = 1 << (tags[0].id & 63);"), testing::Not(HasSubstr("error")));
  EXPECT_THAT(resolved("tags[0].id = 1 << tags[0].id % 64;"), testing::Not(HasSubstr("error")));
  EXPECT_THAT(resolved("tags[0].id = 1 << tags[0].id[5:0];"), testing::Not(HasSubstr("error")));
  EXPECT_THAT(resolved("tags[0].id = 1 << tags[0].id[6:0];"), HasSubstr("E0310"));
  EXPECT_THAT(resolved("tags[0].id = 1 << tags[0].id;"), HasSubstr("E0310"));
}

}  // namespace
}  // namespace sfc
