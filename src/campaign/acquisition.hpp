// Acquisition functions: the value of measuring a compound, given the model's normal distribution
// for its activity. More activity is better.
#pragma once

namespace fragflow {

// mean + kappa * deviation (Cox and John, SIAM 1997; Srinivas et al., ICML 2010). kappa = 0: the
// prediction itself.
double upper_confidence_bound(double mean, double deviation, double kappa);

// E max(activity - best, 0) (Mockus 1975; Jones, Schonlau and Welch, J. Global Optimization 1998):
//   deviation * (z Phi(z) + phi(z)),   z = (mean - best) / deviation
// deviation = 0: max(mean - best, 0). Never negative.
double expected_improvement(double mean, double deviation, double best);

// Phi((mean - threshold) / deviation): the probability of an activity above the threshold.
// deviation = 0: 1 if mean >= threshold, else 0.
double chance_above(double mean, double deviation, double threshold);

}  // namespace fragflow
