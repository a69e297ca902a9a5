"""What a request asks for: parameters, dates, words and cursors, parsed strictly."""
