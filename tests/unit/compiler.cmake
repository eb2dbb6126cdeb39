# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Tests of the compiler: its stages as units, their text in golden files, specs that must fail or must not, the snippets
# of the documentation.
set(sfc_tests ${CMAKE_CURRENT_LIST_DIR}/..)

foreach(stage sema layout walk superframes values tables arithmetic driver)
  add_executable(${stage}_test ${CMAKE_CURRENT_LIST_DIR}/${stage}_test.cpp)
  target_link_libraries(${stage}_test PRIVATE sfc_driver GTest::gmock_main)
  sfc_warnings(${stage}_test)
  gtest_discover_tests(${stage}_test PROPERTIES LABELS unit)
endforeach()
set_source_files_properties(${CMAKE_CURRENT_LIST_DIR}/arithmetic_test.cpp PROPERTIES COMPILE_OPTIONS -Wno-unknown-pragmas)
target_compile_definitions(driver_test PRIVATE SFC_PROGRAMS="${CMAKE_SOURCE_DIR}/programs")
target_link_libraries(driver_test PRIVATE PkgConfig::LIBBPF)

# tests/golden/refresh has the list.
set(refresh ${sfc_tests}/golden/refresh)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${refresh})
execute_process(COMMAND python3 ${refresh} --list OUTPUT_VARIABLE golden OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" golden "${golden}")
foreach(file ${golden})
  cmake_path(GET file STEM LAST_ONLY program)
  cmake_path(GET file EXTENSION LAST_ONLY stage)
  string(SUBSTRING ${stage} 1 -1 stage)
  add_test(NAME golden.${file} COMMAND python3 ${refresh} $<TARGET_FILE:sfcc> --check ${program} ${stage})
  set_tests_properties(golden.${file} PROPERTIES LABELS golden)
endforeach()

add_test(NAME errors.specs COMMAND python3 ${sfc_tests}/errors/run $<TARGET_FILE:sfcc>)
add_test(NAME errors.accepted COMMAND python3 ${sfc_tests}/errors/run $<TARGET_FILE:sfcc> --accepted)
add_test(NAME errors.command_line COMMAND python3 ${sfc_tests}/errors/command_line $<TARGET_FILE:sfcc>)
add_test(NAME errors.documented COMMAND python3 ${sfc_tests}/errors/documented $<TARGET_FILE:sfcc>)
add_test(NAME errors.large COMMAND python3 ${sfc_tests}/errors/large $<TARGET_FILE:sfcc>)
set_tests_properties(errors.specs errors.accepted errors.command_line errors.documented errors.large PROPERTIES
  LABELS errors TIMEOUT 900)
# The kernel's verifier must take what sfcc accepts.
add_test(NAME packets.accepted
         COMMAND python3 ${sfc_tests}/errors/run $<TARGET_FILE:sfcc> --accepted --load $<TARGET_FILE:sfcctl>)
set_tests_properties(packets.accepted PROPERTIES LABELS packets RUN_SERIAL ON TIMEOUT 600)
