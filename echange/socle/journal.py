"""What logs keep: never an address, a one-time code nor anybody's words."""

import logging
import re

# procrastinate writes the arguments of every job it runs: « task[12](a='…', contexte={…}) ».
_ARGUMENTS = re.compile(r"(\[\d+\])\(.*\)", re.DOTALL)


class SansArguments(logging.Filter):
    """Keep a job's name and number in the log, and leave out what it was given."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("procrastinate"):
            record.msg = _ARGUMENTS.sub(r"\1(…)", record.getMessage())
            record.args = None
        return True
