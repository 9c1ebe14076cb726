"""In which order, and from which levels, basins and pumps should be used, and how far that is from the best.

uses    `Use`: a structure and the range of its trigger level; what it takes, and what that is worth
search  the triggers, and the opening times, with the lowest peak
bound   a level under which no operation can hold the peak
core    `order_of_use`, and how it prints
"""

from .bound import Bound
from .core import OrderOfUse, order_of_use
from .search import Trigger
from .uses import Effect, Use, Worth

__all__ = ["Bound", "Effect", "OrderOfUse", "Trigger", "Use", "Worth", "order_of_use"]
