"""`python -m kompetanse`: the same as `kompetanse`."""

from kompetanse.cli import main

if __name__ == "__main__":
    main()
