"""`python -m reelmill` and the `reelmill` command."""

import gc
import sys


def main() -> int:
    """Run the command line and return its exit code."""
    from reelmill.cli.main import run  # noqa: PLC0415 - `import reelmill.__main__` costs nothing

    code = run(sys.argv[1:])
    # All is closed: to look through what libraries leave behind would take the third of a second.
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
