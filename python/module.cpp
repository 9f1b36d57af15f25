// The Python module `fragflow`: src/library/fragflow.hpp with lists of SMILES and numpy arrays.
#include <pybind11/functional.h>
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <csignal>

#include "src/library/fragflow.hpp"

namespace py = pybind11;
namespace api = fragflow::api;

namespace {

// The array takes over the vector's memory.
py::array_t<double> to_array(std::vector<double> values) {
  auto* owned = new std::vector<double>(std::move(values));
  const py::capsule owner(owned, [](void* p) { delete static_cast<std::vector<double>*>(p); });
  return py::array_t<double>({owned->size()}, {sizeof(double)}, owned->data(), owner);
}

// Everything else runs without the interpreter's lock, which a score takes for its call.
api::Score score_of(py::function function) {
  return [function](std::span<const std::string> smiles) {
    const py::gil_scoped_acquire lock;
    py::list list;
    for (const std::string& one : smiles) list.append(one);
    return py::array_t<double, py::array::c_style | py::array::forcecast>(function(list))
        .cast<std::vector<double>>();
  };
}

std::atomic<bool> interrupted{false};

// Ctrl-C ends training at a safe point, and then raises KeyboardInterrupt.
class InterruptHandler {
 public:
  InterruptHandler() {
    interrupted.store(false);
    before_ = std::signal(SIGINT, [](int) { interrupted.store(true); });
  }
  ~InterruptHandler() { std::signal(SIGINT, before_); }

 private:
  void (*before_)(int) = SIG_DFL;
};

py::dict train(const std::filesystem::path& folder, const std::filesystem::path& config,
               const std::string& config_text, const std::vector<std::string>& set, bool resume,
               const std::map<std::string, py::function>& scores, bool quiet) {
  for (const auto& [name, function] : scores) api::add_score(name, score_of(function));
  api::TrainOptions options;
  options.folder = folder;
  options.config = config;
  options.config_text = config_text;
  options.set = set;
  options.resume = resume;
  options.quiet = quiet;
  options.stop = &interrupted;
  api::TrainResult result;
  {
    const InterruptHandler handler;
    const py::gil_scoped_release unlocked;
    result = api::train(options);
  }
  if (!result.finished && interrupted.load()) {
    PyErr_SetString(PyExc_KeyboardInterrupt, "stopped; train(..., resume=True) continues");
    throw py::error_already_set();
  }
  using namespace py::literals;
  return py::dict("finished"_a = result.finished, "steps"_a = result.steps,
                  "trajectories"_a = result.trajectories, "samples"_a = result.samples,
                  "mean_score"_a = result.mean_score, "unique_share"_a = result.unique_share,
                  "top_100_mean"_a = result.top_100_mean, "log_z"_a = result.log_z);
}

py::dict sample(const api::Sampler& sampler, std::int64_t count, std::uint64_t seed, bool unique,
                bool scored, double min_score) {
  api::Molecules molecules;
  {
    const py::gil_scoped_release unlocked;
    molecules = sampler.sample({count, seed, unique, scored, min_score});
  }
  using namespace py::literals;
  return py::dict("smiles"_a = std::move(molecules.smiles),
                  "score"_a = to_array(std::move(molecules.score)),
                  "log_reward"_a = to_array(std::move(molecules.log_reward)),
                  "log_pf"_a = to_array(std::move(molecules.log_pf)), "drawn"_a = molecules.drawn);
}

template <typename Function>
py::array_t<double> unlocked_array(Function&& function) {
  std::vector<double> values;
  {
    const py::gil_scoped_release unlocked;
    values = function();
  }
  return to_array(std::move(values));
}

}  // namespace

PYBIND11_MODULE(fragflow, module) {
  module.doc() =
      "Designs molecules with a graph GFlowNet: train a sampler, also on a score that is a Python "
      "function, draw molecules, ask for exact likelihoods.";
  module.attr("__version__") = api::version();
  py::register_exception<api::Error>(module, "Error", PyExc_ValueError);
  module.def(
      "add_score",
      [](const std::string& name, py::function function) {
        api::add_score(name, score_of(std::move(function)));
      },
      py::arg("name"), py::arg("function"),
      "From now on [[reward.component]] type = NAME is this function: a list of canonical SMILES "
      "in, a value of each out (nan: none), 0 to 1 unless the component has a transform.");
  module.def("train", &train, py::arg("folder"), py::arg("config") = "",
             py::arg("config_text") = "", py::arg("set") = std::vector<std::string>(),
             py::arg("resume") = false, py::arg("scores") = std::map<std::string, py::function>(),
             py::arg("quiet") = true,
             "Trains as `fragflow train` does; config is a TOML file, config_text its text, scores "
             "are added first. Returns a dict of figures. Ctrl-C leaves a run that resumes.");
  py::class_<api::Sampler>(module, "Sampler", "A trained run.")
      .def(py::init<const std::filesystem::path&>(), py::arg("folder"))
      .def("sample", &sample, py::arg("count") = 1000, py::arg("seed") = 0,
           py::arg("unique") = false, py::arg("scored") = true,
           py::arg("min_score") = -std::numeric_limits<double>::infinity(),
           "A dict: smiles (list), score, log_reward, log_pf (arrays), drawn.")
      .def(
          "log_likelihood",
          [](const api::Sampler& sampler, const std::vector<std::string>& smiles) {
            return unlocked_array([&] { return sampler.log_likelihood(smiles); });
          },
          py::arg("smiles"), "Exact log p of each molecule; nan for what cannot be built.")
      .def(
          "score",
          [](const api::Sampler& sampler, const std::vector<std::string>& smiles) {
            return unlocked_array([&] { return sampler.score(smiles); });
          },
          py::arg("smiles"), "The score that the run was trained on; nan for what is no molecule.");
}
