"""`python -m app.child PARENT MODULE …`: a module that ends when the process that started it is gone."""

from __future__ import annotations

import runpy
import sys

from app.supervisor import end_with
from ingest.domain.errors import ProsaError


def main() -> None:
    """Watch the parent, and be the module."""
    parent, module, *_ = sys.argv[1:]
    end_with(int(parent))
    sys.argv = sys.argv[2:]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except ProsaError as error:
        sys.exit(f"prosa: {error.detail}")


if __name__ == "__main__":
    main()
