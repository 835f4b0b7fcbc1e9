"""`python -m wingbeat`."""

from wingbeat.cli import main

main()
