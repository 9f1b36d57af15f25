// What a user's scoring program may answer. The first byte is the number of molecules it was asked
// for.
#include "src/reward/scorer_answer.hpp"

#include "tests/fuzz/fuzz_target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  if (size == 0) return 0;
  const std::size_t num_molecules = data[0] % 8;
  ScorerAnswer answer;
  if (!accepts([&] { answer = parse_scorer_answer(text_of(data + 1, size - 1), num_molecules); })) {
    return 0;
  }
  for (const auto& [name, values] : answer) {
    FRAGFLOW_CHECK(values.size() == num_molecules, "{} values", values.size());
    for (const double value : values)
      FRAGFLOW_CHECK(value - value == 0 || value != value, "{}", value);
  }
  accepts([&] { find_output(answer, ""); });
  accepts([&] { find_output(answer, "score"); });
  return 0;
}
