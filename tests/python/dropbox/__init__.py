"""The flows of the official SDK, by what they are about; importing a module registers its flows.

The folder is not named as the SDK's package is, which it would hide.
"""
