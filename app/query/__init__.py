"""Request to rows: names, filters, paging and totals."""
