"""The playback service: all its parts on one database."""

from __future__ import annotations

from local_server.services.playback.analytics import Analytics
from local_server.services.playback.exchange import Exchange
from local_server.services.playback.history import History
from local_server.services.playback.languages import LanguageChoices
from local_server.services.playback.lists import Lists
from local_server.services.playback.recording import Recording
from local_server.services.playback.shelf import Shelf


class Playback(Recording, Shelf, Lists, LanguageChoices, History, Exchange, Analytics):
    """Owns sessions and all that a profile watched or chose. Any method from any thread."""
