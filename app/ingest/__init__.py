"""From trip files to checked trips, and from these to what is stored."""
