"""``python -m xlcrm``: the command line, where the command ``xlcrm`` is not on the path."""

from xlcrm.cli import run

run()
