# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What is installed is enough for a project outside of this source tree; one version everywhere.
add_test(NAME install.outside_project
         COMMAND ${CMAKE_CURRENT_LIST_DIR}/../install/run ${CMAKE_BINARY_DIR} -G ${CMAKE_GENERATOR}
                 -DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE} -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
                 -DCMAKE_CXX_FLAGS=${CMAKE_CXX_FLAGS})
set_tests_properties(install.outside_project PROPERTIES LABELS unit TIMEOUT 300)

add_test(NAME install.version
         COMMAND ${CMAKE_CURRENT_LIST_DIR}/version ${PROJECT_VERSION} $<TARGET_FILE:sfcc> $<TARGET_FILE:sfcctl>)
set_tests_properties(install.version PROPERTIES LABELS unit)
