// The one place that includes toml++, and what its version 3.3 needs around it.
#pragma once

#include <string>
#include <string_view>

// It asserts what some broken files violate ("[=]"), and with NDEBUG takes it for granted, which is
// undefined behaviour. Here its assertions stay and throw.
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
