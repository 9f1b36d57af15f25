# Defines fragflow_torch (LibTorch as SYSTEM headers) and fragflow_torch_pch (the precompiled
# models/torch.hpp: parsing it takes about 20 s, so that every file that needs it shares one copy).
# A LibTorch outside the system folders is found through TORCH_ROOT.
find_path(TORCH_INCLUDE_DIR torch/csrc/autograd/variable.h HINTS ${TORCH_ROOT} $ENV{TORCH_ROOT}
  PATH_SUFFIXES include)
find_path(TORCH_API_INCLUDE_DIR torch/torch.h HINTS ${TORCH_ROOT} $ENV{TORCH_ROOT} ${TORCH_INCLUDE_DIR}
  PATH_SUFFIXES torch/csrc/api/include include/torch/csrc/api/include)
find_library(TORCH_CPU_LIBRARY torch_cpu HINTS ${TORCH_ROOT} $ENV{TORCH_ROOT} PATH_SUFFIXES lib)
find_library(TORCH_C10_LIBRARY c10 HINTS ${TORCH_ROOT} $ENV{TORCH_ROOT} PATH_SUFFIXES lib)
if(NOT TORCH_INCLUDE_DIR OR NOT TORCH_API_INCLUDE_DIR OR NOT TORCH_CPU_LIBRARY OR NOT TORCH_C10_LIBRARY)
  message(FATAL_ERROR "LibTorch not found: install libtorch-dev or set TORCH_ROOT")
endif()
# PyPI's LibTorch brings headers of other libraries too, of fmt among them, which would hide those
# that the program is linked with: only LibTorch's own are seen.
if(NOT TORCH_INCLUDE_DIR STREQUAL "/usr/include" AND EXISTS ${TORCH_INCLUDE_DIR}/fmt AND EXISTS ${TORCH_INCLUDE_DIR}/torch)
  set(own_headers ${CMAKE_BINARY_DIR}/torch_headers)
  file(MAKE_DIRECTORY ${own_headers})
  foreach(name ATen c10 caffe2 torch)
    file(CREATE_LINK ${TORCH_INCLUDE_DIR}/${name} ${own_headers}/${name} SYMBOLIC)
  endforeach()
  set(TORCH_INCLUDE_DIR ${own_headers} CACHE PATH "" FORCE)
  set(TORCH_API_INCLUDE_DIR ${own_headers}/torch/csrc/api/include CACHE PATH "" FORCE)
endif()
# A LibTorch with CUDA has that in a library of its own, which nothing of ours names: it must be
# loaded all the same, since it registers what the device can do.
find_library(TORCH_CUDA_LIBRARY torch_cuda HINTS ${TORCH_ROOT} $ENV{TORCH_ROOT} PATH_SUFFIXES lib)
mark_as_advanced(TORCH_INCLUDE_DIR TORCH_API_INCLUDE_DIR TORCH_CPU_LIBRARY TORCH_C10_LIBRARY TORCH_CUDA_LIBRARY)

add_library(fragflow_torch INTERFACE)
target_include_directories(fragflow_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIR} ${TORCH_API_INCLUDE_DIR})
target_link_libraries(fragflow_torch INTERFACE ${TORCH_CPU_LIBRARY} ${TORCH_C10_LIBRARY} OpenMP::OpenMP_CXX)
if(TORCH_CUDA_LIBRARY)
  target_link_libraries(fragflow_torch INTERFACE
    -Wl,--push-state,--no-as-needed ${TORCH_CUDA_LIBRARY} -Wl,--pop-state)
endif()

# A library that holds LibTorch's precompiled headers and those named besides. What uses them needs
# its flags, or the compiler refuses them.
function(fragflow_torch_headers name)
  set(source ${CMAKE_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Holds the precompiled headers.\n")  # untouched if it is there
  add_library(${name} STATIC ${source})
  target_link_libraries(${name} PUBLIC fragflow_torch fragflow_options)
  target_precompile_headers(${name} PRIVATE ${CMAKE_SOURCE_DIR}/models/torch.hpp ${ARGN})
endfunction()
fragflow_torch_headers(fragflow_torch_pch)
