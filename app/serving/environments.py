"""What each part is told: the casting process gets no address and no secret but its own."""

from collections.abc import Mapping

from config import Settings

_CAST = "cast"
_CAST_IS_TOLD = (
    "CHORUS_ENV",
    "CHORUS_LOG_LEVEL",
    # What its pages say; no secret.
    "CHORUS_SUPPORT",
    "CHORUS_CONTACT",
    "CHORUS_PLAIN_FORM",
    "CHORUS_KEEP_COMMENTS_MONTHS",
)


def cast_environment(environ: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """Return the environment of the casting process.

    Of Chorus's own variables it has these few; a new one that holds a secret stays out by itself.
    """
    others = {name: value for name, value in environ.items() if not name.startswith("CHORUS_")}
    told = {name: environ[name] for name in _CAST_IS_TOLD if name in environ}
    return {
        **others,
        **told,
        "CHORUS_PARTS": _CAST,
        "CHORUS_DATA": str(settings.data),  # for development's clock
        "CHORUS_HOST": settings.host,
        "CHORUS_PORT": str(settings.cast_port),
        "CHORUS_BALLOTS_URL": settings.ballots_url,
        "CHORUS_BASE_URL": settings.base_url,  # its pages name the others' address, not its own
    }


def web_environment(environ: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """Return the environment of the pages' process.

    In production it leaves casting to the process beside it. In development it serves everything,
    since no proxy stands before the two.
    """
    if settings.cast_port is None or settings.development:
        return dict(environ)
    return {**environ, "CHORUS_PARTS": ",".join(sorted(settings.parts - {_CAST}))}
