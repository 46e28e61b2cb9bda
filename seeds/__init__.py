"""The two reports that come with the product, with their manifest."""
