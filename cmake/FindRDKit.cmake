# Finds RDKit's C++ libraries. Debian's librdkit-dev ships no CMake package file;
# a conda RDKit is found through RDKIT_ROOT or CONDA_PREFIX.
# Defines the imported target RDKit::RDKit with everything fragflow uses.
set(_rdkit_hints ${RDKIT_ROOT} $ENV{RDKIT_ROOT} $ENV{CONDA_PREFIX})
find_path(RDKit_INCLUDE_DIR GraphMol/ROMol.h HINTS ${_rdkit_hints} PATH_SUFFIXES rdkit include/rdkit)
set(_rdkit_components
  GraphMol SmilesParse SubstructMatch Fingerprints Descriptors MolStandardize
  ChemTransforms ChemReactions FileParsers Depictor MolDraw2D FilterCatalog DataStructs
  SubgraphIso Subgraphs MolTransforms Catalogs FragCatalog PartialCharges RDGeneral RDGeometryLib
  SimDivPickers FMCS)
set(_rdkit_libraries)
foreach(component IN LISTS _rdkit_components)
  find_library(RDKit_${component}_LIBRARY NAMES RDKit${component} HINTS ${_rdkit_hints})
  mark_as_advanced(RDKit_${component}_LIBRARY)
  if(RDKit_${component}_LIBRARY)
    list(APPEND _rdkit_libraries ${RDKit_${component}_LIBRARY})
  endif()
endforeach()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(RDKit REQUIRED_VARS RDKit_INCLUDE_DIR RDKit_GraphMol_LIBRARY
  RDKit_SmilesParse_LIBRARY RDKit_Descriptors_LIBRARY RDKit_MolDraw2D_LIBRARY RDKit_FilterCatalog_LIBRARY)
if(RDKit_FOUND AND NOT TARGET RDKit::RDKit)
  add_library(RDKit::RDKit INTERFACE IMPORTED)
  target_include_directories(RDKit::RDKit SYSTEM INTERFACE ${RDKit_INCLUDE_DIR})
  target_link_libraries(RDKit::RDKit INTERFACE ${_rdkit_libraries})
endif()
mark_as_advanced(RDKit_INCLUDE_DIR)
