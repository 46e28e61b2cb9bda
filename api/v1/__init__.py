"""The product's own web API, under ``/v1``."""
