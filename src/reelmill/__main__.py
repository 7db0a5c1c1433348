"""`python -m reelmill` and the `reelmill` command."""

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    from reelmill.cli.main import run  # noqa: PLC0415 - `import reelmill.__main__` costs nothing

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
