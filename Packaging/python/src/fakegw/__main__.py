"""The command ``fakegw``: the program that the package brings along."""

import os
import sys

from .gateway import GatewayError, binary_path


def main() -> None:
    """Becomes the program, so that signals and the exit status are its own."""
    try:
        binary = binary_path()
    except GatewayError as error:
        sys.exit(f"error: {error}")
    os.execv(binary, ["fakegw", *sys.argv[1:]])


if __name__ == "__main__":
    main()
