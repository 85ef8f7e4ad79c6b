"""The pages, served by a process that dies before one reply leaves.

DIES_BEFORE_REPLY_TO names the end of the path; by then the request's transaction is committed.
"""

import os
import signal

from flask import Response, request

from app import create_app

application = create_app()


@application.after_request
def _die(response: Response) -> Response:
    fatal = os.environ["DIES_BEFORE_REPLY_TO"]
    if request.path.endswith(fatal) and response.status_code < 300:
        os.killpg(os.getpgrp(), signal.SIGKILL)
    return response
