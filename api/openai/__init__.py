"""The answers as a model of OpenAI's protocol, so that any client of it can ask."""
