"""The wires of the simulated business, one per channel: see `ingest.channels.simulator.wire`."""
