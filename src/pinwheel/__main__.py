"""`python -m pinwheel` is the command line."""

from pinwheel.doors.cli.main import main

main()
