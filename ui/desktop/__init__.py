"""The desktop window: Qt Quick over the view models. Qt is imported nowhere else in ``ui``."""
