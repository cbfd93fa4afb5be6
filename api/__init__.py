"""The HTTP face of Wangge: thin, strict about its questions, one shape for its errors."""
