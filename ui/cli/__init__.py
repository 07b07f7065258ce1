"""The command line: ``matinee`` and its subcommands."""
