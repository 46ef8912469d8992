# Apache Arrow C++, with Parquet: chasqui::arrow where the machine has it. Its own
# packages come first, then what deploy/setup.sh took from the wheel of pyarrow.
# CHASQUI_HAS_ARROW says whether there is any: without it exports are CSV.
# CHASQUI_ARROW_S3_LIBRARY is what is loaded once somebody gives an s3:// place;
# empty where that is part of Arrow itself. It has an OpenSSL that it keeps to
# itself.

option(CHASQUI_ARROW "Build with Apache Arrow, where it is found" ON)
set(CHASQUI_HAS_ARROW OFF)
set(CHASQUI_ARROW_S3_LIBRARY "")

# chasqui_arrow_of_wheel(<folder>): the libraries in it, as imported targets.
function(chasqui_arrow_of_wheel folder)
  foreach(name arrow parquet)
    file(GLOB library ${folder}/lib${name}.so.*)
    if(NOT library OR NOT EXISTS ${folder}/include/${name})
      return()
    endif()
    add_library(chasqui_wheel_${name} SHARED IMPORTED GLOBAL)
    set_target_properties(chasqui_wheel_${name} PROPERTIES
      IMPORTED_LOCATION ${library}
      INTERFACE_INCLUDE_DIRECTORIES ${folder}/include)
  endforeach()
  target_link_libraries(chasqui_arrow INTERFACE
    chasqui_wheel_parquet chasqui_wheel_arrow)
  # The wheel's libparquet has an OpenSSL in it and shows its names to everybody:
  # the system's has to be loaded first, or calls of its own end in the other.
  # As options, which stand before all libraries, in this order.
  find_package(OpenSSL REQUIRED)
  target_link_options(chasqui_arrow INTERFACE
    $<TARGET_FILE:OpenSSL::SSL> $<TARGET_FILE:OpenSSL::Crypto>)
  file(GLOB library ${folder}/libarrow_s3.so.*)
  set(CHASQUI_ARROW_S3_LIBRARY "${library}" PARENT_SCOPE)
  set(CHASQUI_HAS_ARROW ON PARENT_SCOPE)
endfunction()

add_library(chasqui_arrow INTERFACE)
add_library(chasqui::arrow ALIAS chasqui_arrow)
if(CHASQUI_ARROW)
  find_package(Arrow CONFIG QUIET)
  find_package(Parquet CONFIG QUIET)
  if(Arrow_FOUND AND Parquet_FOUND)
    target_link_libraries(chasqui_arrow INTERFACE
      Parquet::parquet_shared Arrow::arrow_shared)
    set(CHASQUI_HAS_ARROW ON)
  else()
    chasqui_arrow_of_wheel(${PROJECT_SOURCE_DIR}/.cache/arrow/pyarrow)
  endif()
  if(NOT CHASQUI_HAS_ARROW)
    message(WARNING "no Apache Arrow: exports are CSV (deploy/setup.sh gets it)")
  endif()
endif()
