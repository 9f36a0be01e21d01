"""Made-up answers with stated truth, for trying the programme and for testing what is computed from it.

truth     what is true: levels, spread, sizes, and how far each group has come
persons   what one made-up person answers
expected  what very many persons would answer: true means, agreement, ICC and missing answers
groups    what a made-up group agrees on and plans
making    the order in which it all would have come
home      `make_demo`, which puts it into a home; `make_one_group`, a taste of it
"""

from kompetanse.answers.demo.home import Demo, make_demo, make_one_group
from kompetanse.answers.demo.truth import Truth

__all__ = ["Demo", "Truth", "make_demo", "make_one_group"]
