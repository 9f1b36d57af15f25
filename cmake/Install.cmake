# `cmake --install` and the Debian package that scripts/package makes.
include(GNUInstallDirs)
install(TARGETS fragflow RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY data/ DESTINATION ${CMAKE_INSTALL_DATADIR}/fragflow)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR}
  FILES_MATCHING PATTERN "*.md" PATTERN "*.png" PATTERN results EXCLUDE)
install(CODE "execute_process(COMMAND \"$<TARGET_FILE:fragflow>\" completion
  OUTPUT_FILE \"${CMAKE_BINARY_DIR}/fragflow.bash\" COMMAND_ERROR_IS_FATAL ANY)")
install(FILES ${CMAKE_BINARY_DIR}/fragflow.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME fragflow)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "the fragflow developers <fragflow@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "design molecules with a graph GFlowNet")
set(CPACK_PACKAGE_DESCRIPTION
"Learns to build molecules from fragments so that they appear with probability
proportional to a reward, such as an activity predicted from a table of
measurements, and draws many different good candidates.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# Which libraries are linked is found out by dpkg-shlibdeps; a fast BLAS is not among them.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS libopenblas0-openmp)
include(CPack)
