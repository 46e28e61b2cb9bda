"""What an answer consists of, as it is kept, published and checked again."""
