#include "src/ranks/shared_components.hpp"

#include "src/base/byte_text.hpp"
#include "src/base/check.hpp"

namespace fragflow {
namespace {

class SharedComponent : public Component {
 public:
  SharedComponent(std::unique_ptr<Component> inner, const SharedWork& work)
      : inner_(std::move(inner)), work_(work) {}

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    const auto count = static_cast<std::int64_t>(molecules.size());
    ByteWriter own;
    const ItemRange blocks = work_.own_blocks();
    for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
      const ItemRange items = work_.items_of(block, count);
      if (items.size() == 0) continue;
      const std::vector<double> part = inner_->values(molecules.subspan(items.begin, items.size()));
      own.put_all(part.data(), part.size());
    }
    std::vector<double> all(count);
    double* next = all.data();
    for (const std::string& text : work_.group->gather(own.text())) {
      const std::size_t size = text.size() / sizeof(double);
      FRAGFLOW_CHECK(size <= static_cast<std::size_t>(all.data() + count - next),
                     "too many values for {} molecules", count);
      ByteReader(text).take_all(next, size);
      next += size;
    }
    FRAGFLOW_CHECK(next == all.data() + count, "values of {} molecules are missing",
                   all.data() + count - next);
    return all;
  }
  void work_in(const ScoringContext& context) override { inner_->work_in(context); }
  bool needs_open_slots() const override { return inner_->needs_open_slots(); }

 private:
  std::unique_ptr<Component> inner_;
  SharedWork work_;
};

}  // namespace

std::unique_ptr<Component> share_component(std::unique_ptr<Component> inner,
                                           const SharedWork& work) {
  return std::make_unique<SharedComponent>(std::move(inner), work);
}

void share_components(const SharedWork& work) {
  const std::vector<ComponentType> types = component_types();
  for (const ComponentType& type : types) {
    ComponentType shared = type;
    shared.make = [make = type.make, work](const ComponentConfig& config, SharedScorers& scorers) {
      return share_component(make(config, scorers), work);
    };
    add_component_type(std::move(shared));
  }
}

}  // namespace fragflow
