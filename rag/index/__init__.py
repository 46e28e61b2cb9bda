"""Building an index: texts to vectors, reports to the next generation."""
