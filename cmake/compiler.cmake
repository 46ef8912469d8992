# How our own code is compiled: warnings, sanitizers, cache and linker.

# Warnings are for our own targets, never for other people's.
add_library(chasqui_build_options INTERFACE)
add_library(chasqui::build_options ALIAS chasqui_build_options)
target_compile_options(chasqui_build_options INTERFACE
  -Wall
  -Wextra
  -Wpedantic
  -Wshadow
  -Wconversion
  -Wnon-virtual-dtor
  -Wold-style-cast
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>
  $<$<CXX_COMPILER_ID:Clang>:-Wno-gnu-zero-variadic-macro-arguments>
  $<$<BOOL:${CHASQUI_WERROR}>:-Werror>
)

# chasqui_sanitize()
#
# From here on, in this folder and those added later, targets are built with the
# sanitizers of CHASQUI_SANITIZE.
macro(chasqui_sanitize)
  if(CHASQUI_SANITIZE)
    add_compile_options(
      -fsanitize=${CHASQUI_SANITIZE}
      -fno-omit-frame-pointer
      -fno-sanitize-recover=all
    )
    add_link_options(-fsanitize=${CHASQUI_SANITIZE})
  endif()
endmacro()

# chasqui_optimize(<target>)
#
# What thousands of tests go through is optimized even under the sanitizers,
# where the rest is built as fast as may be: it saves more than it costs.
function(chasqui_optimize target)
  target_compile_options(${target} PRIVATE $<$<CONFIG:Debug>:-O1>)
endfunction()

find_program(CHASQUI_CCACHE ccache)
mark_as_advanced(CHASQUI_CCACHE)
if(CHASQUI_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without the sloppiness ccache leaves alone what uses a precompiled header;
  # with the base, what is generated is compiled once for all builds.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros
    CCACHE_BASEDIR=${CMAKE_BINARY_DIR} ${CHASQUI_CCACHE})
endif()

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  find_program(CHASQUI_LLD ld.lld)
  mark_as_advanced(CHASQUI_LLD)
  if(CHASQUI_LLD)
    add_link_options(-fuse-ld=lld)
  endif()
endif()

# chasqui_precompile(<target> [<header>…])
#
# Where CHASQUI_PCH is on, reads the headers that nearly every file of ours
# includes once for the target instead of once for each file; with them those
# named. It takes a third off a build from nothing. A build without it finds the
# file that forgot an #include.
function(chasqui_precompile target)
  if(NOT CHASQUI_PCH OR CHASQUI_UNITY OR NOT TARGET ${target})
    return()
  endif()
  target_precompile_headers(${target} PRIVATE
    <algorithm>
    <cstdint>
    <functional>
    <map>
    <memory>
    <optional>
    <string>
    <string_view>
    <utility>
    <variant>
    <vector>
    <absl/container/flat_hash_map.h>
    <absl/container/inlined_vector.h>
    <absl/status/statusor.h>
    <absl/strings/str_cat.h>
    <absl/strings/str_split.h>
    ${ARGN}
  )
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(${target} PRIVATE -Xclang -fno-pch-timestamp)
  endif()
endfunction()
