"""`script/check-samples`: recordings from another folder, through the same tests as ours."""

import os
import sys
from pathlib import Path

from launcher import venv
from launcher.layout import ROOT
from launcher.signals import plain_endings
from launcher.terminal import CannotGoOn
from launcher.test import run_tests

TESTS = (
    "tests/integrations/test_recorded_requests.py",
    "tests/integrations/test_tracking_samples.py",
    "tests/integrations/line/test_line_webhooks.py",
    "tests/integrations/mail/test_mail_webhooks.py",
    "tests/integrations/twilio/test_twilio_recorded.py",
    "tests/integrations/whatsapp/test_whatsapp_recorded.py",
    "tests/tracking/test_given_numbers.py",
)


def main() -> None:
    """Run the tests of recorded requests and payloads on the folder that is named, and on ours."""
    with plain_endings():
        venv.run_inside("requirements-dev.txt")
        if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
            raise CannotGoOn("Name the folder with the recorded requests: check-samples FOLDER")
        os.environ["POSTEXP_SAMPLES"] = str(Path(sys.argv[1]).resolve())
        os.chdir(ROOT)
        sys.exit(run_tests(*TESTS))
