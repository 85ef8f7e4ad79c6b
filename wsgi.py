"""The WSGI entry: `application` for servers; the `flask` command finds it unaided."""

import sys

from app import create_app
from config import ConfigurationError

try:
    application = create_app()
except ConfigurationError as error:
    sys.exit(str(error))  # the list of faults, without a traceback above it
