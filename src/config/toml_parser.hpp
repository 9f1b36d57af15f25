// The only file that includes toml++, with workarounds for its version 3.3.
#pragma once

#include <string>
#include <string_view>

// Some invalid files ("[=]") violate its assertions, which with NDEBUG is undefined behaviour. Here
// its assertions stay enabled and throw.
namespace fragflow {
[[noreturn]] void throw_toml_defect();
}
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? void() : ::fragflow::throw_toml_defect())
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

namespace fragflow {

// Throws UserError "SOURCE line N: what is wrong".
toml::table parse_toml(std::string_view text, const std::string& source);

}  // namespace fragflow
