"""What can be said: entities, words, names, countries, and the collections they are served in."""
