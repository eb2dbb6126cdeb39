# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What `cmake --install` puts under a prefix, which can be moved afterwards: sfcc and sfcctl, libsfc with its headers, the
# ready programs, and a CMake package. Places are fixed below the prefix, as sfcc looks for its object stage by its own.
include(CMakePackageConfigHelpers)

# libsfc, one archive: the runtime and what it uses of lib/.
set(objects)
foreach(part runtime files output pcap plan source tables telemetry)
  list(APPEND objects $<TARGET_OBJECTS:sfc_${part}>)
endforeach()
add_library(sfc STATIC ${objects})
set_target_properties(sfc PROPERTIES LINKER_LANGUAGE CXX)
target_compile_features(sfc INTERFACE cxx_std_20)
target_include_directories(sfc INTERFACE $<INSTALL_INTERFACE:include/sfcc>)
target_link_libraries(sfc INTERFACE fmt::fmt nlohmann_json::nlohmann_json PkgConfig::LIBBPF PkgConfig::PCAP)

install(TARGETS sfc sfcc sfcctl EXPORT sfcc ARCHIVE DESTINATION lib RUNTIME DESTINATION bin)
install(TARGETS sfc_object LIBRARY DESTINATION lib/sfcc)

# Headers keep the paths by which they are included.
install(DIRECTORY runtime/include/sfc DESTINATION include/sfcc)
foreach(folder bytes plan tables telemetry)
  install(DIRECTORY lib/${folder} DESTINATION include/sfcc/lib FILES_MATCHING PATTERN "*.h")
endforeach()

install(DIRECTORY programs DESTINATION share/sfcc)
install(FILES LICENSE DESTINATION share/sfcc)
install(DIRECTORY LICENSES DESTINATION share/sfcc)

set(package lib/cmake/sfcc)
configure_package_config_file(cmake/sfccConfig.cmake.in ${CMAKE_BINARY_DIR}/sfccConfig.cmake
  INSTALL_DESTINATION ${package} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/sfccConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/sfccConfig.cmake ${CMAKE_BINARY_DIR}/sfccConfigVersion.cmake cmake/Program.cmake
  DESTINATION ${package})
install(EXPORT sfcc NAMESPACE sfcc:: FILE sfccTargets.cmake DESTINATION ${package})
