#include "models/matrix_product.hpp"

#include <algorithm>
#include <atomic>

#include "src/base/check.hpp"
#include "src/base/processor.hpp"
#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

std::atomic<std::int64_t> operations_done{0};

template <typename Real>
struct Product {
  StridedMatrix<Real> left;
  const PackedMatrix<Real>& right;
  Real* result;
  std::int64_t result_stride;
  const Real* addend;  // or null
  std::int64_t addend_stride;
};

// Inputs of one block of the result: rows of the left factor, a panel of the right.
template <typename Real>
struct Block {
  const Real* left;
  std::int64_t row_stride, column_stride, depth;
  const Real* panel;
  Real* result;
  std::int64_t result_stride, columns;
  const Real* addend;  // or null; may alias the result
  std::int64_t addend_stride;
};

// `Rows` rows of one panel, whose sums stay in registers of VectorBytes.
template <typename Real, int VectorBytes, int Rows>
FRAGFLOW_INLINE void multiply_block(const Block<Real>& block) {
  constexpr std::int64_t kPanel = PackedMatrix<Real>::kPanel;
  constexpr int kLanes = VectorBytes / sizeof(Real), kVectors = kPanel / kLanes;
  typedef Real Vector __attribute__((vector_size(VectorBytes), aligned(sizeof(Real)), may_alias));
  const auto vector_at = [](Real* values) -> Vector& { return *reinterpret_cast<Vector*>(values); };
  const Real *left = block.left, *weights = block.panel;
  const std::int64_t row_stride = block.row_stride, column_stride = block.column_stride;
  Vector sums[Rows][kVectors] = {};
#pragma GCC unroll 4
  for (std::int64_t k = 0; k < block.depth; ++k, weights += kPanel, left += column_stride) {
    Vector weight[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      weight[v] = *reinterpret_cast<const Vector*>(weights + v * kLanes);
    }
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
      for (int v = 0; v < kVectors; ++v) sums[r][v] += left[r * row_stride] * weight[v];
    }
  }
  Real* to = block.result;
  const Real* addend = block.addend;
  const std::int64_t result_stride = block.result_stride, addend_stride = block.addend_stride;
  const std::int64_t columns = block.columns;
  if (columns < kPanel) {
    Real whole[Rows * kPanel];  // indexed sums would not stay in registers
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r) {
      for (int v = 0; v < kVectors; ++v) vector_at(whole + r * kPanel + v * kLanes) = sums[r][v];
    }
    for (int r = 0; r < Rows; ++r, to += result_stride, addend += addend_stride) {
      for (std::int64_t c = 0; c < columns; ++c) {
        to[c] = addend != nullptr ? addend[c] + whole[r * kPanel + c] : whole[r * kPanel + c];
      }
    }
    return;
  }
  if (addend != nullptr) {
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r, to += result_stride, addend += addend_stride) {
      for (int v = 0; v < kVectors; ++v) {
        const Vector added = *reinterpret_cast<const Vector*>(addend + v * kLanes);
        vector_at(to + v * kLanes) = added + sums[r][v];
      }
    }
  } else {
#pragma GCC unroll 16
    for (int r = 0; r < Rows; ++r, to += result_stride) {
      for (int v = 0; v < kVectors; ++v) vector_at(to + v * kLanes) = sums[r][v];
    }
  }
}

// Kinds of processors: kRows is the number of registers minus those for the panel. Blocks are
// separate functions, since the compiler runs out of registers otherwise.
struct AnyProcessor {
  static constexpr int kRows = 2;
  template <typename Real, int Rows>
  static void block(const Block<Real>& block) {
    multiply_block<Real, 16, Rows>(block);
  }
};

#if defined(__x86_64__) && defined(__GNUC__)
struct Avx2 {
  static constexpr int kRows = 6;
  template <typename Real, int Rows>
  __attribute__((target("avx2,fma"), noinline)) static void block(const Block<Real>& block) {
    multiply_block<Real, 32, Rows>(block);
  }
};

struct Avx512 {
  static constexpr int kRows = 14;
  template <typename Real, int Rows>
  __attribute__((target("avx512f,avx512vl,avx512dq,avx512bw,fma"), noinline)) static void block(
      const Block<Real>& block) {
    multiply_block<Real, 64, Rows>(block);
  }
};
#endif

// The last rows, if fewer than Rows.
template <typename Processor, int Rows, typename Real>
void multiply_rest(const Block<Real>& block, std::int64_t rows) {
  if constexpr (Rows > 1) {
    if (rows == Rows - 1) {
      Processor::template block<Real, Rows - 1>(block);
    } else {
      multiply_rest<Processor, Rows - 1>(block, rows);
    }
  }
}

template <typename Processor, typename Real>
void run(const Product<Real>& product) {
  constexpr std::int64_t kRows = Processor::kRows;
  constexpr std::int64_t kRowsAtATime = 8 * kRows;  // fit into the L1 cache with a panel
  constexpr std::int64_t kPanel = PackedMatrix<Real>::kPanel;
  const StridedMatrix<Real>& left = product.left;
  for (std::int64_t begin = 0; begin < left.rows; begin += kRowsAtATime) {
    const std::int64_t end = std::min(begin + kRowsAtATime, left.rows);
    for (std::int64_t panel = 0; panel < product.right.num_panels(); ++panel) {
      Block<Real> block{left.values + begin * left.row_stride,
                        left.row_stride,
                        left.column_stride,
                        left.columns,
                        product.right.panel(panel),
                        product.result + begin * product.result_stride + panel * kPanel,
                        product.result_stride,
                        std::min(kPanel, product.right.columns() - panel * kPanel),
                        nullptr,
                        product.addend_stride};
      if (product.addend != nullptr) {
        block.addend = product.addend + begin * product.addend_stride + panel * kPanel;
      }
      std::int64_t row = begin;
      for (; row + kRows <= end; row += kRows) {
        Processor::template block<Real, kRows>(block);
        block.left += kRows * left.row_stride;
        block.result += kRows * product.result_stride;
        if (block.addend != nullptr) block.addend += kRows * product.addend_stride;
      }
      multiply_rest<Processor, kRows>(block, end - row);
    }
  }
}

template <typename Real>
using Run = void (*)(const Product<Real>&);

template <typename Real>
Run<Real> best_run() {
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_avx512()) return run<Avx512, Real>;
  if (has_avx2()) return run<Avx2, Real>;
#endif
  return run<AnyProcessor, Real>;
}

template <typename Real>
void run_best(const Product<Real>& product) {
  FRAGFLOW_DCHECK(product.left.columns == product.right.rows(), "{} columns, {} rows",
                  product.left.columns, product.right.rows());
  static const Run<Real> best = best_run<Real>();
  best(product);
  operations_done.fetch_add(2 * product.left.rows * product.left.columns * product.right.columns(),
                            std::memory_order_relaxed);
}

// Columns from `first` on; the two memory layouts of a matrix have separate loops, so that strides
// are compile-time constants.
template <typename Real>
void pack_panel(const StridedMatrix<Real>& matrix, std::int64_t first, Real* to) {
  constexpr std::int64_t kPanel = PackedMatrix<Real>::kPanel;
  const std::int64_t filled = std::min(kPanel, matrix.columns - first);
  const Real* from = matrix.values + first * matrix.column_stride;
  if (filled == kPanel && matrix.column_stride == 1) {
    for (std::int64_t k = 0; k < matrix.rows; ++k) {
      std::copy_n(from + k * matrix.row_stride, kPanel, to + k * kPanel);
    }
  } else if (filled == kPanel && matrix.row_stride == 1) {
    for (std::int64_t k = 0; k < matrix.rows; ++k) {
#pragma GCC unroll 16
      for (std::int64_t c = 0; c < kPanel; ++c) {
        to[k * kPanel + c] = from[c * matrix.column_stride + k];
      }
    }
  } else {
    for (std::int64_t k = 0; k < matrix.rows; ++k, to += kPanel) {
      for (std::int64_t c = 0; c < filled; ++c) {
        to[c] = from[k * matrix.row_stride + c * matrix.column_stride];
      }
      std::fill(to + filled, to + kPanel, Real{0});
    }
  }
}

}  // namespace

template <typename Real>
void PackedMatrix<Real>::pack(const StridedMatrix<Real>& matrix) {
  rows_ = matrix.rows;
  columns_ = matrix.columns;
  const std::int64_t size = num_panels() * rows_ * kPanel;
  if (size > capacity_) {
    values_.reset(new (std::align_val_t{64}) Real[size]);
    capacity_ = size;
  }
  for (std::int64_t panel = 0; panel < num_panels(); ++panel) {
    pack_panel(matrix, panel * kPanel, values_.get() + panel * rows_ * kPanel);
  }
}

template <typename Real>
void multiply(const StridedMatrix<Real>& left, const PackedMatrix<Real>& right, Real* result,
              std::int64_t result_stride) {
  run_best<Real>({left, right, result, result_stride, nullptr, 0});
}

template <typename Real>
void add_product(const StridedMatrix<Real>& left, const PackedMatrix<Real>& right, Real* result,
                 std::int64_t result_stride) {
  run_best<Real>({left, right, result, result_stride, result, result_stride});
}

template <typename Real>
void multiply_and_shift(const StridedMatrix<Real>& left, const PackedMatrix<Real>& right,
                        const Real* addend, Real* result, std::int64_t result_stride) {
  run_best<Real>({left, right, result, result_stride, addend, 0});
}

std::int64_t product_operations() { return operations_done.load(std::memory_order_relaxed); }

template class PackedMatrix<float>;
template class PackedMatrix<double>;
template void multiply(const StridedMatrix<float>&, const PackedMatrix<float>&, float*,
                       std::int64_t);
template void multiply(const StridedMatrix<double>&, const PackedMatrix<double>&, double*,
                       std::int64_t);
template void add_product(const StridedMatrix<float>&, const PackedMatrix<float>&, float*,
                          std::int64_t);
template void add_product(const StridedMatrix<double>&, const PackedMatrix<double>&, double*,
                          std::int64_t);
template void multiply_and_shift(const StridedMatrix<float>&, const PackedMatrix<float>&,
                                 const float*, float*, std::int64_t);
template void multiply_and_shift(const StridedMatrix<double>&, const PackedMatrix<double>&,
                                 const double*, double*, std::int64_t);

}  // namespace fragflow
