"""`python -m app` is `readout`."""

from app.cli import main

main()
