"""The flows of the official SDK, by what they are about; importing a module registers its flows."""
