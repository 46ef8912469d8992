# What writes files for analysts: ReadStat, for Stata and SPSS, as chasqui::readstat,
# and libxlsxwriter as chasqui::xlsx. CHASQUI_HAS_READSTAT and CHASQUI_HAS_XLSX say
# whether they are there: without one, exports are in the other formats.

option(CHASQUI_READSTAT "Build with ReadStat, where it is found" ON)
option(CHASQUI_XLSX "Build with libxlsxwriter, where it is found" ON)

# chasqui_find_writer(<target> <HAS> <header> <library>): neither has a package
# of CMake's.
function(chasqui_find_writer target has header library)
  find_path(${has}_HEADERS ${header})
  find_library(${has}_LIBRARY ${library})
  mark_as_advanced(${has}_HEADERS ${has}_LIBRARY)
  if(NOT ${has}_HEADERS OR NOT ${has}_LIBRARY)
    message(WARNING "no ${header}: not all formats (deploy/setup.sh gets it)")
    return()
  endif()
  add_library(${target} INTERFACE)
  target_include_directories(${target} SYSTEM INTERFACE ${${has}_HEADERS})
  target_link_libraries(${target} INTERFACE ${${has}_LIBRARY})
  set(${has} ON PARENT_SCOPE)
endfunction()

set(CHASQUI_HAS_READSTAT OFF)
if(CHASQUI_READSTAT)
  chasqui_find_writer(chasqui_readstat CHASQUI_HAS_READSTAT readstat.h readstat)
  if(CHASQUI_HAS_READSTAT)
    add_library(chasqui::readstat ALIAS chasqui_readstat)
  endif()
endif()

# What it leaves behind is looked at, inflated by zlib.
set(CHASQUI_HAS_XLSX OFF)
if(CHASQUI_XLSX)
  chasqui_find_writer(chasqui_xlsx CHASQUI_HAS_XLSX xlsxwriter.h xlsxwriter)
  if(CHASQUI_HAS_XLSX)
    find_package(ZLIB REQUIRED)
    target_link_libraries(chasqui_xlsx INTERFACE ZLIB::ZLIB)
    add_library(chasqui::xlsx ALIAS chasqui_xlsx)
  endif()
endif()
