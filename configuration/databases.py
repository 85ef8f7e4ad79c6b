"""Addresses of databases: one host, or several of which one takes writes."""

import re
from urllib.parse import parse_qs

# As libpq writes several hosts; SQLAlchemy reads them from the query alone.
_ADDRESS = re.compile(
    r"(?P<before>(?P<kind>\w+(?:\+\w+)?)://(?:[^/?]*@)?)(?P<hosts>[^@/?]*)"
    r"(?P<name>/[^?]*)?(?:\?(?P<query>.*))?\Z"
)
_PORT = 5432
_TAKE_WRITES = ("read-write", "primary")


def database_url(name: str, url: str, faults: list[str]) -> str:
    """Return the address of a database as SQLAlchemy reads it; what is wrong goes into `faults`.

    :param name: of the setting.
    """
    found = _ADDRESS.match(url)
    if found is None:
        faults.append(f"{name}: this is no address of a database.")
        return url
    if not found["kind"].startswith("postgresql"):
        return url
    hosts = found["hosts"].split(",")
    if len(hosts) > 1:
        named = [f"host={host if ':' in host else f'{host}:{_PORT}'}" for host in hosts]
        query = "&".join([*named, *filter(None, [found["query"]])])
        url = f"{found['before']}{found['name'] or '/'}?{query}"
    asked = parse_qs(url.partition("?")[2])
    if len(asked.get("host", [])) > 1:
        faults += _faults_of_several(name, asked.get("target_session_attrs", [""])[-1])
    return url


def _faults_of_several(name: str, wanted: str) -> list[str]:
    if name == "CHORUS_BALLOTS_URL":
        # Protocol 4: a replica keeps the order of arrival.
        return [f"{name}: name one host; the ballots database has no standby (docs/scale.md)."]
    if wanted not in _TAKE_WRITES:
        return [
            f"{name}: several hosts need target_session_attrs=read-write, else a standby may "
            "be asked, which takes no answers."
        ]
    return []
