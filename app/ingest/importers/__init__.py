"""From registers to checked trips: one module a register, and what they share."""
