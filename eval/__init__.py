"""Offline evaluation: cases in, answers, figures and a report out. Imports ``rag``, never ``api``."""
