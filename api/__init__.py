"""The answers over HTTP: an API, and the page that uses it."""
