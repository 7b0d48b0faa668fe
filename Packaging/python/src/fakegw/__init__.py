"""A stand-in for Interactive Brokers' Gateway that fails on demand.

``Gateway`` starts one on a free port; ``Control`` steers one that runs already. With pytest the fixture
``fakegw`` is a ``Gateway`` of its own for each test.
"""

from .control import Control, ControlError, Verdict
from .gateway import Gateway, GatewayError, Pathology, binary_path

__all__ = [
    "Control",
    "ControlError",
    "Gateway",
    "GatewayError",
    "Pathology",
    "Verdict",
    "binary_path",
]
