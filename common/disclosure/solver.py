"""HiGHS, made ready: silent, alone on one thread, so that the same figures give the same answer."""

# The base class: the public one prints a banner to standard output as it is made, which no option prevents.
from highspy._core import _Highs as Solver


def new_solver() -> Solver:
    """Make an empty programme."""
    solver = Solver()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)  # counts are whole: an answer that is nearly right is wrong
    return solver
