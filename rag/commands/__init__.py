"""The commands of ``rapporteur``, one module each; ``rag.cli`` imports the one that is asked for."""
