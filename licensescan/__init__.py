"""Under which license may each part of an ML environment be used, on what evidence, and is that within a policy?"""

from __future__ import annotations

__version__ = "0.1.0"
