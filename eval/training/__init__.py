"""How the packaged models and weights are made: what they learn from, and the commands that train them."""
