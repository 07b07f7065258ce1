"""The API's description as one page that needs no other: no scripts, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
:root { color-scheme: dark; }
body { margin: 0 auto; max-width: 60rem; padding: 2rem; background: #101014; color: #e8e8ee;
  font: 15px/1.5 system-ui, sans-serif; }
h1, h2, h3 { font-weight: 600; }
section { margin: 1rem 0; padding: 1rem 1.25rem; background: #1c1c24; border-radius: 10px; }
code, td:first-child { font-family: ui-monospace, monospace; }
.method { display: inline-block; min-width: 4.5rem; color: #7cb8ff; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #2c2c36; padding: .3rem .75rem .3rem 0; vertical-align: top; }
p { color: #b8b8c4; }
"""


def page(document: Mapping[str, Any]) -> str:
    """HTML for an OpenAPI document."""
    info = document["info"]
    parts = [
        f"<h1>{escape(info['title'])}</h1><p>{escape(info['description'])}</p>",
        '<p>As data: <code>/openapi.json</code></p><h2 id="routes">Routes</h2>',
        *_routes(document),
        '<h2 id="types">Types</h2>',
        *_types(document),
    ]
    head = f'<meta charset="utf-8"><title>{escape(info["title"])}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>'


def _routes(document: Mapping[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            rows = "".join(
                _row(entry["name"], _type(entry["schema"]), entry["in"])
                for entry in route.get("parameters", ())
            )
            body = route.get("requestBody")
            if body is not None:
                rows += _row("body", _type(_json(body)), "")
            for status, answer in route["responses"].items():
                if status.startswith("2"):
                    rows += _row(status, _type(_json(answer)), "")
            yield (
                f'<section><h3><span class="method">{method.upper()}</span>'
                f"<code>{escape(path)}</code></h3>"
                f"<p>{escape(route.get('description', ''))}</p><table>{rows}</table></section>"
            )


def _types(document: Mapping[str, Any]) -> Iterator[str]:
    for name, schema in sorted(document["components"]["schemas"].items()):
        required = schema.get("required", ())
        rows = "".join(
            _row(field, _type(part), "" if field in required else "optional")
            for field, part in schema.get("properties", {}).items()
        )
        values = ", ".join(str(value) for value in schema.get("enum", ()))
        yield (
            f'<section id="{escape(name)}"><h3><code>{escape(name)}</code></h3>'
            f"<p>{escape(schema.get('description', ''))} {escape(values)}</p>"
            f"<table>{rows}</table></section>"
        )


def _json(part: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = (
        part.get("content", {}).get("application/json", {}).get("schema", {"type": "nothing"})
    )
    return schema


def _type(schema: Mapping[str, Any]) -> str:
    """A schema in a few words, as HTML."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#{name}" style="color:#7cb8ff">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    words = [str(schema.get("format") or schema.get("type", "any"))]
    words += [
        f"{key} {schema[key]}" for key in ("maximum", "maxLength", "pattern") if key in schema
    ]
    return escape(", ".join(words))


def _row(name: str, kind: str, note: str) -> str:
    return f"<tr><td>{escape(name)}</td><td>{kind}</td><td>{escape(note)}</td></tr>"
