from tests.unit.evaluation.support import project

__all__ = ["project"]
