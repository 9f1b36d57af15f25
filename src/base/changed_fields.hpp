// Finds fields of a self-describing struct (src/base/fields.hpp) that differ from their defaults:
// for structs that hold the options of several kinds, of which only one is used.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "src/base/fields.hpp"

namespace fragflow {

// A visitor as in fields.hpp that calls each(name, value) for every field, whatever its kind.
template <typename Each>
class EachField {
 public:
  explicit EachField(Each each) : each_(std::move(each)) {}

  template <typename Number>
  void number(const std::string& name, Number& value, Bounds, const std::string&) {
    each_(name, value);
  }
  void choice(const std::string& name, std::string& value, const std::vector<std::string>&,
              const std::string&) {
    each_(name, value);
  }
  void flag(const std::string& name, bool& value, const std::string&) { each_(name, value); }
  void text(const std::string& name, std::string& value, const std::string&) { each_(name, value); }
  void path(const std::string& name, std::string& value, const std::string&) { each_(name, value); }
  void texts(const std::string& name, std::vector<std::string>& values, const std::string&) {
    each_(name, values);
  }
  void command(const std::string& name, std::vector<std::string>& words, const std::string&) {
    each_(name, words);
  }
  void numbers(const std::string& name, std::vector<double>& values, Bounds, const std::string&) {
    each_(name, values);
  }
  template <typename Struct>
  void section(const std::string& name, Struct& nested, const std::string&) {
    each_(name, nested);
  }
  template <typename Struct>
  void tables(const std::string& name, std::vector<Struct>& elements, const std::string&) {
    each_(name, elements);
  }

 private:
  Each each_;
};

// Every value of a struct as text, for comparison, in the order of its fields.
template <typename Struct>
std::vector<std::pair<std::string, std::string>> field_texts(Struct& object);

template <typename Value>
std::string field_text(Value& value) {
  EachField nothing([](const std::string&, auto&) {});
  if constexpr (requires { value.visit_fields(nothing); }) {
    return fmt::format("{}", field_texts(value));
  } else if constexpr (requires { value.front().visit_fields(nothing); }) {
    std::string all;
    for (auto& element : value) all += field_text(element);
    return all;
  } else {
    return fmt::format("{}", value);
  }
}

template <typename Struct>
std::vector<std::pair<std::string, std::string>> field_texts(Struct& object) {
  std::vector<std::pair<std::string, std::string>> texts;
  EachField add(
      [&](const std::string& name, auto& value) { texts.emplace_back(name, field_text(value)); });
  object.visit_fields(add);
  return texts;
}

// The names of the fields that differ from the defaults and are not among `read`.
template <typename Struct>
std::vector<std::string> unread_fields(Struct object, std::span<const std::string> read) {
  Struct defaults;
  const auto given = field_texts(object), usual = field_texts(defaults);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto& [name, text] = given[i];
    if (text == usual[i].second) continue;
    if (std::find(read.begin(), read.end(), name) == read.end()) names.push_back(name);
  }
  return names;
}

// Gives every field that is not among `read` its default.
template <typename Struct>
void reset_unread(Struct& object, std::span<const std::string> read) {
  Struct defaults;
  std::map<std::string, const void*> usual;
  EachField collect([&](const std::string& name, auto& value) { usual[name] = &value; });
  defaults.visit_fields(collect);
  EachField assign([&](const std::string& name, auto& value) {
    using Value = std::remove_reference_t<decltype(value)>;
    if (std::find(read.begin(), read.end(), name) != read.end()) return;
    value = *static_cast<const Value*>(usual.at(name));  // the same field of the same struct
  });
  object.visit_fields(assign);
}

}  // namespace fragflow
