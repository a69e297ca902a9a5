"""The routes: each turns a request into a query, and the store's answer into a response."""
