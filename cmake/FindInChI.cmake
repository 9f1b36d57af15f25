# Finds the library of the InChI Trust, which Debian packages as libinchi-dev.
# Defines the imported target InChI::InChI.
find_path(InChI_INCLUDE_DIR inchi_api.h PATH_SUFFIXES inchi)
find_library(InChI_LIBRARY NAMES inchi)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(InChI REQUIRED_VARS InChI_INCLUDE_DIR InChI_LIBRARY)
if(InChI_FOUND AND NOT TARGET InChI::InChI)
  add_library(InChI::InChI INTERFACE IMPORTED)
  target_include_directories(InChI::InChI SYSTEM INTERFACE ${InChI_INCLUDE_DIR})
  target_link_libraries(InChI::InChI INTERFACE ${InChI_LIBRARY})
endif()
mark_as_advanced(InChI_INCLUDE_DIR InChI_LIBRARY)
