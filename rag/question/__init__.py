"""What a question asks: of which reports, for what kind of thing, and on its own."""
