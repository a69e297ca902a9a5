"""What stands in front of the application: middleware, response cache, compression, problems."""
