"""How a node and a hub open their store: one process, one writer, durable, encrypted as a whole file."""
