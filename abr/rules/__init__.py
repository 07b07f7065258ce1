"""Rules: each looks at one context and asks for a representation, or has no opinion."""
