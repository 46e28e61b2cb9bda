"""What language models are told: one template a call, named like its stage, with the blocks ``system`` and ``user``."""
