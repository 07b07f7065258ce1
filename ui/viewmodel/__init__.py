"""What the screens say and do, without a toolkit.

This package imports neither PySide6 nor textual nor mpv: the desktop, the television and the
terminal show the same view models, and tests drive them without a screen. A view model holds one
frozen state and tells its listeners when it has a new one.

Threading: every view model lives on the thread of its screen. What takes time runs elsewhere
(:mod:`ui.viewmodel.tasks`) and its result comes back to that thread.
"""
