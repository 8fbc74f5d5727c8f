"""`python -m licensescan`."""

from licensescan.cli import main

main()
