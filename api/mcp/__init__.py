"""The reports for agents, over the Model Context Protocol."""
