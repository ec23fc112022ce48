"""The command line: `main` runs it and is the only place where errors become exit codes.

0 fine · 1 a gate failed, or a problem under ``--strict`` · 2 usage or configuration ·
3 no runs found · 130 interrupted · 141 the reader of our output went away.

One file per command; a command's file imports nothing but click until it runs, so that
``report --help`` is quick. What two commands share in talking is in ``screen``.
"""

from __future__ import annotations

import importlib
import io
import os
import pkgutil
import sys
from collections.abc import Sequence

import click

from runfolio.cli.screen.text import tell_error
from runfolio.errors import RunfolioError

__all__ = ["main"]


class _Commands(click.Group):
    """Finds commands by their files and imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(ctx):
            return None
        command: click.Command = importlib.import_module(f"{__name__}.{name}").command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="runfolio", message="report (runfolio) %(version)s")
@click.pass_context
def commands(ctx: click.Context) -> None:
    """Turn ML run logs into a static site that everyone in the team can read."""
    if os.environ.get("NO_COLOR"):
        ctx.color = False


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    args : sequence of str, optional
        Without the program's name; by default the process's own.

    Returns
    -------
    int
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal that knows ASCII only
            stream.reconfigure(errors="backslashreplace")
    try:
        code = commands.main(args, prog_name="report", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return 130
    except RunfolioError as error:
        tell_error(error)
        return error.exit_code
    except BrokenPipeError:
        return _reader_is_gone()
    except SystemExit as end:  # click's answer where the reader of the help is gone
        return _reader_is_gone() if end.code == 1 else int(end.code or 0)
    return int(code or 0)


def _reader_is_gone() -> int:
    """Keep Python from complaining at exit that what is left cannot be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 141
