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

// A visitor as in fields.hpp that writes each value as text, for comparison.
class FieldTexts {
 public:
  template <typename Number>
  void number(const std::string& name, Number& value, Bounds, const std::string&) {
    add(name, fmt::format("{}", value));
  }
  void choice(const std::string& name, std::string& value, const std::vector<std::string>&,
              const std::string&) {
    add(name, value);
  }
  void flag(const std::string& name, bool& value, const std::string&) {
    add(name, value ? "true" : "false");
  }
  void text(const std::string& name, std::string& value, const std::string&) { add(name, value); }
  void path(const std::string& name, std::string& value, const std::string&) { add(name, value); }
  void texts(const std::string& name, std::vector<std::string>& values, const std::string&) {
    add(name, fmt::format("{}", values));
  }
  void command(const std::string& name, std::vector<std::string>& words, const std::string&) {
    add(name, fmt::format("{}", words));
  }
  void numbers(const std::string& name, std::vector<double>& values, Bounds, const std::string&) {
    add(name, fmt::format("{}", values));
  }
  template <typename Struct>
  void section(const std::string& name, Struct& nested, const std::string&) {
    add(name, text_of(nested));
  }
  template <typename Struct>
  void tables(const std::string& name, std::vector<Struct>& elements, const std::string&) {
    std::string all;
    for (Struct& element : elements) all += text_of(element);
    add(name, all);
  }

  const std::vector<std::pair<std::string, std::string>>& all() const { return texts_; }

 private:
  void add(const std::string& name, std::string text) {
    texts_.emplace_back(name, std::move(text));
  }

  template <typename Struct>
  static std::string text_of(Struct& nested) {
    FieldTexts texts;
    nested.visit_fields(texts);
    return fmt::format("{}", texts.all());
  }

  std::vector<std::pair<std::string, std::string>> texts_;
};

// The names of the fields that differ from the defaults and are not among `read`.
template <typename Struct>
std::vector<std::string> unread_fields(Struct object, std::span<const std::string> read) {
  Struct defaults;
  FieldTexts given, usual;
  object.visit_fields(given);
  defaults.visit_fields(usual);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < given.all().size(); ++i) {
    const auto& [name, text] = given.all()[i];
    if (text == usual.all()[i].second) continue;
    if (std::find(read.begin(), read.end(), name) == read.end()) names.push_back(name);
  }
  return names;
}

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
