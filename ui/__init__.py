"""What people see and type into: view models, desktop, command line, and their wiring."""
