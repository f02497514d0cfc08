"""What both sides must set alike on their gRPC servers and channels."""
