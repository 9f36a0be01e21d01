"""Numbers from arrays of ratings: pure functions, NaN where a value is missing or a number is not defined.

ratings             arrays of ratings, and their median
agreement_indices   how alike a group's ratings are
chance              how often chance alone gives as high an index
intraclass          how much of the variance lies between groups
reliability         how well several items measure one thing
intervals           how sure a mean, or another number, is
change              whether two sets of ratings differ
ranking             where one stands among others
"""

from kompetanse.analysis.statistics.agreement_indices import (
    ad_mean,
    ad_median,
    agreement,
    awg,
    consensus,
    random_variance,
    rwg,
    rwg_j,
    rwg_star,
)
from kompetanse.analysis.statistics.chance import ChanceLevel, chance_level
from kompetanse.analysis.statistics.change import PermutationTest, cliffs_delta, permutation_test
from kompetanse.analysis.statistics.intervals import Interval, cluster_bootstrap, interval_around, mean_interval
from kompetanse.analysis.statistics.intraclass import IntraclassCorrelation, icc
from kompetanse.analysis.statistics.ranking import WeightRobustness, percentile_rank, weight_robustness
from kompetanse.analysis.statistics.ratings import rounded_median, valid
from kompetanse.analysis.statistics.reliability import (
    Alpha,
    Omega,
    OmegaProblem,
    cronbach_alpha,
    omega,
    spearman_brown,
)

__all__ = [
    "Alpha",
    "ChanceLevel",
    "Interval",
    "IntraclassCorrelation",
    "Omega",
    "OmegaProblem",
    "PermutationTest",
    "WeightRobustness",
    "ad_mean",
    "ad_median",
    "agreement",
    "awg",
    "chance_level",
    "cliffs_delta",
    "cluster_bootstrap",
    "consensus",
    "cronbach_alpha",
    "icc",
    "interval_around",
    "mean_interval",
    "omega",
    "percentile_rank",
    "permutation_test",
    "random_variance",
    "rounded_median",
    "rwg",
    "rwg_j",
    "rwg_star",
    "spearman_brown",
    "valid",
    "weight_robustness",
]
