# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The generated C++: the header of two specs is made, compiled, and its accessors read known bytes.
include(GoogleTest)

add_executable(emit_cpp_test ${CMAKE_CURRENT_LIST_DIR}/emit_cpp_test.cpp)
sfcc_add_program(emit_cpp_test ${CMAKE_CURRENT_LIST_DIR}/odd-widths.sfc)
sfcc_add_program(emit_cpp_test ${CMAKE_SOURCE_DIR}/programs/sr-mpls.sfc)
sfcc_add_program(emit_cpp_test ${CMAKE_SOURCE_DIR}/programs/sr-mpls-report.sfc)
sfcc_add_program(emit_cpp_test ${CMAKE_SOURCE_DIR}/programs/int-mx-vxlan-gpe.sfc)
sfcc_add_program(emit_cpp_test ${CMAKE_SOURCE_DIR}/programs/int-md-udp-sink.sfc)
target_link_libraries(emit_cpp_test PRIVATE sfc_emit_cpp sfc_runtime_fake GTest::gmock_main)
sfc_warnings(emit_cpp_test)
gtest_discover_tests(emit_cpp_test PROPERTIES LABELS unit)

add_test(NAME emit_cpp.generated_names
         COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/generated_names $<TARGET_FILE:sfcc> ${CMAKE_CXX_COMPILER})
set_tests_properties(emit_cpp.generated_names PROPERTIES LABELS unit TIMEOUT 120)
