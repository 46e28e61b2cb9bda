"""rapporteur mcp"""

from logging.config import dictConfig

import typer

from api.server import dependencies, logs
from rag.commands.first_index import ready
from rag.commands.options import Index, configured
from rag.installation import optional

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command()
def mcp(index: Index = None) -> None:
    """Serve the reports to an agent on standard input and output, over the Model Context Protocol.

    Programs such as Claude Desktop start this command themselves: give them "rapporteur mcp" as a local server.
    """
    endpoint = optional("api.mcp.endpoint", "mcp", "the Model Context Protocol needs its SDK")
    dictConfig(logs.CONFIGURATION)
    state = dependencies.over(ready(configured(index)))
    state.source.open()
    state.source.current()  # raises what is wrong, before anybody talks to it
    endpoint.ReportServer(state).run()
