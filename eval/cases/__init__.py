"""Questions with their gold, and what was answered to each."""
