// The name of the linear-algebra library in use.
#pragma once

#include <string>

namespace fragflow {

// "OpenBLAS Haswell", "MKL", "BLIS", "reference BLAS" or "BLAS inside LibTorch".
std::string blas_name();

}  // namespace fragflow
