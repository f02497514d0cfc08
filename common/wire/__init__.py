"""The contract's messages: canonical encoding, the rules of every field, and the generated stubs in `v1`."""
