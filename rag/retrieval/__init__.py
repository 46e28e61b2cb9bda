"""From a question to ranked passages and sentences, and how sure it is that they answer."""
