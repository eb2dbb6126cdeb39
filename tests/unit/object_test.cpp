// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
//
// BPF C to ELF in this process. Whether the kernel likes a program is for other tests; here libbpf must read it.
#include "compiler/object/compile.h"
#include "compiler/object/stack.h"

#include <memory>

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sfc {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const char* const PROGRAM = R"(
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
struct xdp_md { u32 data; u32 data_end; u32 data_meta; };
struct {
  int (*type)[2];
  int (*max_entries)[16];
  u32 *key;
  u64 *value;
} counters SEC(".maps");
static void *(*lookup)(void *map, const void *key) = (void *)1;
#line 7 "some/spec.sfc"
SEC("xdp") int count(struct xdp_md *ctx) {
  u32 key = 0;
  u64 *value = lookup(&counters, &key);
  if (value) __sync_fetch_and_add(value, 1);
  return 2;
}
char _license[] SEC("license") = "Dual BSD/GPL";
)";

struct CloseObject {
  void operator()(bpf_object* object) const { bpf_object__close(object); }
};
using ObjectPtr = std::unique_ptr<bpf_object, CloseObject>;

std::string compileOrFail(const std::string& text) {
  std::string log;
  std::optional<std::string> elf = compileBpf({text, "test.bpf.c"}, log);
  EXPECT_TRUE(elf.has_value()) << log;
  EXPECT_THAT(log, IsEmpty());
  return elf.value_or("");
}

std::string logOf(const std::string& text) {
  std::string log;
  EXPECT_FALSE(compileBpf({text, "test.bpf.c"}, log).has_value());
  return log;
}

TEST(CompileBpf, LibbpfReadsTheObject) {
  std::string elf = compileOrFail(PROGRAM);
  ObjectPtr object(bpf_object__open_mem(elf.data(), elf.size(), nullptr));
  ASSERT_NE(object, nullptr);
  EXPECT_NE(bpf_object__find_program_by_name(object.get(), "count"), nullptr);
  bpf_map* map = bpf_object__find_map_by_name(object.get(), "counters");
  ASSERT_NE(map, nullptr);
  EXPECT_EQ(bpf_map__max_entries(map), 16u);
  EXPECT_EQ(bpf_map__value_size(map), 8u);
  EXPECT_NE(bpf_object__btf(object.get()), nullptr);
}

TEST(CompileBpf, KeepsBtfAndDropsDwarf) {
  std::string elf = compileOrFail(PROGRAM);
  EXPECT_THAT(elf, HasSubstr(".BTF.ext"));
  EXPECT_THAT(elf, HasSubstr("some/spec.sfc"));
  EXPECT_THAT(elf, Not(HasSubstr(".debug_")));
}

TEST(CompileBpf, BtfNamesFunctionsAndTheirParameters) {
  std::string elf = compileOrFail(PROGRAM);
  ObjectPtr object(bpf_object__open_mem(elf.data(), elf.size(), nullptr));
  ASSERT_NE(object, nullptr);
  const btf* types = bpf_object__btf(object.get());
  int function = btf__find_by_name_kind(types, "count", BTF_KIND_FUNC);
  ASSERT_GT(function, 0);
  const btf_type* prototype = btf__type_by_id(types, btf__type_by_id(types, function)->type);
  ASSERT_EQ(btf_vlen(prototype), 1u);
  EXPECT_STREQ(btf__name_by_offset(types, btf_params(prototype)->name_off), "ctx");
}

TEST(CompileBpf, HoldsTheSourceLines) {
  std::string spec = "1\n2\n3\n4\n5\n6\n7\n8\n    transition accept;  // the ninth\n10\n11\n12\n";
  std::string log;
  EXPECT_THAT(compileOrFail(PROGRAM), Not(HasSubstr("the ninth")));
  std::string elf = compileBpf({PROGRAM, "test.bpf.c"}, log, {{"some/spec.sfc", spec}}).value_or("");
  EXPECT_THAT(elf, HasSubstr("    transition accept;  // the ninth"));
  EXPECT_THAT(compileOrFail("int f(int *p) { return *p; }  // in C\n"), HasSubstr("return *p; }  // in C"));
}

TEST(CompileBpf, IsDeterministicAndCanBeRepeated) {
  std::string first = compileOrFail(PROGRAM);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(compileOrFail(PROGRAM), first);
  EXPECT_THAT(logOf("int f( {"), HasSubstr("error"));
  EXPECT_EQ(compileOrFail(PROGRAM), first);
}

const char* const TWO_PARTS = R"(
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#ifdef FIRST
#define SHARED
const volatile u64 settings[4] SEC(".rodata") = {};
#else
#define SHARED extern
extern const volatile u64 settings[4];
#endif
SHARED struct {
  int (*type)[2];
  int (*max_entries)[16];
  u32 *key;
  u64 *value;
} counters __attribute__((section(".maps")));
static void *(*const lookup)(void *map, const void *key) = (void *)1;
static inline __attribute__((always_inline)) int count(u32 key) {
  u64 *value = lookup(&counters, &key);
  if (value) *value += settings[1];
  return 2;
}
#ifdef FIRST
SEC("xdp") int first(void *ctx) { return count(1); }
#else
SEC("tc") int second(void *ctx) { return count(2); }
char _license[] SEC("license") = "Dual BSD/GPL";
#endif
)";

std::string compileParts(const std::vector<std::string>& parts, const std::vector<Section>& sections = {}) {
  std::string log;
  const std::optional<std::string> elf = compileBpf({TWO_PARTS, "test.bpf.c"}, log, {}, parts, sections);
  return elf ? *elf : "failed: " + log;
}

TEST(CompileBpf, LinksParts) {
  const std::string elf = compileParts({"FIRST=1", "SECOND=1"});
  const ObjectPtr object(bpf_object__open_mem(elf.data(), elf.size(), nullptr));
  ASSERT_NE(object, nullptr) << elf;
  EXPECT_NE(bpf_object__find_program_by_name(object.get(), "first"), nullptr);
  EXPECT_NE(bpf_object__find_program_by_name(object.get(), "second"), nullptr);
  const bpf_map* map = bpf_object__next_map(object.get(), nullptr);
  ASSERT_NE(map, nullptr);
  EXPECT_STREQ(bpf_map__name(map), "counters");
  EXPECT_EQ(bpf_map__max_entries(map), 16u);
  map = bpf_object__next_map(object.get(), map);
  ASSERT_NE(map, nullptr);
  size_t size = 0;
  bpf_map__initial_value(const_cast<bpf_map*>(map), &size);
  EXPECT_EQ(size, 4 * sizeof(uint64_t));
  EXPECT_EQ(bpf_object__next_map(object.get(), map), nullptr);
}

TEST(CompileBpf, PartsGiveTheSameBytesWhicheverIsFirstToBeReady) {
  const std::string first = compileParts({"FIRST=1", "SECOND=1"});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(compileParts({"FIRST=1", "SECOND=1"}), first);
}

TEST(CompileBpf, SaysWhatIsWrongInAnyPart) {
  EXPECT_THAT(compileParts({"SHARED=1", "SECOND=1"}), HasSubstr("failed: test.bpf.c:9:9: error: 'SHARED' macro"));
  EXPECT_THAT(compileParts({"FIRST=1", "SHARED=1"}), HasSubstr("failed: test.bpf.c:9:9: error: 'SHARED' macro"));
  EXPECT_THAT(compileParts({"FIRST=1", "FIRST=2"}), HasSubstr("the objects cannot be linked"));
}

TEST(CompileBpf, HoldsSections) {
  EXPECT_THAT(compileParts({"FIRST=1", "SECOND=1"}, {{".more", "more of it"}}), HasSubstr("more of it"));
  std::string log;
  EXPECT_THAT(compileBpf({PROGRAM, "test.bpf.c"}, log, {}, {}, {{".more", "more of it"}}).value_or(log),
              HasSubstr("more of it"));
}

TEST(CompileBpf, SaysWhatIsWrong) {
  EXPECT_THAT(logOf("int x = y;\n"), HasSubstr("test.bpf.c:1:9: error: use of undeclared identifier 'y'"));
  EXPECT_THAT(logOf("#line 3 \"a.sfc\"\nint x = y;\n"), HasSubstr("a.sfc:3:9: error"));
}

TEST(CompileBpf, WarningsAreErrors) {
  EXPECT_THAT(logOf("static int unused(void) { return 1; }\n"), HasSubstr("unused function"));
}

TEST(CompileBpf, SeesNoFiles) {
  EXPECT_THAT(logOf("#include <linux/bpf.h>\n"), HasSubstr("file not found"));
  EXPECT_THAT(logOf("#include \"/etc/passwd\"\n"), HasSubstr("file not found"));
}

TEST(CompileBpf, BackEndErrorsAreMessagesToo) {
  std::string text = "void *use(char *p);\nint f(void) { char big[600]; use(big); return big[1]; }\n";
  EXPECT_THAT(logOf(text), HasSubstr("stack"));
  EXPECT_THAT(logOf("int g(int a) { __asm__ volatile(\"no such instruction\"); return a; }\n"), Not(IsEmpty()));
}

/// Functions that each have an array on the stack, of which the kernel counts `bytes`.
const char* const CALLS = R"(
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#define APART __attribute__((noinline))
#define USE(bytes) char array[bytes]; asm volatile("" : : "r"(array) : "memory")
static long (*loop)(u32 rounds, void *callback, void *context, u64 flags) = (void *)181;
static APART long leaf(void) { USE(64); return array[1]; }
APART long global(void) { USE(40); return array[1] + leaf(); }
static APART long round(u32 i, void *context) { USE(100); return array[i & 1] + global(); }
static APART long small(void) { USE(8); return array[1] + leaf(); }
SEC("xdp") int hook(void *ctx) { USE(24); loop(4, round, 0, 0); return small() + array[2]; }
SEC("tc") int other(void *ctx) { USE(OTHER); return small() + array[2]; }
)";

std::string framesOf(const CallChain& chain) {
  std::string text;
  for (const Frame& frame : chain.frames) text += fmt::format("{} {}, ", frame.function, frame.bytes);
  return text;
}

CallChain deepestOf(const std::string& definition) {
  return deepestChain(compileOrFail(definition + CALLS));
}

TEST(DeepestChain, FollowsCallsAndCallbacks) {
  const CallChain chain = deepestOf("#define OTHER 100\n");
  EXPECT_EQ(framesOf(chain), "hook 32, round 128, global 64, leaf 64, ");
  EXPECT_EQ(chain.bytes, 288u);
  EXPECT_FALSE(chain.refused());
}

TEST(DeepestChain, RefusesMoreThanTheKernelGives) {
  const CallChain chain = deepestOf("#define OTHER 416\n");
  EXPECT_EQ(framesOf(chain), "other 416, small 32, leaf 64, ");
  EXPECT_FALSE(chain.refused());
  EXPECT_TRUE(deepestOf("#define OTHER 424\n").refused());
}

TEST(DeepestChain, IsTheSameAfterLinking) {
  const std::string text = std::string("#define OTHER 100\n") + CALLS;
  std::string log;
  const auto linked = compileBpf({text, "test.bpf.c"}, log, {}, {"PART=1"});
  ASSERT_TRUE(linked.has_value()) << log;
  EXPECT_EQ(deepestChain(*linked).bytes, 288u);
}

TEST(DeepestChain, CountsFunctions) {
  std::string text = "static __attribute__((noinline)) long f0(long x) { asm volatile(\"\" : \"+r\"(x)); return x; }\n";
  for (int i = 1; i < 8; i++)
    text +=
        fmt::format("static __attribute__((noinline, unused)) long f{}(long x) {{ return f{}(x) + 1; }}\n", i, i - 1);
  const char* const hook = "__attribute__((section(\"xdp\"), used)) int hook(void *ctx) {{ return f{}(1); }}\n";
  EXPECT_FALSE(deepestChain(compileOrFail(text + fmt::format(fmt::runtime(hook), 6))).refused());
  EXPECT_TRUE(deepestChain(compileOrFail(text + fmt::format(fmt::runtime(hook), 7))).refused());
}

TEST(DeepestChain, OfNoObjectIsEmpty) {
  EXPECT_TRUE(deepestChain("no object").frames.empty());
}

}  // namespace
}  // namespace sfc
