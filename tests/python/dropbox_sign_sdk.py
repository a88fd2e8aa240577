"""The official SDK (dropbox-sign) drives the emulator, as an application of the world would.

Every flow makes its own requests and asserts what the published specification and recorded traffic
say of the answer. Run: python tests/python/dropbox_sign_sdk.py
"""

import flows
from dropbox import access, files, requests, signing, templates
from dropbox.session import Session
from emulator import Emulator

# Importing them registered their flows.
ABOUT = (access, requests, signing, files, templates)

if __name__ == "__main__":
    with Emulator() as emulator:
        flows.run(Session(emulator))
