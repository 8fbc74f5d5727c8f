"""`python -m licensescan`."""

import os
import sys

# `-m` puts the current folder first: a `json.py` in the tree that is looked at
# would be run in place of Python's own.
if sys.path and sys.path[0] in ("", os.getcwd()):
    del sys.path[0]

from licensescan.cli import main

# A process of `fleet scan` imports this module again, under another name.
if __name__ == "__main__":
    main()
