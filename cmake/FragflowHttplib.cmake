# cpp-httplib: httplib_libraries and httplib_definitions. Its header declares what the library was built
# with only under the same definitions, which Debian's package writes into its pkg-config file.
find_path(HTTPLIB_INCLUDE_DIR httplib.h REQUIRED)
find_library(HTTPLIB_LIBRARY cpp-httplib REQUIRED)
find_file(HTTPLIB_PC cpp-httplib.pc PATH_SUFFIXES lib/${CMAKE_LIBRARY_ARCHITECTURE}/pkgconfig
  lib/pkgconfig PATHS /usr REQUIRED)
file(STRINGS ${HTTPLIB_PC} httplib_flags REGEX "^Cflags:")
string(REGEX MATCHALL "-DCPPHTTPLIB_[A-Z_]+" httplib_definitions "${httplib_flags}")
set(httplib_libraries ${HTTPLIB_LIBRARY})
if(httplib_definitions MATCHES OPENSSL)
  # From 0.18 on inline functions of its header call OpenSSL.
  find_package(OpenSSL REQUIRED)
  list(APPEND httplib_libraries OpenSSL::SSL OpenSSL::Crypto)
endif()
