"""From records to figures, each a small pure function with its interval."""
