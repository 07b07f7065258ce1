"""What every service stands on: settings, databases, events, one server per home, the child."""
