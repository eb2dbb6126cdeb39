# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Unit tests of the reference interpreter.
add_executable(sim_test ${CMAKE_CURRENT_LIST_DIR}/sim_test.cpp)
target_link_libraries(sim_test PRIVATE sfc_driver sfc_sim GTest::gmock_main)
sfc_warnings(sim_test)
gtest_discover_tests(sim_test PROPERTIES LABELS unit)
