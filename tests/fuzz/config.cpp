// Configurations. Behind a zero byte, which no TOML has, stand overrides as --set takes them, one a
// line. What is accepted is printed and read back as the same configuration.
#include "src/run/config.hpp"

#include <algorithm>
#include <vector>

#include "tests/fuzz/fuzz_target.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  const std::string_view input = text_of(data, size);
  const std::size_t end = std::min(input.find('\0'), size);
  std::vector<std::string> overrides;
  for (std::size_t begin = end + 1; begin < size;) {
    const std::size_t line_end = std::min(input.find('\n', begin), size);
    overrides.emplace_back(input.substr(begin, line_end - begin));
    begin = line_end + 1;
  }
  Config config;
  if (!accepts([&] {
        config =
            parse_config(std::string(input.substr(0, end)), "input", "/nonexistent", overrides);
      })) {
    return 0;
  }
  const std::string printed = print_config(config);
  const std::string again = print_config(parse_config(printed, "printed", "/nonexistent"));
  FRAGFLOW_CHECK(again == printed, "{}\n---\n{}", printed, again);
  return 0;
}
