# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# sfc_llvm: clang and LLVM 19 as shared libraries, headers as system headers. Not by their own CMake packages, which want
# every static library of LLVM to be there.
find_path(LLVM_INCLUDE_DIR llvm/IR/Module.h PATHS /usr/lib/llvm-19/include NO_DEFAULT_PATH REQUIRED)
find_library(LLVM_LIBRARY NAMES LLVM-19 PATHS /usr/lib/llvm-19/lib NO_DEFAULT_PATH REQUIRED)
find_library(CLANG_CPP_LIBRARY clang-cpp PATHS /usr/lib/llvm-19/lib NO_DEFAULT_PATH REQUIRED)

add_library(sfc_llvm INTERFACE)
target_include_directories(sfc_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIR})
target_link_libraries(sfc_llvm INTERFACE ${CLANG_CPP_LIBRARY} ${LLVM_LIBRARY})
