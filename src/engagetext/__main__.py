"""`python -m engagetext`."""

from engagetext.cli import main

main()
