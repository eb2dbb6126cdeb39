# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Unit tests of the plan format, captures and the runtime, which need neither privilege nor a kernel.
find_package(GTest REQUIRED)
include(GoogleTest)

function(sfc_runtime_test name)
  add_executable(${name} ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}.cpp)
  target_link_libraries(${name} PRIVATE ${ARGN} GTest::gtest_main GTest::gmock)
  sfc_warnings(${name})
  gtest_discover_tests(${name} PROPERTIES LABELS unit DISCOVERY_TIMEOUT 30)
endfunction()

sfc_runtime_test(plan_test sfc_plan)
sfc_runtime_test(plan_validate_test sfc_plan)
sfc_runtime_test(runtime_pcap_test sfc_pcap)
sfc_runtime_test(runtime_load_test sfc_runtime_fake)
sfc_runtime_test(runtime_hook_test sfc_runtime_fake)
sfc_runtime_test(runtime_life_test sfc_runtime_fake)
sfc_runtime_test(runtime_hints_test sfc_runtime)
sfc_runtime_test(runtime_cache_test sfc_runtime_fake)
sfc_runtime_test(runtime_table_test sfc_runtime_fake)
sfc_runtime_test(runtime_telemetry_test sfc_runtime_fake)
sfc_runtime_test(runtime_audit_test sfc_runtime)
sfc_runtime_test(runtime_object_test sfc_runtime)
sfc_runtime_test(runtime_verifier_log_test sfc_runtime)

# The slots store as the programs have it: C for BPF, with the kernel's helpers made here.
find_package(Threads REQUIRED)
sfc_runtime_test(slots_test Threads::Threads)
target_sources(slots_test PRIVATE ${CMAKE_CURRENT_LIST_DIR}/slots_program.c)
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/slots_program.c PROPERTIES
  COMPILE_OPTIONS "-Wno-pedantic;-Wno-unknown-pragmas;-Wno-unused-parameter;-Wno-type-limits")
sfc_runtime_test(runtime_elf_test sfc_runtime)
sfcc_add_program(runtime_elf_test ${CMAKE_SOURCE_DIR}/programs/sr-mpls.sfc)
sfc_runtime_test(runtime_mutation_test sfc_runtime_fake)
foreach(program sr-mpls sr-mpls-classifier int-md-udp-sink)
  sfcc_add_program(runtime_mutation_test ${CMAKE_SOURCE_DIR}/programs/${program}.sfc)
endforeach()
