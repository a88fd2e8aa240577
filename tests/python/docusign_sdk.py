"""The official SDK (docusign-esign) drives the emulator, as an application of the world would.

Every flow makes its own envelopes and asserts what the published specification and recorded traffic
say of the answer. Run: python tests/python/docusign_sdk.py
"""

import flows
from docusign import bulk, documents, envelopes, identity, recipients, sender, sign_in, templates
from emulator import Emulator
from sdk import Session

# Importing them registered their flows.
ABOUT = (sign_in, envelopes, recipients, identity, documents, templates, sender, bulk)

if __name__ == "__main__":
    with Emulator() as emulator:
        flows.run(Session(emulator))
