"""The WSGI entry: `application` for servers; the `flask` command finds it unaided."""

from app import create_app

application = create_app()
