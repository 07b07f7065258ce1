"""The gateway: the API's routes, who may call them, and how refusals look on the wire."""
