"""`python -m wingbeat`."""

from wingbeat.cli import main

if __name__ == "__main__":
    main()
