"""The starter library: what a first start has to show, before anybody has added a film."""

from local_server.starter.titles import StarterTitle, recipes, starter_titles

__all__ = ["StarterTitle", "recipes", "starter_titles"]
