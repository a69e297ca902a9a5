"""Trip file to rows and documents."""
