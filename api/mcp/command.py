"""rapporteur mcp"""

from logging.config import dictConfig

import typer

from api.mcp.endpoint import ReportServer
from api.server import dependencies, logs
from rag.commands.options import Index, configured

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def mcp(index: Index = None) -> None:
    """Serve the reports to an agent on standard input and output, over the Model Context Protocol.

    Programs such as Claude Desktop start this command themselves: give them "rapporteur mcp" as a local server.
    """
    dictConfig(logs.CONFIGURATION)
    state = dependencies.over(configured(index))
    state.source.open()
    state.source.current()  # raises what is wrong, before anybody talks to it
    ReportServer(state).run()
