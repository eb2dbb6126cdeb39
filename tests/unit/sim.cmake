# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Unit tests of the reference interpreter, and of telemetry from the text to the packet.
add_executable(sim_test ${CMAKE_CURRENT_LIST_DIR}/sim_test.cpp)
target_link_libraries(sim_test PRIVATE sfc_driver sfc_sim GTest::gmock_main)
sfc_warnings(sim_test)
gtest_discover_tests(sim_test PROPERTIES LABELS unit)

add_executable(telemetry_test ${CMAKE_CURRENT_LIST_DIR}/telemetry_test.cpp)
target_link_libraries(telemetry_test PRIVATE sfc_driver sfc_sim GTest::gmock_main)
sfc_warnings(telemetry_test)
gtest_discover_tests(telemetry_test PROPERTIES LABELS unit)
