"""How far a resolution may go."""

from mailctl.records import dataclass

TOTAL_S = 5.0


@dataclass(frozen=True)
class Terms:
    """How far a resolution may go."""

    deadline: float
    """By the timer's clock."""
    is_private: bool = False
    """Whether the address is told to nobody, and the domain to nobody but its own servers."""
