"""The ASGI application: routes, error shape, description, and the guard around them."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from local_server.edge.answers import MediaAnswers
from local_server.gateway import docs, problems
from local_server.gateway.doorkeeper import Doorkeeper
from local_server.gateway.guard import Guard
from local_server.gateway.home import HomeScreens
from local_server.gateway.likings import Likings
from local_server.gateway.limits import Buckets, Limits
from local_server.gateway.media import MediaApp
from local_server.gateway.routes import routes
from local_server.gateway.services import Services
from local_server.runtime.events import EventBus

_DESCRIPTION = (
    "The API of a Matinee edge server. Every request carries a device's token as "
    "“Authorization: Bearer …”, except the health report, what a new device needs to be let in, "
    "and this description. Addresses of media, below /m/, carry tokens of their own. Every failure "
    "has the shape of Problem."
)


def build_routes(
    services: Services, *, screens: HomeScreens, likings: Likings, version: str
) -> FastAPI:
    """The routes and their description, not yet guarded."""
    app = FastAPI(
        title="Matinee edge server",
        description=_DESCRIPTION,
        version=version,
        docs_url=None,  # the usual page fetches its scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.services = services
    app.include_router(routes(services, screens=screens, likings=likings, version=version))
    problems.install(app)

    @app.get("/docs", include_in_schema=False)
    def describe() -> HTMLResponse:
        return HTMLResponse(docs.page(app.openapi()))

    return app


def build_api(
    services: Services,
    *,
    screens: HomeScreens,
    likings: Likings,
    answers: MediaAnswers,
    bus: EventBus,
    monotonic_s: Callable[[], float],
    version: str,
    limits: Limits,
) -> Guard:
    """The whole application as a server runs it."""
    return Guard(
        build_routes(services, screens=screens, likings=likings, version=version),
        doorkeeper=Doorkeeper(services.devices, bus=bus, monotonic_s=monotonic_s),
        buckets=Buckets(limits, monotonic_s=monotonic_s),
        media=MediaApp(answers),
    )
