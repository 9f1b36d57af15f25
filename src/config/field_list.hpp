// A configuration struct as a list of fields, for reading, overriding and printing. The list points
// into the struct, which must outlive it and must not be moved.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "src/base/fields.hpp"

namespace fragflow {

struct Field;
using FieldList = std::vector<Field>;

// A growing std::vector of structs. The lists of its elements are made on demand, because appending
// moves the elements.
struct FieldTables {
  std::function<std::size_t()> size;
  std::function<void()> clear;
  std::function<void()> append;  // appends an element with its defaults
  std::function<FieldList(std::size_t)> fields;
  // For a list whose elements repeat fields from elsewhere: the text shown to users instead of the
  // elements' keys. Such a list is not printed while it is empty.
  std::string explanation = {};
};

struct Field {
  using Target =
      std::variant<bool*, int*, std::int64_t*, std::uint64_t*, double*, std::string*,
                   std::vector<std::string>*, std::vector<double>*, FieldList, FieldTables>;
  std::string name;
  std::string help;
  Target target;
  Bounds bounds = {};                     // of numbers
  std::vector<std::string> choices = {};  // of text; empty: anything
  bool is_path = false;
};

template <typename Struct>
FieldList list_fields(Struct& object);

// The visitor of fields.hpp.
class FieldCollector {
 public:
  template <typename Number>
  void number(std::string name, Number& value, Bounds bounds, std::string help) {
    fields_.push_back({std::move(name), std::move(help), &value, bounds});
  }
  void choice(std::string name, std::string& value, std::vector<std::string> choices,
              std::string help) {
    fields_.push_back({std::move(name), std::move(help), &value, {}, std::move(choices)});
  }
  void flag(std::string name, bool& value, std::string help) {
    fields_.push_back({std::move(name), std::move(help), &value});
  }
  void text(std::string name, std::string& value, std::string help) {
    fields_.push_back({std::move(name), std::move(help), &value});
  }
  void path(std::string name, std::string& value, std::string help) {
    fields_.push_back({std::move(name), std::move(help), &value, {}, {}, /*is_path=*/true});
  }
  void texts(std::string name, std::vector<std::string>& values, std::string help) {
    fields_.push_back({std::move(name), std::move(help), &values});
  }
  void command(std::string name, std::vector<std::string>& words, std::string help) {
    fields_.push_back({std::move(name), std::move(help), &words, {}, {}, /*is_path=*/true});
  }
  void numbers(std::string name, std::vector<double>& values, Bounds bounds, std::string help) {
    fields_.push_back({std::move(name), std::move(help), &values, bounds});
  }
  template <typename Struct>
  void section(std::string name, Struct& nested, std::string help) {
    fields_.push_back({std::move(name), std::move(help), list_fields(nested)});
  }
  template <typename Struct>
  void tables(std::string name, std::vector<Struct>& elements, std::string help) {
    FieldTables tables{[&elements] { return elements.size(); }, [&elements] { elements.clear(); },
                       [&elements] { elements.emplace_back(); },
                       [&elements](std::size_t i) { return list_fields(elements.at(i)); }};
    fields_.push_back({std::move(name), std::move(help), std::move(tables)});
  }

  // New elements are copies of `prototype`, which must not be moved.
  template <typename Struct>
  void tables_like(std::string name, std::vector<Struct>& elements, const Struct& prototype,
                   std::string help, std::string explanation) {
    FieldTables tables{[&elements] { return elements.size(); }, [&elements] { elements.clear(); },
                       [&elements, &prototype] { elements.push_back(prototype); },
                       [&elements](std::size_t i) { return list_fields(elements.at(i)); },
                       std::move(explanation)};
    fields_.push_back({std::move(name), std::move(help), std::move(tables)});
  }

  FieldList take() { return std::move(fields_); }

 private:
  FieldList fields_;
};

template <typename Struct>
FieldList list_fields(Struct& object) {
  FieldCollector collector;
  object.visit_fields(collector);
  return collector.take();
}

}  // namespace fragflow
