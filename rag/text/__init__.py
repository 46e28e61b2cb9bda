"""What text consists of: characters, words, sentences, and names spelled otherwise."""
