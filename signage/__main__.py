"""`python -m signage`: the same verbs as `shelfcast`."""

from signage.cli import main

main()
