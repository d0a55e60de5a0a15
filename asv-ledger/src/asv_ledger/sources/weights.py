"""Weights: by how much asv's fit of steps trusts a value, as asv itself says it."""

try:
    from asv._stats import get_weight
except ModuleNotFoundError:  # before asv 0.6.5
    from asv.statistics import get_weight

__all__ = ["get_weight"]
